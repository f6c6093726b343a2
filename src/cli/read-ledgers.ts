import type { LedgerSource, MergedLedger } from '../report/merge-ledgers.js';
import type { Terminal } from './terminal.js';
import { nodeFileSystem } from '../journal/node-file-system.js';
import { mergeLedgers } from '../report/merge-ledgers.js';
import { ledgerPlace } from '../store/ledger-place.js';
import { readLedger } from '../store/read-ledger.js';
import { ledgerPaths } from './ledger-paths.js';

/**
 * Reads and merges the ledgers that the arguments (or the environment) name; fails as `readLedger` does. A ledger whose
 * journals may not be read is taken as its file tells it, and marked.
 */
export async function readLedgers(named: readonly string[], { env }: Terminal): Promise<MergedLedger> {
  const paths = await ledgerPaths(named, env, nodeFileSystem);
  const sources: LedgerSource[] = [];
  for (const path of paths) {
    const document = await readLedger(path);
    sources.push({
      path,
      document,
      ...((await isDenied(ledgerPlace(path).directory)) ? { viewOnly: true } : {}),
    });
  }
  return mergeLedgers(sources);
}

async function isDenied(directory: string): Promise<boolean> {
  try {
    await nodeFileSystem.list(directory);
    return false;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    return code === 'EACCES' || code === 'EPERM';
  }
}
