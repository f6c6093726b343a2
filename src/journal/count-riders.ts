import type { Delta } from '../ledger/delta.js';
import { LedgerState } from '../ledger/ledger-state.js';

/** Counters without rows, which ride on the next line: alone they make nothing new. */
export class CountRiders {
  #waiting: LedgerState | undefined;

  /** True while some wait. */
  get any(): boolean {
    return this.#waiting !== undefined;
  }

  add(delta: Delta): void {
    (this.#waiting ??= new LedgerState()).addDelta(delta);
  }

  /** `delta` with all that waited. */
  takeOnto(delta: Delta): Delta {
    const riders = this.#waiting;
    if (riders === undefined) return delta;
    this.#waiting = undefined;
    riders.count(delta.audit, delta.pricedCalls);
    return { rows: delta.rows, audit: riders.audit, pricedCalls: riders.pricedCalls };
  }

  /** What waits, without taking it. */
  peek(): Delta | undefined {
    return this.#waiting?.toDelta();
  }
}
