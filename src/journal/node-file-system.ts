import * as fs from 'node:fs';
import type WriteFileAtomic from 'write-file-atomic';
import { nodeCrypto, nodeUtil } from '../config/node-modules.js';
import { packageEntry, requireFile } from '../config/package-entry.js';
import { keepExitHandlers } from './exit-hook.js';
import type { FileInfo, FileSystem } from './file-system.js';
import {
  createFile,
  createFileSync,
  makeDirectory,
  makeDirectorySync,
  openAppend,
  openAppendSync,
  ownerOf,
} from './node-create.js';
import { untraced } from './untraced.js';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;
/** O_NONBLOCK: a FIFO planted under a name that is read must not hang the process. */
const READ = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;

const { promisify } = nodeUtil();
const open = promisify(fs.open);
const close = promisify(fs.close);
const read = promisify(fs.read);
const write = promisify(fs.write);
const fstat = promisify(fs.fstat);
const fsync = promisify(fs.fsync);
const fdatasync = promisify(fs.fdatasync);

/** The real file system; see `FileSystem`. Calls that take a path are kept out of traces. */
export const nodeFileSystem: FileSystem = {
  makeDirectorySync: (path) => untraced(() => makeDirectorySync(path)),
  openAppendSync: (path) => untraced(() => openAppendSync(path)),
  appendSync: (fd, bytes) => fs.writeSync(fd, bytes),
  infoSync: (fd) => toInfo(fs.fstatSync(fd)),
  readBackSync,
  closeSync: (fd) => fs.closeSync(fd),
  readFileSync: (path) => untraced(() => readFileSync(path)),
  createFileSync: (path, bytes) => untraced(() => createFileSync(path, bytes)),
  linkSync: (from, to) => untraced(() => fs.linkSync(from, to)),
  unlinkSync: (path) => untraced(() => fs.unlinkSync(path)),
  typeSync: (path) => untraced(() => fs.statfsSync(path).type),

  makeDirectory: (path) => untraced(() => makeDirectory(path)),
  openAppend: (path) => untraced(() => openAppend(path)),
  append: async (fd, bytes) => (await write(fd, bytes, 0, bytes.length)).bytesWritten,
  info: async (fd) => toInfo(await fstat(fd)),
  syncData: (fd) => fdatasync(fd),
  list: (path) => untraced(() => fs.promises.readdir(path)),
  stat: async (path) => toInfo(await untraced(() => fs.promises.lstat(path))),
  readFrom: (path, offset) => untraced(() => readFrom(path, offset)),
  createFile: (path, bytes) => untraced(() => createFile(path, bytes)),
  stage: (path, bytes, like) => untraced(() => stage(path, bytes, like)),
  rename: (from, to) => untraced(() => fs.promises.rename(from, to)),
  link: (from, to) => untraced(() => fs.promises.link(from, to)),
  unlink: (path) => untraced(() => fs.promises.unlink(path)),
  syncDirectory: (path) => untraced(() => syncDirectory(path)),
  randomName: () => nodeCrypto().randomBytes(8).toString('hex'),
};

function toInfo(stats: fs.Stats): FileInfo {
  return {
    kind: kindOf(stats),
    device: stats.dev,
    inode: stats.ino,
    size: stats.size,
    changedMillis: Math.max(stats.mtimeMs, stats.ctimeMs),
    links: stats.nlink,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
  };
}

function kindOf(stats: fs.Stats): FileInfo['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

/** Reading anything but a regular file is refused: a directory, FIFO or device holds no ledger. */
function refuseSpecial(stats: fs.Stats, path: string): void {
  if (stats.isFile()) return;
  const code = stats.isDirectory() ? 'EISDIR' : 'EINVAL';
  throw Object.assign(new Error(`${code}: not a regular file, read '${path}'`), { code });
}

function readFileSync(path: string): Uint8Array {
  const fd = fs.openSync(path, READ);
  try {
    refuseSpecial(fs.fstatSync(fd), path);
    return readBackSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function readBackSync(fd: number): Uint8Array {
  const bytes = Buffer.alloc(fs.fstatSync(fd).size);
  let at = 0;
  while (at < bytes.length) {
    const count = fs.readSync(fd, bytes, at, bytes.length - at, at);
    if (count === 0) break;
    at += count;
  }
  return bytes.subarray(0, at);
}

async function readFrom(path: string, offset: number): Promise<{ info: FileInfo; bytes: Uint8Array }> {
  const fd = await open(path, READ);
  try {
    const stats = await fstat(fd);
    refuseSpecial(stats, path);
    const bytes = Buffer.alloc(Math.max(0, stats.size - offset));
    let at = 0;
    while (at < bytes.length) {
      const { bytesRead } = await read(fd, bytes, at, bytes.length - at, offset + at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return { info: toInfo(stats), bytes: bytes.subarray(0, at) };
  } finally {
    await close(fd);
  }
}

/**
 * write-file-atomic in the safe way: a name nobody else has, options it may write into, mode and owner both told (else
 * it looks them up), signal handlers that stay. It does not see a short write on a full disk: the caller reads back.
 */
async function stage(
  path: string,
  bytes: Uint8Array,
  like: Pick<FileInfo, 'mode' | 'uid' | 'gid'> | undefined,
): Promise<void> {
  keepExitHandlers();
  const owner = like ?? ownerOf(path) ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const writeFileAtomic = await atomicWriter();
  await writeFileAtomic(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
    mode: like?.mode ?? 0o600,
    chown: { uid: owner.uid, gid: owner.gid },
  });
}

/**
 * Loaded with the first file that is staged: its import takes as long as that of a third of this package. What an import
 * does not load twice (see `packageEntry`) is loaded by its path; bundlers follow the import only.
 */
async function atomicWriter(): Promise<typeof WriteFileAtomic> {
  try {
    return (await import('write-file-atomic')).default;
  } catch {
    const writer = requireFile(packageEntry('write-file-atomic'));
    if (isWriter(writer)) return writer;
    throw new Error('write-file-atomic is no function');
  }
}

function isWriter(writer: unknown): writer is typeof WriteFileAtomic {
  return typeof writer === 'function';
}

async function syncDirectory(path: string): Promise<void> {
  const fd = await open(path, O_RDONLY | O_DIRECTORY);
  try {
    await fsync(fd);
  } finally {
    await close(fd);
  }
}
