/** What an exporter has done since it was built; exporters of one path share it. */
export interface ExporterStats {
  /** Records of this turn that are not yet in the journal. */
  readonly queued: number;
  /** Calls booked, replacements not counted again. */
  readonly recorded: number;
  /** Calls that came after `shutdown()` and were not counted. */
  readonly late: number;
  /** Flushes that had records to cover, and succeeded. */
  readonly flushes: number;
  /** Records covered per flush, on average; 0 before the first. */
  readonly recordsPerFlush: number;
  /** How long the last flush took that had something to do and did it, in milliseconds; 0 before the first. */
  readonly lastFlushMillis: number;
  readonly failedFlushes: number;
  /** Views written to the ledger file. */
  readonly publishes: number;
  readonly journalBytes: number;
  /** Journal lines that could not be written yet and are held, added up. */
  readonly pendingInMemory: number;
  /** Why the last flush or write failed; `undefined` when it did not. */
  readonly lastError: Error | undefined;
}

/** Counts flushes for `ExporterStats`. */
export class FlushTally {
  lastError: Error | undefined;
  #flushes = 0;
  #records = 0;
  #publishes = 0;

  /**
   * A flush of the first `recorded` records succeeded. Where the store put the view off (`dirty`, and nothing published
   * since the last one), the records count with the flush that follows.
   */
  landed(recorded: number, store: { publishes: number; dirty: boolean }): void {
    this.lastError = undefined;
    if (store.dirty && store.publishes === this.#publishes) return;
    this.#publishes = store.publishes;
    if (recorded <= this.#records) return;
    this.#flushes++;
    this.#records = recorded;
  }

  failed(error: unknown): void {
    this.lastError = error instanceof Error ? error : new Error(String(error));
  }

  stats(): Pick<ExporterStats, 'flushes' | 'recordsPerFlush'> {
    const recordsPerFlush = this.#flushes === 0 ? 0 : this.#records / this.#flushes;
    return { flushes: this.#flushes, recordsPerFlush };
  }
}
