import type { LedgerCoreParts } from './core-parts.js';
import type { FlushTally } from './exporter-stats.js';
import { detached } from './detached.js';

/** What a flush is of. */
export interface FlushRequest {
  /** Somebody waits for it. */
  readonly force: boolean;
  /** Records that no successful flush has covered yet. */
  readonly records: number;
  /** Records of this process so far. */
  readonly recorded: number;
}

/** Flushes the storage, counts that in `tally`, and tells the observers. Rejects when the storage does. */
export async function observedFlush(
  { storage, clock, observers }: Pick<LedgerCoreParts, 'storage' | 'clock' | 'observers'>,
  tally: FlushTally,
  { force, records, recorded }: FlushRequest,
): Promise<void> {
  const start = clock.monotonicMillis();
  const took = (): number => clock.monotonicMillis() - start;
  try {
    for (const observer of observers) await observer.flushing?.(records);
    await detached(() => storage.flush({ force }));
    tally.landed(recorded, storage.stats());
    for (const observer of observers) await observer.flushed?.(records, took(), undefined);
  } catch (error) {
    tally.failed(error);
    for (const observer of observers) await observer.flushed?.(records, took(), error);
    throw error;
  }
}
