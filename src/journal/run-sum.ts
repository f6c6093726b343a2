import type { Delta, Row, Series } from '../ledger/delta.js';
import { LedgerState } from '../ledger/ledger-state.js';
import type { Measures } from '../ledger/measures.js';
import { addMeasures, isExact, zeroMeasures } from '../ledger/measures.js';

interface SumRow extends Row {
  /** What was added to the first row, which is not ours to change; `undefined` = nothing yet. */
  sum: Measures | undefined;
}

/**
 * Adds up deltas of one writer, cheaply: it gives the same series object again and again, so that one look into a map
 * finds the row. Equal series in other objects make rows of their own; whoever merges them adds those up.
 */
export class RunSum {
  readonly #rows = new Map<Series, SumRow>();
  /** Rows of a series that has one of another period already, and all counters. */
  readonly #rest = new LedgerState();

  /** Rows kept. */
  get size(): number {
    return this.#rows.size + this.#rest.table.size;
  }

  /** Adds a delta; its rows are kept, and not changed. */
  add(delta: Delta): void {
    this.#rest.count(delta.audit, delta.pricedCalls);
    for (const row of delta.rows) {
      const known = this.#rows.get(row.series);
      if (known === undefined) {
        const { startMillis, minutes, series, measures } = row;
        this.#rows.set(series, { startMillis, minutes, series, measures, sum: undefined });
      } else if (known.startMillis === row.startMillis && known.minutes === row.minutes) {
        if (known.sum === undefined) addMeasures((known.sum = zeroMeasures()), known.measures);
        addMeasures(known.sum, row.measures);
      } else this.#rest.table.add(row);
    }
  }

  /** All of it; `undefined` when a sum is too large to be exact. */
  toDelta(): Delta | undefined {
    const { rows, audit, pricedCalls } = this.#rest.toDelta();
    const all = [...rows];
    for (const row of this.#rows.values()) {
      const { startMillis, minutes, series, sum } = row;
      all.push(sum === undefined ? row : { startMillis, minutes, series, measures: sum });
    }
    return all.every((row) => isExact(row.measures)) ? { rows: all, audit, pricedCalls } : undefined;
  }
}
