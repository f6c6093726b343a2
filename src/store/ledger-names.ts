import type { FileInfo } from '../journal/file-system.js';
import { errorCode } from '../journal/ledger-error.js';
import type { PartName } from '../journal/part-name.js';
import { parsePartName } from '../journal/part-name.js';
import type { LedgerPlace } from './ledger-place.js';
import { within } from './ledger-place.js';

/** Names in the ledger's directory; none when there is no directory. */
export async function listNames(place: LedgerPlace): Promise<string[]> {
  try {
    return await place.files.list(place.directory);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The journal parts among these names, those of one writer in order. */
export function listParts(names: readonly string[]): PartName[] {
  return names
    .map(parsePartName)
    .filter((name) => name !== undefined)
    .sort((a, b) => (a.writer === b.writer ? a.part - b.part : a.writer < b.writer ? -1 : 1));
}

/** The inode behind a name in the directory, `undefined` = there is none. */
export async function lookAt(place: LedgerPlace, name: string): Promise<FileInfo | undefined> {
  try {
    return await place.files.stat(within(place, name));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
