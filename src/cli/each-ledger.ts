import type { Terminal } from './terminal.js';
import { nodeFileSystem } from '../journal/node-file-system.js';
import { ledgerPaths } from './ledger-paths.js';

/**
 * Does something to every ledger that the arguments (or the environment) name, one after the other, and prints all
 * results at the end. When one fails, what was done to those before it is printed all the same, and the failure thrown.
 */
export async function eachLedger<T>(
  named: readonly string[],
  terminal: Terminal,
  work: (path: string) => Promise<T>,
  print: (done: readonly T[]) => string,
): Promise<readonly T[]> {
  const done: T[] = [];
  try {
    for (const path of await ledgerPaths(named, terminal.env, nodeFileSystem)) done.push(await work(path));
  } finally {
    if (done.length > 0) await terminal.out(print(done));
  }
  return done;
}
