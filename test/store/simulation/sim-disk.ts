import { dirname } from 'node:path';
import type { FileInfo } from '../../../src/journal/file-system.js';

export class SimInode {
  readonly number: number;
  data: Buffer = Buffer.alloc(0);
  links = 1;
  changedMillis: number;

  constructor(number: number, now: number) {
    this.number = number;
    this.changedMillis = now;
  }

  info(): FileInfo {
    return {
      kind: 'file',
      device: 1,
      inode: this.number,
      size: this.data.length,
      changedMillis: this.changedMillis,
      links: this.links,
      mode: 0o600,
      uid: 0,
      gid: 0,
    };
  }
}

export function systemError(code: string, what: string): Error {
  return Object.assign(new Error(`${code}: simulated, ${what}`), { code });
}

/** The files of all simulated processes: names, inodes, a clock of its own, and space that may run out. */
export class SimDisk {
  readonly names = new Map<string, SimInode>();
  readonly directories = new Set<string>();
  /** Disk time, milliseconds since 1970. */
  now: number;
  full = false;
  /** Called after a file got a new name by rename. */
  onRename: (to: string, inode: SimInode) => void = () => undefined;
  #inodes = 0;

  constructor(now: number) {
    this.now = now;
  }

  create(path: string): SimInode {
    if (!this.directories.has(dirname(path))) throw systemError('ENOENT', `open ${path}`);
    if (this.names.has(path)) throw systemError('EEXIST', `open ${path}`);
    const inode = new SimInode(++this.#inodes, this.now);
    this.names.set(path, inode);
    return inode;
  }

  get(path: string): SimInode {
    const inode = this.names.get(path);
    if (inode === undefined)
      throw systemError(this.directories.has(path) ? 'EISDIR' : 'ENOENT', `open ${path}`);
    return inode;
  }

  /** Appends up to `limit` bytes; a full disk takes none. */
  append(inode: SimInode, bytes: Uint8Array): void {
    inode.data = Buffer.concat([inode.data, bytes]);
    inode.changedMillis = this.now;
  }

  link(from: string, to: string): void {
    const inode = this.get(from);
    if (this.names.has(to)) throw systemError('EEXIST', `link ${to}`);
    this.names.set(to, inode);
    inode.links++;
    inode.changedMillis = this.now;
  }

  unlink(path: string): void {
    const inode = this.get(path);
    this.names.delete(path);
    inode.links--;
    inode.changedMillis = this.now;
  }

  rename(from: string, to: string): void {
    const inode = this.get(from);
    const replaced = this.names.get(to);
    if (replaced !== undefined) replaced.links--;
    this.names.delete(from);
    this.names.set(to, inode);
    inode.changedMillis = this.now;
    this.onRename(to, inode);
  }

  list(path: string): string[] {
    if (!this.directories.has(path)) throw systemError('ENOENT', `scandir ${path}`);
    return [...this.names.keys()]
      .filter((name) => dirname(name) === path)
      .map((name) => name.slice(path.length + 1))
      .sort();
  }

  /** rm -rf */
  removeDirectory(path: string): void {
    for (const name of this.list(path)) this.unlink(`${path}/${name}`);
    this.directories.delete(path);
  }
}
