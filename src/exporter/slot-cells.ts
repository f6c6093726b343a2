import type { Call } from '../usage/call.js';
import type { Series } from '../ledger/delta.js';
import type { Cell } from './booking.js';
import { SeriesCap } from '../ledger/series-cap.js';
import { slotStart } from '../ledger/slot.js';

/** Slots whose caps are remembered; calls end now, so one or two are in use. */
const MAX_OPEN_SLOTS = 4;

interface Slot {
  readonly startMillis: number;
  readonly cap: SeriesCap<Cell>;
}

/** The cells calls are booked into: one per slot and series, capped per slot. */
export class SlotCells {
  readonly #limit: () => number;
  readonly #slots = new Map<number, Slot>();
  #slot: Slot | undefined;
  #last: Cell | undefined;
  #lastSeries: Series = { provider: '', model: '', operation: '', service: '', dimensions: {} };

  /** `limit` is asked when a slot opens: by then the ledger knows what its writers agreed on. */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  /** The cell of a call, by its end time and names. */
  cell(call: Call): Cell {
    const startMillis = slotStart(call.endTimeUnixMillis);
    const last = this.#last;
    const series = this.#lastSeries;
    if (
      last !== undefined &&
      last.startMillis === startMillis &&
      series.model === call.model &&
      series.dimensions === call.dimensions &&
      series.provider === call.provider &&
      series.operation === call.operation &&
      series.service === call.service
    ) {
      return last;
    }
    const cell = this.#slotOf(startMillis).cap.entry(call);
    this.#last = cell;
    this.#lastSeries = call;
    return cell;
  }

  #slotOf(startMillis: number): Slot {
    if (this.#slot?.startMillis === startMillis) return this.#slot;
    const slot = this.#slots.get(startMillis) ?? this.#open(startMillis);
    // Most recently used last, so that the first is the one to forget.
    this.#slots.delete(startMillis);
    this.#slots.set(startMillis, slot);
    this.#slot = slot;
    return slot;
  }

  #open(startMillis: number): Slot {
    if (this.#slots.size >= MAX_OPEN_SLOTS) {
      for (const oldest of this.#slots.keys()) {
        this.#slots.delete(oldest);
        break;
      }
    }
    const create = (series: Series, overflow: boolean): Cell => ({
      startMillis,
      series,
      overflow,
      measures: undefined,
    });
    return { startMillis, cap: new SeriesCap(this.#limit(), create) };
  }
}
