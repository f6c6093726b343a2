import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { nodeUtil } from '../config/node-modules.js';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR, O_APPEND, O_WRONLY } = fs.constants;
const CREATE = O_CREAT | O_EXCL | O_NOFOLLOW;
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

const { promisify } = nodeUtil();
const open = promisify(fs.open);
const close = promisify(fs.close);
const write = promisify(fs.write);
const fsync = promisify(fs.fsync);

/** Whom a new file is to belong to: what root creates takes its directory's owner, so that the app can go on. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Creates a file for appending and reading back; never an existing one, never through a link. */
export function openAppendSync(path: string): number {
  refuseLinked(fs.lstatSync(dirname(path)), path);
  const fd = fs.openSync(path, CREATE | O_RDWR | O_APPEND, FILE_MODE);
  return settleSync(fd, path);
}

export async function openAppend(path: string): Promise<number> {
  refuseLinked(await fs.promises.lstat(dirname(path)), path);
  const fd = await open(path, CREATE | O_RDWR | O_APPEND, FILE_MODE);
  return settle(fd, path);
}

/** Creates a file with this content; on failure nothing is left of it. */
export function createFileSync(path: string, bytes: Uint8Array): void {
  refuseLinked(fs.lstatSync(dirname(path)), path);
  const fd = fs.openSync(path, CREATE | O_WRONLY, FILE_MODE);
  try {
    settleSync(fd, path);
    for (let at = 0; at < bytes.length;) at += fs.writeSync(fd, bytes, at);
  } catch (error) {
    fs.rmSync(path, { force: true });
    throw error;
  } finally {
    fs.closeSync(fd);
  }
}

/** As `createFileSync`, and on the device when it resolves. */
export async function createFile(path: string, bytes: Uint8Array): Promise<void> {
  refuseLinked(await fs.promises.lstat(dirname(path)), path);
  const fd = await open(path, CREATE | O_WRONLY, FILE_MODE);
  try {
    await settle(fd, path);
    for (let at = 0; at < bytes.length;) at += (await write(fd, bytes, at)).bytesWritten;
    await fsync(fd);
  } catch (error) {
    await fs.promises.rm(path, { force: true });
    throw error;
  } finally {
    await close(fd);
  }
}

/** Creates a directory, mode 0700, with missing parents; one that is there is fine, a link or file is not. */
export function makeDirectorySync(path: string): void {
  fs.mkdirSync(dirname(path), { recursive: true });
  try {
    fs.mkdirSync(path, DIRECTORY_MODE);
  } catch (error) {
    if (!hasCode(error, 'EEXIST') || !fs.lstatSync(path).isDirectory()) throw error;
    return;
  }
  settleDirectory(path);
}

export async function makeDirectory(path: string): Promise<void> {
  await fs.promises.mkdir(dirname(path), { recursive: true });
  try {
    await fs.promises.mkdir(path, DIRECTORY_MODE);
  } catch (error) {
    if (!hasCode(error, 'EEXIST') || !(await fs.promises.lstat(path)).isDirectory()) throw error;
    return;
  }
  settleDirectory(path);
}

function settleDirectory(path: string): void {
  if (ownBits(fs.lstatSync(path)) !== DIRECTORY_MODE)
    allowUnsupported(() => fs.chmodSync(path, DIRECTORY_MODE));
  const owner = ownerOf(path);
  if (owner !== undefined) fs.chownSync(path, owner.uid, owner.gid);
}

/** The directory's owner when we are root and it is not ours; else `undefined`: what we create is ours anyway. */
export function ownerOf(path: string): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const { uid, gid } = fs.statSync(dirname(path));
  return uid === 0 && gid === 0 ? undefined : { uid, gid };
}

/** A link in place of the ledger's directory would let somebody else choose where we write. */
function refuseLinked(directory: fs.Stats, path: string): void {
  if (!directory.isSymbolicLink()) return;
  throw Object.assign(new Error(`ELOOP: is a symbolic link, '${dirname(path)}'`), { code: 'ELOOP' });
}

/** Mode and owner of a file just created; closes it when that fails. */
function settleSync(fd: number, path: string): number {
  try {
    if (ownBits(fs.fstatSync(fd)) !== FILE_MODE) allowUnsupported(() => fs.fchmodSync(fd, FILE_MODE));
    const owner = ownerOf(path);
    if (owner !== undefined) fs.fchownSync(fd, owner.uid, owner.gid);
    return fd;
  } catch (error) {
    fs.closeSync(fd);
    throw error;
  }
}

async function settle(fd: number, path: string): Promise<number> {
  // After the open the descriptor is at hand: these calls don't wait for a remote server.
  await Promise.resolve();
  return settleSync(fd, path);
}

function ownBits(stats: fs.Stats): number {
  return stats.mode & 0o777;
}

/** A file system without modes (FAT) refuses to change them; its mount options say who may read. */
function allowUnsupported(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!hasCode(error, 'EPERM') && !hasCode(error, 'ENOTSUP')) throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
