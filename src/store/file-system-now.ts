import type { LedgerPlace } from './ledger-place.js';
import { within } from './ledger-place.js';

/**
 * The time by the clock of the file system that holds the ledger: of a file just created there. The grace of other
 * processes' files is measured on it, never on the local clock, which may be an hour off.
 */
export async function fileSystemNow(place: LedgerPlace): Promise<number> {
  if (!place.rules.fileSystemTime) return place.clock.nowMillis();
  const path = within(place, `t-${place.files.randomName()}`);
  await place.files.createFile(path, new Uint8Array());
  try {
    return Math.floor((await place.files.stat(path)).changedMillis);
  } finally {
    await place.files.unlink(path);
  }
}
