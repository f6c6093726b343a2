/** Looks on while a core works: budgets, metrics. No method throws or rejects. */
export interface CoreObserver {
  /** So many entries were written to the journal as one line. */
  written?(entries: number): void;
  /** A flush of so many new entries begins once this resolves. */
  flushing?(records: number): Promise<void> | undefined;
  /** A flush ended after `millis`, with `error` if it failed. */
  flushed?(records: number, millis: number, error: unknown): Promise<void> | undefined;
}
