import { errorCode } from '../journal/ledger-error.js';
import type { FileInfo } from '../journal/file-system.js';
import { readTail } from '../journal/journal-reader.js';
import { baseName, baseNumbers } from './base-file.js';
import { findBase } from './find-base.js';
import type { LedgerPlace } from './ledger-place.js';
import { within } from './ledger-place.js';
import type { Merge, MergedPart } from './merge.js';
import { listNames } from './ledger-names.js';

const TEMPORARY = /^[pt]-/;

/**
 * Unlinks what nobody needs any more, as of a merge just refreshed: parts that two bases hold, bases older than the two
 * newest valid ones, temporaries of the dead; nothing younger than the grace. Returns the names.
 */
export async function sweep(place: LedgerPlace, merge: Merge, nowMillis: number): Promise<string[]> {
  const settled = await isSettled(place, merge, nowMillis);
  const removed: string[] = [];
  for (const part of merge.parts.values()) {
    if (await isNeedless(place, merge, part, settled, nowMillis)) await remove(place, part.name, removed);
  }
  const names = await listNames(place);
  const needless = [...(await oldBases(place, names)), ...names.filter((name) => TEMPORARY.test(name))];
  for (const name of needless) {
    const info = await look(place, name);
    if (info !== undefined && isOld(place, info, nowMillis)) await remove(place, name, removed);
  }
  for (const name of removed) merge.parts.delete(name);
  return removed;
}

/** Whether the newest base has been there for the grace, so that no reader is left that does not know it. */
async function isSettled(place: LedgerPlace, merge: Merge, nowMillis: number): Promise<boolean> {
  if (merge.base === undefined) return false;
  const info = await look(place, baseName(merge.base.number));
  return info !== undefined && isOld(place, info, nowMillis);
}

async function isNeedless(
  place: LedgerPlace,
  merge: Merge,
  part: MergedPart,
  settled: boolean,
  nowMillis: number,
): Promise<boolean> {
  const held = merge.base?.writers.get(part.writer);
  const { twoBases } = place.rules;
  if (part.fillsGap) return false;
  if (part.sequence > ((twoBases ? held?.before : held?.sequence) ?? 0)) return false;
  if (part.sequence > 0 && twoBases && !settled) return false;
  const info = await look(place, part.name);
  if (info === undefined || !(part.finished || isOld(place, info, nowMillis))) return false;
  // Appended to since the merge? (We may have slept in between.)
  return (await readTail(place.files, within(place, part.name), part.tail)).kind === 'none';
}

async function oldBases(place: LedgerPlace, names: readonly string[]): Promise<string[]> {
  const numbers = baseNumbers(names);
  if (numbers.length <= 2) return [];
  const newest = await findBase(place, numbers, undefined);
  if (newest?.newest === undefined) return [];
  const { number } = newest.newest.base;
  const below = numbers.filter((candidate) => candidate < number);
  const second = (await findBase(place, below, undefined))?.newest?.base.number;
  if (second === undefined) return [];
  return numbers.filter((candidate) => candidate < second).map(baseName);
}

function isOld(place: LedgerPlace, info: FileInfo, nowMillis: number): boolean {
  return nowMillis - info.changedMillis >= place.graceMillis;
}

async function look(place: LedgerPlace, name: string): Promise<FileInfo | undefined> {
  try {
    return await place.files.stat(within(place, name));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function remove(place: LedgerPlace, name: string, removed: string[]): Promise<void> {
  try {
    await place.files.unlink(within(place, name));
    removed.push(name);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
