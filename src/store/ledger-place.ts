import { join } from 'node:path';
import { systemClock } from '../config/clock.js';
import { nodeFileSystem } from '../journal/node-file-system.js';
import type { JournalPlace } from '../journal/journal-place.js';
import { ALL_RULES } from '../journal/protocol-rules.js';

/** Where one ledger lies, and with what means it is read and written. */
export interface LedgerPlace extends JournalPlace {
  /** The view, as users know it. */
  readonly path: string;
}

/** How long what may be in use by a process that sleeps is left alone. */
export const GRACE_MILLIS: number = 3_600_000;

/** A ledger at `path`, its journals and bases in `<path>.d`; the means are the real ones unless given. */
export function ledgerPlace(path: string, means: Partial<JournalPlace> = {}): LedgerPlace {
  return {
    files: nodeFileSystem,
    clock: systemClock,
    graceMillis: GRACE_MILLIS,
    rules: ALL_RULES,
    ...means,
    path,
    directory: `${path}.d`,
  };
}

/** The path of a name in the ledger's directory. */
export function within(place: LedgerPlace, name: string): string {
  return join(place.directory, name);
}
