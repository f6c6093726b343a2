import type { LedgerDocument } from '../../src/ledger/ledger-document.js';
import type { MergedLedger } from '../../src/report/merge-ledgers.js';
import type { ReportOptions } from '../../src/report/compute-report.js';
import type { Report } from '../../src/report/report.js';
import type { ShortHeader, ShortRow } from './make-document.js';
import { computeReport } from '../../src/report/compute-report.js';
import { mergeLedgers } from '../../src/report/merge-ledgers.js';
import { makeDocument } from './make-document.js';

export const NOW = new Date('2026-11-22T18:00:00Z');
/** A model that calls itself a script: everywhere it must stay text. */
export const SCRIPT_MODEL = '</script><script>window.hacked=1</script>';

/** Three days of four models, two agents and some users, written by hand so that every sum can be checked by eye. */
export const SAMPLE_ROWS: readonly ShortRow[] = ['2026-11-20', '2026-11-21', '2026-11-22'].flatMap(
  (day, d) => [
    {
      start: `${day}T09:15:00Z`,
      model: 'gpt-4o-mini',
      dimensions: { agent: 'refunds', user: 'ann' },
      calls: 3,
      inputTokens: 3030,
      cacheReadInputTokens: 1920,
      outputTokens: 153,
      costNanoUsd: 402_300,
      inputCostNanoUsd: 166_500,
      cacheReadCostNanoUsd: 144_000,
      outputCostNanoUsd: 91_800,
      cacheSavingsNanoUsd: 144_000,
      durationMillis: 2460,
    },
    {
      start: `${day}T14:30:00Z`,
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      dimensions: { agent: 'search', user: `user-${d}` },
      service: 'web',
      calls: 10,
      errors: 1,
      unmeteredCalls: 1,
      inputTokens: 100_000,
      outputTokens: 20_000,
      reasoningOutputTokens: 5000,
      costNanoUsd: 600_000_000,
      inputCostNanoUsd: 300_000_000,
      outputCostNanoUsd: 300_000_000,
      durationMillis: 30_000,
    },
    {
      start: `${day}T14:45:00Z`,
      provider: 'vendor',
      model: SCRIPT_MODEL,
      dimensions: { agent: 'search', user: '=HYPERLINK("http://x","y")' },
      calls: 2,
      unpricedCalls: 2,
      inputTokens: 5000,
      outputTokens: 1000,
      unpricedInputTokens: 5000,
      unpricedOutputTokens: 1000,
    },
    {
      start: `${day}T23:45:00Z`,
      model: '(other)',
      dimensions: { agent: '(other)' },
      calls: 1,
      inputTokens: 10,
      outputTokens: 1,
      costNanoUsd: 7,
    },
  ],
);

export const SAMPLE_HEADER: ShortHeader = {
  audit: { spansSeen: 60, wrapperSpans: 12, uncoveredTokens: 1200, repeatedResponses: 2 },
  pricedCalls: { book: 40, override: 2 },
};

export function sampleDocument(header: ShortHeader = {}): LedgerDocument {
  return makeDocument(SAMPLE_ROWS, { ...SAMPLE_HEADER, ...header });
}

export function sampleLedger(): MergedLedger {
  return mergeLedgers([{ path: './usage-ledger.json', document: sampleDocument() }]);
}

export function sampleReport(options: Partial<ReportOptions> = {}): Report {
  return computeReport(sampleLedger(), { now: NOW, ...options });
}
