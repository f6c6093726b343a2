import type { LedgerDocument, Usage } from './ledger-document.js';
import type { Measures } from './measures.js';
import { USAGE_FIELDS, addUsage } from './usage-fields.js';
import { zeroMeasures } from './measures.js';

/**
 * Checks that totals = Σ rows = Σ days = Σ models = Σ providers, in integers, to the last digit. One sentence per sum
 * that differs, naming the view, the field and both numbers (money in nano-USD); empty = the document adds up.
 */
export function sumProblems(document: LedgerDocument): string[] {
  const totals = sum([document.totals]);
  const problems: string[] = [];
  for (const view of ['rows', 'days', 'models', 'providers'] as const) {
    const summed = sum(Object.values(document[view]));
    for (const [, measure] of USAGE_FIELDS) {
      if (summed[measure] !== totals[measure]) {
        problems.push(
          `the ${view} add up to ${summed[measure]} ${measure}, but totals say ${totals[measure]}`,
        );
      }
    }
  }
  return problems;
}

function sum(parts: readonly Partial<Usage>[]): Measures {
  const measures = zeroMeasures();
  for (const part of parts) addUsage(measures, part);
  return measures;
}
