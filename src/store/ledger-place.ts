import { join } from 'node:path';
import type { JournalPlace } from '../journal/part-log.js';

/** Where one ledger lives, and with what means it is read and written. */
export interface LedgerPlace extends JournalPlace {
  /** The view, as users know it. */
  readonly path: string;
}

/** The directory of journals and bases that belongs to a ledger file. */
export function ledgerDirectory(path: string): string {
  return `${path}.d`;
}

/** The path of a name in the ledger's directory. */
export function within(place: LedgerPlace, name: string): string {
  return join(place.directory, name);
}

/** How long what may be in use by a process that sleeps is left alone. */
export const GRACE_MILLIS: number = 3_600_000;
