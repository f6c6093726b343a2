import type { Base, BaseWriter } from './base-file.js';
import type { Merge } from './merge.js';

const DAY_MILLIS = 86_400_000;
/** How long a writer's entry outlives its journal: one that said it ended, one that did not. */
const ENDED_MILLIS = DAY_MILLIS;
const SILENT_MILLIS = 30 * DAY_MILLIS;

/** Last sequence covered, by writer, as a view lists it. */
export type Coverage = Readonly<Record<string, number>>;

/**
 * What a view of this merge covers. Writers whose entry is due to expire are no longer listed; only when no view lists
 * them does a compaction drop them, so that a view never seems to hold more than the bases.
 */
export function coverageOf(merge: Merge): Record<string, number> {
  const coverage: Record<string, number> = {};
  for (const id of [...merge.writers.keys()].sort()) {
    const last = merge.writers.get(id)?.last ?? 0;
    if (last > 0 && !isDue(merge.base, id)) coverage[id] = last;
  }
  return coverage;
}

/** Whether `merge` covers all of `coverage`. */
export function covers(merge: Merge, coverage: Coverage): boolean {
  return Object.keys(coverage).every((id) => (merge.writers.get(id)?.last ?? 0) >= (coverage[id] ?? 0));
}

/** Whether `coverage` lacks nothing that `merge` covers. */
export function isCoveredBy(merge: Merge, coverage: Coverage): boolean {
  const needed = coverageOf(merge);
  return Object.keys(needed).every((id) => (coverage[id] ?? 0) >= (needed[id] ?? 0));
}

/** Whether a base holds something that a view with this coverage lacks. */
export function exceeds(base: Omit<Base, 'state'>, coverage: Coverage): boolean {
  for (const [id, writer] of base.writers) {
    if (!isDue(base, id) && writer.sequence > (coverage[id] ?? 0)) return true;
  }
  return false;
}

/** Whether a writer's journal has been gone for so long that its entry may go too. */
export function isDue(base: Omit<Base, 'state'> | undefined, id: string): boolean {
  const writer = base?.writers.get(id);
  return base !== undefined && writer !== undefined && isExpired(writer, base.foldedMillis);
}

function isExpired(writer: BaseWriter, nowMillis: number): boolean {
  if (writer.goneMillis === undefined) return false;
  return nowMillis - writer.goneMillis >= (writer.ended ? ENDED_MILLIS : SILENT_MILLIS);
}
