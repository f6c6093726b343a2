import type { LedgerSource, MergedLedger } from '../report/merge-ledgers.js';
import type { Terminal } from './terminal.js';
import { nodeFileSystem } from '../journal/node-file-system.js';
import { sumProblems } from '../ledger/sum-problems.js';
import { mergeLedgers } from '../report/merge-ledgers.js';
import { ledgerPlace } from '../store/ledger-place.js';
import { readLedger } from '../store/read-ledger.js';
import { ledgerPaths } from './ledger-paths.js';

/**
 * Reads and merges the ledgers that the arguments (or the environment) name; fails as `readLedger` does. A ledger whose
 * journals may not be read is taken as its file tells it, and marked; so is a file without journals whose sums are wrong.
 */
export async function readLedgers(named: readonly string[], { env }: Terminal): Promise<MergedLedger> {
  const paths = await ledgerPaths(named, env, nodeFileSystem);
  const sources: LedgerSource[] = [];
  for (const path of paths) {
    const document = await readLedger(path);
    const beside = await lookBeside(ledgerPlace(path).directory);
    sources.push({
      path,
      document,
      ...(beside === 'denied' ? { viewOnly: true } : {}),
      // What comes from journals is added up anew and needs no check.
      ...(beside !== 'there' && sumProblems(document).length > 0 ? { unsound: true } : {}),
    });
  }
  return mergeLedgers(sources);
}

async function lookBeside(directory: string): Promise<'there' | 'denied' | 'nothing'> {
  try {
    return (await nodeFileSystem.list(directory)).length > 0 ? 'there' : 'nothing';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'nothing';
  }
}
