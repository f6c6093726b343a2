/** Length of a slot: every UTC offset in use since 2000 is a multiple of it, so any zone's days can be cut from slots. */
export const SLOT_MINUTES = 15;

const SLOT_MILLIS = SLOT_MINUTES * 60_000;

/** Start of the slot that holds `millis` (epoch milliseconds); a call at the exact boundary belongs to the later slot. */
export function slotStart(millis: number): number {
  return Math.floor(millis / SLOT_MILLIS) * SLOT_MILLIS;
}
