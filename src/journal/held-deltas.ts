import type { Delta, Row, Series } from '../ledger/delta.js';
import { LedgerState } from '../ledger/ledger-state.js';

const OTHER = '(other)';
const NO_DIMENSIONS = Object.freeze({});

/**
 * What could not be written yet, added up. Memory stays bounded however long the disk is full: past `maxRows` rows a
 * new one loses its dimensions and model, past twice that everything but its period; tokens and money are kept, and
 * the calls concerned count as `overflowCalls`.
 */
export class HeldDeltas {
  readonly #maxRows: number;
  #state = new LedgerState();
  #count = 0;

  constructor(maxRows: number) {
    this.#maxRows = maxRows;
  }

  /** Deltas added since the last `take`. */
  get count(): number {
    return this.#count;
  }

  get rows(): number {
    return this.#state.table.size;
  }

  add(delta: Delta): void {
    this.#count++;
    if (this.#state.table.size < this.#maxRows) {
      this.#state.addDelta(delta);
      return;
    }
    this.#state.count(delta.audit, delta.pricedCalls);
    for (const row of delta.rows) this.#state.table.add(this.#coarser(row));
  }

  /** All of it as one delta, without taking it away. */
  peek(): Delta {
    return this.#state.toDelta();
  }

  /** All of it as one delta; nothing is held afterwards. */
  take(): Delta {
    const delta = this.#state.toDelta();
    this.#state = new LedgerState();
    this.#count = 0;
    return delta;
  }

  #coarser(row: Row): Row {
    this.#state.count({ overflowCalls: row.measures.calls }, {});
    const { provider, operation, service } = row.series;
    const full = this.#state.table.size >= 2 * this.#maxRows;
    const series: Series = full
      ? { provider: OTHER, model: OTHER, operation: OTHER, service: OTHER, dimensions: NO_DIMENSIONS }
      : { provider, model: OTHER, operation, service, dimensions: NO_DIMENSIONS };
    return { ...row, series };
  }
}
