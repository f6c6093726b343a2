import type { LedgerRow, Usage } from '../ledger/ledger-document.js';
import type { Summary, SummarizeOptions } from '../ledger/summarize.js';
import type { MergedLedger } from './merge-ledgers.js';
import type { Completeness, Report, UnpricedModel } from './report.js';
import { OTHER } from '../ledger/column.js';
import { summarize } from '../ledger/summarize.js';

/** What a report is asked for; `now` is also its date. */
export interface ReportOptions extends SummarizeOptions {
  readonly now: Date | number;
}

const DEFAULT_BY = ['day', 'model'];

/**
 * Computes a report from ledgers merged by `mergeLedgers`. Pure; bad options throw as `summarize` does. Shares are
 * computed from exact sums; rows add up to the totals to the last digit.
 */
export function computeReport(ledger: MergedLedger, options: ReportOptions): Report {
  const by = [...(options.by ?? DEFAULT_BY)];
  const summary = summarize(ledger, { ...options, by });
  const { totals } = summary;
  return {
    format: 'genai-usage-report',
    version: 1,
    generatedAt: new Date(options.now).toISOString(),
    ledgers: [...ledger.parts],
    timezone: summary.timezone,
    currency: 'USD',
    ...(summary.since === undefined ? {} : { since: summary.since }),
    ...(summary.until === undefined ? {} : { until: summary.until }),
    by,
    where: listed(options.where ?? {}),
    ...(options.top === undefined ? {} : { top: options.top }),
    rows: summary.groups.map(({ key, ...usage }) => ({
      key,
      share: shareOf(usage.costUsd, totals.costUsd),
      ...usage,
    })),
    totals,
    completeness: completenessOf(ledger, options, summary),
    prices: ledger.prices,
    ...(ledger.corrections.length === 0 ? {} : { corrections: ledger.corrections }),
  };
}

/** `part ÷ whole`, or null when there is no whole. */
export function shareOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function completenessOf(ledger: MergedLedger, options: ReportOptions, summary: Summary): Completeness {
  const { totals, unsplitRows } = summary;
  const tokens = totals.inputTokens + totals.outputTokens;
  const unpriced = (totals.unpricedInputTokens ?? 0) + (totals.unpricedOutputTokens ?? 0);
  return {
    meteredCallsShare: shareOf(totals.calls - totals.unmeteredCalls, totals.calls),
    pricedTokensShare: shareOf(tokens - unpriced, tokens),
    unpricedModels: totals.unpricedCalls > 0 ? unpricedModels(ledger, options) : [],
    overflow: overflowOf(ledger, options),
    unsplitRows,
    audit: ledger.audit,
  };
}

function unpricedModels(ledger: MergedLedger, options: ReportOptions): UnpricedModel[] {
  const rows = ledger.rows.filter((row) => row.unpricedCalls !== undefined);
  const { groups } = summarize({ ...ledger, rows }, { ...unlisted(options), by: ['provider', 'model'] });
  return groups
    .filter((group) => group.unpricedCalls > 0)
    .map(({ key, unpricedCalls, unpricedInputTokens = 0, unpricedOutputTokens = 0 }) => ({
      provider: key['provider'] ?? '',
      model: key['model'] ?? '',
      calls: unpricedCalls,
      inputTokens: unpricedInputTokens,
      outputTokens: unpricedOutputTokens,
    }))
    .sort((a, b) => b.inputTokens + b.outputTokens - a.inputTokens - a.outputTokens || b.calls - a.calls);
}

function overflowOf(ledger: MergedLedger, options: ReportOptions): Usage {
  return summarize({ ...ledger, rows: ledger.rows.filter(isOverflow) }, { ...unlisted(options), by: [] })
    .totals;
}

function isOverflow({ model, dimensions }: LedgerRow): boolean {
  if (model === OTHER) return true;
  if (dimensions === undefined) return false;
  for (const name in dimensions) if (dimensions[name] === OTHER) return true;
  return false;
}

function unlisted(options: ReportOptions): ReportOptions {
  return { ...options, top: undefined };
}

function listed(where: Readonly<Record<string, string | readonly string[]>>): Record<string, string[]> {
  const lists: Record<string, string[]> = Object.create(null);
  for (const [column, value] of Object.entries(where)) {
    lists[column] = typeof value === 'string' ? [value] : [...value];
  }
  return lists;
}
