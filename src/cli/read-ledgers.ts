import type { MergedLedger } from '../report/merge-ledgers.js';
import type { Terminal } from './terminal.js';
import { nodeFileSystem } from '../journal/node-file-system.js';
import { mergeLedgers } from '../report/merge-ledgers.js';
import { readLedger } from '../store/read-ledger.js';
import { ledgerPaths } from './ledger-paths.js';

/** Reads and merges the ledgers that the arguments (or the environment) name; fails as `readLedger` does. */
export async function readLedgers(named: readonly string[], { env }: Terminal): Promise<MergedLedger> {
  const paths = await ledgerPaths(named, env, nodeFileSystem);
  const sources = [];
  for (const path of paths) sources.push({ path, document: await readLedger(path) });
  return mergeLedgers(sources);
}
