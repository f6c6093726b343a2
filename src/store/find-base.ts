import { LedgerError, errorCode } from '../journal/ledger-error.js';
import type { Base } from './base-file.js';
import { baseName, decodeBase } from './base-file.js';
import type { LedgerPlace } from './ledger-place.js';
import { within } from './ledger-place.js';

/** The newest base that is valid, and which newer ones had to be skipped since their checksum fails. */
export interface FoundBase {
  readonly base: Base | undefined;
  readonly skipped: readonly number[];
}

/**
 * Looks for the newest valid base among `numbers` (highest first); `known` is taken as it is when it comes first.
 * Only one whose checksum fails is skipped: one that cannot be read, or is of a newer version, throws, since going on
 * without it would publish lower totals. `undefined` = one vanished meanwhile: list again.
 */
export async function findBase(
  place: LedgerPlace,
  numbers: readonly number[],
  known: Base | undefined,
): Promise<FoundBase | undefined> {
  const skipped: number[] = [];
  for (const number of numbers) {
    if (known?.number === number) return { base: known, skipped };
    const bytes = await readBase(place, number);
    if (bytes === 'gone') return undefined;
    if (bytes === 'unreadable') continue;
    const parsed = await decodeBase(bytes, () => place.clock.yieldTurn());
    if (parsed.kind === 'newer') throw newerError(place, baseName(number), parsed.version);
    if (parsed.kind === 'base' && parsed.base.number === number) return { base: parsed.base, skipped };
    skipped.push(number);
  }
  return { base: undefined, skipped };
}

async function readBase(place: LedgerPlace, number: number): Promise<Uint8Array | 'gone' | 'unreadable'> {
  try {
    return (await place.files.readFrom(within(place, baseName(number)), 0)).bytes;
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
