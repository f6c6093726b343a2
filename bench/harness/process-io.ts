import { readFileSync } from 'node:fs';

/** What the process has written so far, from `/proc/self/io`; all zero where there is no such file. */
export interface WrittenSoFar {
  /** `write`-like system calls. */
  readonly calls: number;
  /** Bytes given to `write`. */
  readonly bytes: number;
  /** Bytes the kernel sent (or will send) to the device, whole pages. */
  readonly deviceBytes: number;
}

export function writtenSoFar(): WrittenSoFar {
  let text = '';
  try {
    text = readFileSync('/proc/self/io', 'utf8');
  } catch {
    // Not Linux: the columns stay zero.
  }
  const field = (name: string): number => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { calls: field('syscw'), bytes: field('wchar'), deviceBytes: field('write_bytes') };
}

export function writtenSince(before: WrittenSoFar): WrittenSoFar {
  const now = writtenSoFar();
  return {
    calls: now.calls - before.calls,
    bytes: now.bytes - before.bytes,
    deviceBytes: now.deviceBytes - before.deviceBytes,
  };
}
