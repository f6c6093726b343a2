import type { FileSystem } from '../../../src/journal/file-system.js';
import { SimInode, systemError } from './sim-disk.js';
import type { SimProcess, SimWorld } from './sim-world.js';

const CODES = ['EIO', 'ENOSPC', 'EMFILE', 'EBUSY', 'EROFS'];

/**
 * The facade as one simulated process sees it. Each call is one or more steps; at each the process may sleep, die or
 * get an error, and the error may come although the work was done.
 */
export function simFiles(world: SimWorld, process: SimProcess): FileSystem {
  const { disk, random } = world;
  let descriptors = 0;

  const fails = (): boolean => !world.isCalm && random.chance(world.weather.fault);
  const fail = (what: string): never => {
    throw systemError(random.pick(CODES), what);
  };

  function now<T>(what: string, effect: () => T): T {
    return world.now(process, what, () => {
      if (fails()) fail(what);
      return effect();
    });
  }

  function later<T>(what: string, effect: () => T, millis = 0): Promise<T> {
    return world.step(
      process,
      what,
      () => {
        if (fails()) fail(what);
        return effect();
      },
      millis,
    );
  }

  /** Appends, perhaps less than asked for, perhaps with an error although (some of) it is there. */
  function write(inode: SimInode, bytes: Uint8Array): number {
    if (disk.full && bytes.length > 0) {
      disk.append(inode, bytes.subarray(0, random.below(Math.min(bytes.length, 20))));
      throw systemError('ENOSPC', 'write');
    }
    if (fails()) {
      const written = random.below(bytes.length + 1);
      disk.append(inode, bytes.subarray(0, written));
      if (random.chance(0.7)) fail('write');
      return Math.max(1, written) === written ? written : fail('write');
    }
    disk.append(inode, bytes);
    return bytes.length;
  }

  function inodeOf(fd: number): SimInode {
    const inode = process.open.get(fd);
    if (inode instanceof SimInode) return inode;
    throw systemError('EBADF', `fd ${fd}`);
  }

  function openNew(path: string): number {
    const inode = disk.create(path);
    process.open.set(++descriptors, inode);
    return descriptors;
  }

  async function createWhole(path: string, bytes: Uint8Array): Promise<void> {
    const inode = await later(`create ${path}`, () => disk.create(path));
    try {
      await later(`write ${path}`, () => {
        if (write(inode, bytes) < bytes.length) fail('write');
      });
    } catch (error) {
      await world.step(process, `discard ${path}`, () => {
        if (disk.names.get(path) === inode) disk.unlink(path);
      });
      throw error;
    }
  }

  return {
    makeDirectorySync: (path) => now(`mkdir ${path}`, () => void disk.directories.add(path)),
    openAppendSync: (path) => now(`open ${path}`, () => openNew(path)),
    appendSync: (fd, bytes) =>
      world.now(process, `append ${Buffer.from(bytes).toString().slice(0, 60)}`, () =>
        write(inodeOf(fd), bytes),
      ),
    infoSync: (fd) => now('fstat', () => inodeOf(fd).info()),
    readBackSync: (fd) => now('read back', () => inodeOf(fd).data),
    closeSync: (fd) => world.now(process, 'close', () => void process.open.delete(fd)),
    readFileSync: (path) => now(`read ${path}`, () => disk.get(path).data),
    createFileSync: (path, bytes) => now(`create ${path}`, () => disk.append(disk.create(path), bytes)),
    linkSync: (from, to) => now(`link ${to}`, () => disk.link(from, to)),
    unlinkSync: (path) => now(`unlink ${path}`, () => disk.unlink(path)),
    typeSync: () => 0xef53,

    makeDirectory: (path) => later(`mkdir ${path}`, () => void disk.directories.add(path)),
    openAppend: (path) => later(`open ${path}`, () => openNew(path)),
    append: (fd, bytes) =>
      world.step(process, `append ${Buffer.from(bytes).toString().slice(0, 60)}`, () =>
        write(inodeOf(fd), bytes),
      ),
    info: (fd) => later('fstat', () => inodeOf(fd).info()),
    syncData: (fd) => later('fdatasync', () => void inodeOf(fd)),
    // A directory is read in pieces: a name that comes or goes meanwhile may be missed.
    list: async (path) => {
      const first = await later(`list ${path}`, () => disk.list(path).filter((name) => hash(name) < 128));
      const rest = (): string[] =>
        disk.directories.has(path) ? disk.list(path).filter((name) => hash(name) >= 128) : [];
      const second = await later(`list ${path} …`, rest, world.napAt(process));
      return [...first, ...second];
    },
    stat: (path) => later(`stat ${path}`, () => disk.get(path).info()),
    readFrom: async (path, offset) => {
      const inode = await later(`open ${path}`, () => disk.get(path));
      return later(`read ${path}`, () => ({ info: inode.info(), bytes: inode.data.subarray(offset) }));
    },
    createFile: createWhole,
    stage: async (path, bytes) => {
      const inode = await later(`stage ${path}`, () => disk.create(path));
      await later(`stage write ${path}`, () => {
        // As write-file-atomic does: a short write on a full disk goes unseen.
        disk.append(inode, disk.full ? bytes.subarray(0, random.below(bytes.length)) : bytes);
      });
      await later('stage sync', () => undefined);
    },
    rename: (from, to) => later(`rename ${to}`, () => disk.rename(from, to), world.napAt(process)),
    link: (from, to) => {
      const lost = fails();
      const link = (): void => {
        disk.link(from, to);
        if (lost) fail('link');
      };
      return world.step(process, `link ${to}`, link, world.napAt(process));
    },
    unlink: (path) => later(`unlink ${path}`, () => disk.unlink(path)),
    syncDirectory: () => later('sync directory', () => undefined),
    randomName: () => random.hex(16),
  };
}

function hash(name: string): number {
  let sum = 7;
  for (let i = 0; i < name.length; i++) sum = (sum * 31 + name.charCodeAt(i)) & 0xffff;
  return sum & 0xff;
}
