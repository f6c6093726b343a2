import type { FileSystem } from './file-system.js';
import { errorCode } from './ledger-error.js';

/** How far a part was read: its inode, and the end of the last complete line taken in. */
export interface PartTail {
  readonly device: number;
  readonly inode: number;
  offset: number;
}

/**
 * What came since the last look: `lines` = complete lines, the last newline included, ending at `offset`; `none` =
 * nothing; `gone` = the part was unlinked (list again); `replaced` = it is another file, or shorter than it was
 * (start over).
 */
export type TailNews =
  | { readonly kind: 'lines'; readonly bytes: Uint8Array; readonly tail: PartTail }
  | { readonly kind: 'none'; readonly tail: PartTail }
  | { readonly kind: 'gone' }
  | { readonly kind: 'replaced' };

const NEWLINE = 0x0a;

/**
 * Reads what was appended to a part since `tail`, all of it at first, up to `end` if that is given. What cannot be read
 * throws.
 */
export async function readTail(
  files: FileSystem,
  path: string,
  tail: PartTail | undefined,
  end: number = Infinity,
): Promise<TailNews> {
  try {
    if (tail !== undefined) {
      const info = await files.stat(path);
      if (info.inode !== tail.inode || info.device !== tail.device || info.size < tail.offset)
        return { kind: 'replaced' };
      if (Math.min(info.size, end) <= tail.offset) return { kind: 'none', tail };
    }
    const offset = tail?.offset ?? 0;
    const { info, bytes: all } = await files.readFrom(path, offset);
    if (tail !== undefined && (info.inode !== tail.inode || info.device !== tail.device))
      return { kind: 'replaced' };
    const bytes = all.subarray(0, Math.max(0, end - offset));
    const length = bytes.lastIndexOf(NEWLINE) + 1;
    const next = { device: info.device, inode: info.inode, offset: offset + length };
    return length === 0
      ? { kind: 'none', tail: next }
      : { kind: 'lines', bytes: bytes.subarray(0, length), tail: next };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { kind: 'gone' };
    throw error;
  }
}

/** The lines of a text, each without its newline; empty ones are left out (a retry begins with a newline). */
export function* linesOf(bytes: Uint8Array): Generator<Uint8Array, void> {
  let from = 0;
  while (from < bytes.length) {
    const found = bytes.indexOf(NEWLINE, from);
    const end = found < 0 ? bytes.length : found;
    if (end > from) yield bytes.subarray(from, end);
    from = end + 1;
  }
}
