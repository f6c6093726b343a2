import type { Delta } from '../ledger/delta.js';
import type { FileInfo } from '../journal/file-system.js';
import type { PartTail } from '../journal/journal-reader.js';
import type { JournalRun } from '../journal/part-run.js';
import { lookAt } from './ledger-names.js';
import type { LedgerPlace } from './ledger-place.js';
import type { MergedSums } from './merged-sums.js';

/** What this process wrote to a part of its own since this was last asked; see `PartLog.takeRun`. */
export interface OwnJournals {
  takeRun(name: string): TakenRun | undefined;
}

/** A run, and the inode it is in, if that is known. */
export interface TakenRun {
  readonly run: JournalRun;
  readonly info: FileInfo | undefined;
}

/** A run that can be added as it is, and how far the part is merged then. */
export interface RunNews {
  readonly kind: 'run';
  readonly run: JournalRun;
  readonly sum: Delta;
  readonly tail: PartTail;
}

/**
 * What this process wrote itself, if it is just what comes after `tail` and sits where it was written; `undefined` = it is
 * to be read.
 */
export async function ownLines(
  place: LedgerPlace,
  sums: MergedSums,
  part: { readonly name: string; readonly writer: string },
  tail: PartTail | undefined,
  { run, info }: TakenRun,
): Promise<RunNews | undefined> {
  const { sum, from, to } = run;
  if (sum === undefined || info === undefined || from === to || from !== (tail?.offset ?? 0))
    return undefined;
  if (!sums.isNext(part.writer, run)) return undefined;
  const { device, inode } = info;
  const there = await lookAt(place, part.name);
  if (there?.device !== device || there.inode !== inode || there.size < to) return undefined;
  return { kind: 'run', run, sum, tail: { device, inode, offset: to } };
}
