import type { LedgerDocument, Usage } from '../../src/ledger/ledger-document.js';
import type { TallyEntry } from './llm-server/tally.js';

/** Token fields every instrumentation puts on its spans. */
const TOTALS = ['inputTokens', 'outputTokens'] as const;
/** Subsets of them that some instrumentations leave out. */
const DETAILS = ['cacheReadInputTokens', 'cacheWriteInputTokens', 'reasoningOutputTokens'] as const;

/**
 * What the ledger says otherwise than the provider's own books: one line per number, empty = they agree.
 * `withoutDetails` names the models (`provider/model`) whose instrumentation does not tell cache and reasoning tokens:
 * there the ledger must hold zero or the truth.
 */
export function differences(
  tally: readonly TallyEntry[],
  ledger: LedgerDocument,
  withoutDetails: readonly string[],
): string[] {
  const found: string[] = [];
  const billed = new Set<string>();
  for (const entry of tally) {
    const name = `${entry.provider}/${entry.model}`;
    billed.add(name);
    const usage = ledger.models[name];
    if (entry.calls === 0 && (usage === undefined || usage.calls === 0)) continue;
    if (usage === undefined) {
      found.push(`${name}: ${entry.calls} calls billed, none in the ledger`);
      continue;
    }
    found.push(...modelDifferences(name, entry, usage, withoutDetails.includes(name)));
  }
  for (const [name, usage] of Object.entries(ledger.models)) {
    if (!billed.has(name) && usage.calls > 0)
      found.push(`${name}: ${usage.calls} calls in the ledger, none billed`);
  }
  return found;
}

function modelDifferences(name: string, entry: TallyEntry, usage: Usage, detailsUntold: boolean): string[] {
  const found: string[] = [];
  const compare = (field: string, billed: number, held: number): void => {
    if (billed !== held) found.push(`${name}: ${field} billed ${billed}, in the ledger ${held}`);
  };
  compare('calls', entry.calls, usage.calls);
  compare('unmeteredCalls', entry.unmeteredCalls, usage.unmeteredCalls);
  for (const field of TOTALS) compare(field, entry[field], usage[field]);
  for (const field of DETAILS) {
    if (!(detailsUntold && usage[field] === 0)) compare(field, entry[field], usage[field]);
  }
  return found;
}
