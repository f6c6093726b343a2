import type { FileInfo } from '../journal/file-system.js';
import { LedgerError, errorCode } from '../journal/ledger-error.js';
import type { Base } from './base-file.js';
import { baseName, baseNumbers, baseTrailer, encodeBase } from './base-file.js';
import type { LedgerPlace } from './ledger-place.js';
import { within } from './ledger-place.js';
import { listNames } from './ledger-names.js';

/** File systems that have no hard links (FAT, some FUSE) say one of these. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/**
 * Makes the next base: written aside, synced, read back, and given its number by link(2), which only one can win. False
 * = somebody else was first (or a newer base came meanwhile): start again from what is there now.
 */
export async function createBase(place: LedgerPlace, base: Base): Promise<boolean> {
  const bytes = await renderBase(place, base);
  const aside = within(place, `t-${place.files.randomName()}`);
  await place.files.createFile(aside, bytes);
  try {
    await checkWritten(place, aside, bytes);
    if (!(await give(place, aside, within(place, baseName(base.number)), bytes))) return false;
  } finally {
    await place.files.unlink(aside).catch(ignoreGone);
  }
  await place.files.syncDirectory(place.directory);
  const [newest] = baseNumbers(await listNames(place));
  return newest === base.number;
}

async function renderBase(place: LedgerPlace, base: Base): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (const piece of encodeBase(base)) {
    pieces.push(piece);
    await place.clock.yieldTurn();
  }
  const body = Buffer.concat(pieces);
  return Buffer.concat([body, Buffer.from(baseTrailer(body))]);
}

/** Reads a file back and compares: a full disk may shorten what was written without a word. */
export async function checkWritten(place: LedgerPlace, path: string, bytes: Uint8Array): Promise<FileInfo> {
  const written = await place.files.readFrom(path, 0);
  if (Buffer.compare(written.bytes, bytes) === 0) return written.info;
  const short = written.bytes.length < bytes.length;
  throw new LedgerError(short ? 'ENOSPC' : 'EIO', `${path} is not what was written to it`, { path });
}

async function give(place: LedgerPlace, aside: string, to: string, bytes: Uint8Array): Promise<boolean> {
  if (!place.rules.linkBases) {
    await place.files.rename(aside, to);
    return true;
  }
  try {
    await place.files.link(aside, to);
    return true;
  } catch (error) {
    // We slept so long that somebody swept what we had written aside.
    if (errorCode(error) === 'ENOENT') return false;
    // Over NFS the link may be made and its answer lost: then the file has two names.
    if ((await place.files.stat(aside)).links === 2) return true;
    if (errorCode(error) === 'EEXIST') return false;
    if (!NO_LINKS.has(errorCode(error))) throw error;
  }
  return createExclusively(place, to, bytes);
}

/** Without links: until all of it is written its checksum fails, and it is skipped. */
async function createExclusively(place: LedgerPlace, to: string, bytes: Uint8Array): Promise<boolean> {
  try {
    await place.files.createFile(to, bytes);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function ignoreGone(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error;
}
