import type { Cost } from '../price/cost.js';
import type { Measures } from '../ledger/measures.js';
import type { Series } from '../ledger/delta.js';

/** One slot × one capped series of this writer, and what the open delta adds to it. */
export interface Cell {
  readonly startMillis: number;
  readonly series: Series;
  /** True when the cap took names away: its calls are `overflowCalls`. */
  readonly overflow: boolean;
  /** `undefined` while the open delta has nothing for this row. */
  measures: Measures | undefined;
}

/** What was booked for a call, for the day it must be reversed: the row as written, and the frozen cost. */
export class Booking {
  readonly cell: Cell;
  readonly cost: Cost | undefined;

  constructor(cell: Cell, cost: Cost | undefined) {
    this.cell = cell;
    this.cost = cost;
  }
}
