import type { Clock } from '../config/clock.js';
import type { Compaction, Compactor } from './compactor.js';
import type { Coverage } from './coverage.js';

/** A day's compaction is tried so often, at most. */
const COMPACT_MILLIS = 600_000;

/** Folds what should be folded after a flush: at once where there is much, else now and then. */
export class Maintenance {
  readonly #compactor: Compactor;
  readonly #clock: Clock;
  #compactedAt = -Infinity;

  constructor(compactor: Compactor, clock: Clock) {
    this.#compactor = compactor;
    this.#clock = clock;
  }

  /** Compacts if that is due; `settle` as in `Compactor.compact`. Rejects when it fails. */
  async run(viewBytes: number, settle: () => Promise<Coverage>): Promise<Compaction | undefined> {
    const now = this.#clock.monotonicMillis();
    if (now - this.#compactedAt < COMPACT_MILLIS && !this.#compactor.isLarge(viewBytes)) return undefined;
    if (!this.#compactor.isDue(viewBytes)) return undefined;
    this.#compactedAt = now;
    return this.#compactor.compact(settle);
  }
}
