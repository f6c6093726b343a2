import type { FileInfo } from '../journal/file-system.js';
import { isSameFile } from '../journal/file-system.js';
import { LedgerError, errorCode } from '../journal/ledger-error.js';
import type { Base } from './base-file.js';
import { baseName, decodeBase } from './base-file.js';
import type { LedgerPlace } from './ledger-place.js';
import { within } from './ledger-place.js';

/** A base, and the file it was read from: after the directory was lost another one may have its number. */
export interface KnownBase {
  readonly base: Base;
  readonly info: FileInfo;
}

/** The newest base that is valid, and which newer ones had to be skipped since their checksum fails. */
export interface FoundBase {
  readonly newest: KnownBase | undefined;
  readonly skipped: readonly number[];
}

/**
 * Looks for the newest valid base among `numbers` (highest first); `known` is not read again when it comes first.
 * Only one whose checksum fails is skipped: one that cannot be read, or is of a newer version, throws, since going on
 * without it would publish lower totals. `undefined` = one vanished meanwhile: list again.
 */
export async function findBase(
  place: LedgerPlace,
  numbers: readonly number[],
  known: KnownBase | undefined,
): Promise<FoundBase | undefined> {
  const skipped: number[] = [];
  for (const number of numbers) {
    const file = await readBase(place, number, known);
    if (file === 'gone') return undefined;
    if (file === 'unreadable') continue;
    if (file === 'known') return { newest: known, skipped };
    const parsed = await decodeBase(file.bytes, () => place.clock.yieldTurn());
    if (parsed.kind === 'newer') throw newerError(place, baseName(number), parsed.version);
    if (parsed.kind === 'base' && parsed.base.number === number) {
      return { newest: { base: parsed.base, info: file.info }, skipped };
    }
    skipped.push(number);
  }
  return { newest: undefined, skipped };
}

async function readBase(
  place: LedgerPlace,
  number: number,
  known: KnownBase | undefined,
): Promise<{ info: FileInfo; bytes: Uint8Array } | 'known' | 'gone' | 'unreadable'> {
  const path = within(place, baseName(number));
  try {
    if (known?.base.number === number && isSameFile(known.info, await place.files.stat(path))) return 'known';
    return await place.files.readFrom(path, 0);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'gone';
    if (place.rules.stopAtUnreadable) throw error;
    return 'unreadable';
  }
}

/** A file of the ledger that a newer version wrote: nothing is merged, folded or published without understanding it. */
export function newerError(place: LedgerPlace, name: string, version: number): LedgerError {
  const path = within(place, name);
  return new LedgerError('ENEWER', `${path} was written by a newer version (format ${version})`, { path });
}
