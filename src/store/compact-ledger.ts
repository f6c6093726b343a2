import { toLedgerError } from '../journal/ledger-error.js';
import { untraced } from '../journal/untraced.js';
import type { Compaction } from './compactor.js';
import { Compactor } from './compactor.js';
import type { LedgerPlace } from './ledger-place.js';
import { ledgerPlace } from './ledger-place.js';
import { openLedger } from './open-ledger.js';
import type { LedgerProblem } from './publisher.js';

export interface LedgerCompaction extends Compaction {
  /** Journal parts still there: of live writers, or not old enough to be removed. */
  readonly keptParts: number;
  /** Damaged or conflicting files that were set aside. */
  readonly problems: readonly LedgerProblem[];
}

/**
 * Publishes what all writers left, folds it into the next base and removes what two bases hold. Safe at any time, also
 * while writers are at work. Throws LedgerError; `ENOENT` = no ledger at this path.
 */
export function compactLedger(path: string): Promise<LedgerCompaction> {
  return compactLedgerAt(ledgerPlace(path));
}

/** As `compactLedger`, for a place. */
export function compactLedgerAt(place: LedgerPlace): Promise<LedgerCompaction> {
  return untraced(async () => {
    try {
      const { settings, merge, publisher, problems } = await openLedger(place);
      await place.files.makeDirectory(place.directory);
      const compaction = await new Compactor(place, merge, () => settings).compact(
        () => publisher.settle(),
        true,
      );
      await publisher.publish();
      return { ...compaction, keptParts: merge.parts.size, problems };
    } catch (error) {
      throw toLedgerError(error, 'compact the ledger', place.path);
    }
  });
}
