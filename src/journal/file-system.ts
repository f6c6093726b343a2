/** What the protocol asks of a file's inode. */
export interface FileInfo {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly device: number;
  readonly inode: number;
  readonly size: number;
  /** The later of the times content and inode last changed, by the file system's clock, milliseconds since 1970. */
  readonly changedMillis: number;
  /** Names this inode has; 0 = unlinked. */
  readonly links: number;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Every touch of a file goes through here, so that tests can make any step fail, pause or kill its process. Failures
 * throw the system's error with its `code`. Files are created exclusively, without following a link, mode 0600,
 * directories 0700, whatever the umask; what root creates takes the directory's owner. The synchronous half serves
 * the append of a turn and the end of a process; all else is asynchronous.
 */
export interface FileSystem {
  /** Creates a directory and its missing parents; one that is there already is fine, a link in its place is not. */
  makeDirectorySync(path: string): void;
  /** Creates a journal part to append to and read back; returns a descriptor. EEXIST when there is one. */
  openAppendSync(path: string): number;
  /** Appends; returns how many bytes were written, which may be fewer. */
  appendSync(fd: number, bytes: Uint8Array): number;
  infoSync(fd: number): FileInfo;
  /** All bytes of an open file, also of an unlinked one. */
  readBackSync(fd: number): Uint8Array;
  closeSync(fd: number): void;
  /** All bytes of a regular file; ELOOP for a link. */
  readFileSync(path: string): Uint8Array;
  createFileSync(path: string, bytes: Uint8Array): void;
  linkSync(from: string, to: string): void;
  unlinkSync(path: string): void;
  /** The magic number of the file system that holds `path` (`statfs.f_type`). */
  typeSync(path: string): number;

  makeDirectory(path: string): Promise<void>;
  openAppend(path: string): Promise<number>;
  append(fd: number, bytes: Uint8Array): Promise<number>;
  info(fd: number): Promise<FileInfo>;
  /** Waits until the data of an open file is on the device. */
  syncData(fd: number): Promise<void>;
  /** Names in a directory. */
  list(path: string): Promise<string[]>;
  /** The inode behind a name; does not follow links. */
  stat(path: string): Promise<FileInfo>;
  /** The bytes from `offset` to the end of a regular file, and its inode as of before; ELOOP for a link. */
  readFrom(path: string, offset: number): Promise<{ info: FileInfo; bytes: Uint8Array }>;
  /** Creates a file, writes all of it, waits until it is on the device; on failure nothing is left. */
  createFile(path: string, bytes: Uint8Array): Promise<void>;
  /** Writes a staging file of a name nobody else has, given mode and owner included, and waits until it is on the device. */
  stage(
    path: string,
    bytes: Uint8Array,
    like: Pick<FileInfo, 'mode' | 'uid' | 'gid'> | undefined,
  ): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Waits until the names in a directory are on the device. */
  syncDirectory(path: string): Promise<void>;
  /** 16 hexadecimal digits that nobody else has. */
  randomName(): string;
}

/** Whether both are the same file, unchanged in between. */
export function isSameFile(a: FileInfo, b: FileInfo): boolean {
  return (
    a.kind === b.kind &&
    a.device === b.device &&
    a.inode === b.inode &&
    a.size === b.size &&
    a.changedMillis === b.changedMillis
  );
}
