import type { FileInfo, FileSystem } from './file-system.js';
import { LedgerError, errorCode } from './ledger-error.js';
import { encodeHeader } from './line-codec.js';
import { PartRun } from './part-run.js';

/** Both clocks, read together. */
export interface Instant {
  readonly wallMillis: number;
  readonly monotonicMillis: number;
}

/** An open part of a writer's journal. */
export interface JournalPart {
  readonly fd: number;
  readonly name: string;
  /** Bytes we wrote, as far as we know. */
  size: number;
  /** Last sequence written to it, 0 = none. */
  sequence: number;
  /** True once the header line is surely there. */
  started: boolean;
  /** True while the fate of the last write is unknown: the next one begins with a newline. */
  uncertain: boolean;
  /** True once nothing may be appended any more. */
  stale: boolean;
  /** True while something was written that may not be on the device. */
  unsynced: boolean;
  /** Clocks as read before the last append. */
  last: Instant;
  /** Its inode, once it was looked at. */
  info: FileInfo | undefined;
  /** The lines that this process wrote and its merge did not take yet; `undefined` = not known, read them. */
  run: PartRun | undefined;
}

const NEWLINE = Buffer.from('\n');

/** A part ends at this size. */
export const MAX_PART_BYTES: number = 4 * 1024 * 1024;

export function newPart(fd: number, name: string, now: Instant): JournalPart {
  return {
    fd,
    name,
    size: 0,
    sequence: 0,
    started: false,
    uncertain: false,
    stale: false,
    unsynced: true,
    last: now,
    info: undefined,
    run: new PartRun(),
  };
}

export function isFull(part: JournalPart): boolean {
  return part.size >= MAX_PART_BYTES;
}

/**
 * Whether a quarter of the grace passed since `before` by either clock, or the wall clock went back. A part left alone
 * that long must not be appended to: somebody may take it for finished, fold it and unlink it.
 */
export function wasIdle(before: Instant, now: Instant, graceMillis: number): boolean {
  const wall = now.wallMillis - before.wallMillis;
  return wall < 0 || wall >= graceMillis / 4 || elapsed(before, now) >= graceMillis / 4;
}

/** Milliseconds from one instant to another by the monotonic clock. */
export function elapsed(before: Instant, now: Instant): number {
  return now.monotonicMillis - before.monotonicMillis;
}

/** The bytes to write so that `lines` stand on lines of their own; from here on their fate is unknown. */
export function framed(part: JournalPart, lines: Uint8Array, writer: string): Uint8Array {
  const pieces: Uint8Array[] = [];
  if (part.uncertain) {
    pieces.push(NEWLINE);
    // Where the next line begins is no longer known.
    part.run = undefined;
  }
  if (!part.started) pieces.push(encodeHeader(writer));
  part.uncertain = true;
  return pieces.length === 0 ? lines : Buffer.concat([...pieces, lines]);
}

/** How far a write came; one that wrote nothing at all is an error, lest it be tried for ever. */
export function progress(written: number): number {
  if (written <= 0) throw new LedgerError('EIO', 'cannot append to the journal: nothing was written');
  return written;
}

/** Whether somebody unlinked it. ESTALE: a network file system's server no longer knows the inode. */
export async function isUnlinked(files: FileSystem, part: JournalPart): Promise<boolean> {
  try {
    part.info = await files.info(part.fd);
    return part.info.links === 0;
  } catch (error) {
    if (errorCode(error) === 'ESTALE' || errorCode(error) === 'ENOENT') return true;
    throw error;
  }
}

/** Waits until what was written to it is on the device. */
export async function syncPart(files: FileSystem, part: JournalPart): Promise<void> {
  if (!part.unsynced) return;
  part.unsynced = false;
  try {
    await files.syncData(part.fd);
  } catch (error) {
    part.unsynced = true;
    throw error;
  }
}
