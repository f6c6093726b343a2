import { errorCode } from '../journal/ledger-error.js';
import type { FileInfo } from '../journal/file-system.js';
import { readTail } from '../journal/journal-reader.js';
import { baseName, baseNumbers, decodeBaseWriters } from './base-file.js';
import type { BaseWriter } from './base-writers.js';
import type { LedgerPlace } from './ledger-place.js';
import { within } from './ledger-place.js';
import type { Merge } from './merge.js';
import type { MergedPart } from './merged-sums.js';
import { listNames, lookAt } from './ledger-names.js';

const TEMPORARY = /^[pt]-/;

/**
 * Unlinks what nobody needs any more, as of a merge just refreshed: parts that two bases hold, and a third (or one of
 * them) held an hour ago; bases older than those; temporaries of the dead; nothing younger than the grace. Returns the
 * names.
 */
export async function sweep(place: LedgerPlace, merge: Merge, nowMillis: number): Promise<string[]> {
  const bases = await soundBases(place, nowMillis);
  const settled = bases.find(({ info }) => isOld(place, info, nowMillis));
  const removed: string[] = [];
  for (const part of merge.parts.values()) {
    if (await isNeedless(place, merge, part, settled, nowMillis)) await remove(place, part.name, removed);
  }
  const names = await listNames(place);
  const keep = Math.min(bases[1]?.number ?? 0, settled?.number ?? 0);
  const old = baseNumbers(names).filter((number) => number < keep);
  for (const name of [...old.map(baseName), ...names.filter((name) => TEMPORARY.test(name))]) {
    const info = await lookAt(place, name);
    if (info !== undefined && isOld(place, info, nowMillis)) await remove(place, name, removed);
  }
  for (const name of removed) merge.parts.delete(name);
  return removed;
}

/** A base whose checksum is right. */
interface SoundBase {
  readonly number: number;
  readonly info: FileInfo;
  readonly writers: ReadonlyMap<string, BaseWriter>;
}

/** The two newest sound bases, and the newest one that has been there for the grace, if that is below them. */
async function soundBases(place: LedgerPlace, nowMillis: number): Promise<SoundBase[]> {
  const bases: SoundBase[] = [];
  for (const number of baseNumbers(await listNames(place))) {
    const info = await lookAt(place, baseName(number));
    if (info === undefined || (bases.length >= 2 && !isOld(place, info, nowMillis))) continue;
    const base = await readSound(place, number);
    if (base === undefined) continue;
    bases.push(base);
    if (bases.length >= 2 && bases.some((sound) => isOld(place, sound.info, nowMillis))) break;
  }
  return bases;
}

async function readSound(place: LedgerPlace, number: number): Promise<SoundBase | undefined> {
  try {
    const { info, bytes } = await place.files.readFrom(within(place, baseName(number)), 0);
    const writers = decodeBaseWriters(bytes);
    return writers === undefined ? undefined : { number, info, writers };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * `settled` = the newest base that has been there for the grace: whoever does not know it has slept for so long that
 * its part of the protocol is to start over. Under constant folding the newest base never gets that old.
 */
async function isNeedless(
  place: LedgerPlace,
  merge: Merge,
  part: MergedPart,
  settled: SoundBase | undefined,
  nowMillis: number,
): Promise<boolean> {
  if (part.fillsGap || part.sequence > heldFor(place, merge, part.writer, settled)) return false;
  const info = await lookAt(place, part.name);
  if (info === undefined || !(part.finished || isOld(place, info, nowMillis))) return false;
  // Appended to since the merge? (We may have slept in between.)
  return (await readTail(place.files, within(place, part.name), part.tail)).kind === 'none';
}

/** Up to which sequence the two newest bases and the settled one hold the journal of a writer. */
function heldFor(place: LedgerPlace, merge: Merge, writer: string, settled: SoundBase | undefined): number {
  const newest = merge.base?.writers.get(writer);
  if (!place.rules.twoBases) return newest?.sequence ?? 0;
  return Math.min(newest?.before ?? 0, settled?.writers.get(writer)?.sequence ?? 0);
}

function isOld(place: LedgerPlace, info: FileInfo, nowMillis: number): boolean {
  return nowMillis - info.changedMillis >= place.graceMillis;
}

async function remove(place: LedgerPlace, name: string, removed: string[]): Promise<void> {
  try {
    await place.files.unlink(within(place, name));
    removed.push(name);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
