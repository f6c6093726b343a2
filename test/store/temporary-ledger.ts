import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Memory-backed where there is one: there fsync costs nothing, and what is tested is not the device. */
const FAST = ['/dev/shm', tmpdir()].find((directory) => {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
});

/** A path for a ledger in a directory of its own, removed when the test is over. */
export function temporaryLedger(place: 'disk' | 'memory' = 'disk'): string {
  const parent = place === 'memory' ? (FAST ?? tmpdir()) : tmpdir();
  const directory = mkdtempSync(join(parent, 'genai-ledger-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'usage-ledger.json');
}
