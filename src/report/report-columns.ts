import type { Usage } from '../ledger/ledger-document.js';
import type { Report, ReportRow } from './report.js';
import { formatCount, formatShare, formatShortCount, formatUsd } from './format.js';

/** A column of numbers in the printed reports. */
export interface NumberColumn {
  readonly title: string;
  /** Optional columns appear only when some row has something in them. */
  readonly optional: boolean;
  /** Those with the smallest number go first when there is no room; 0 stays for good. */
  readonly dropOrder: number;
  readonly text: (usage: Usage, style: NumberStyle) => string;
}

/** How numbers are written in one table. */
export interface NumberStyle {
  readonly decimals: number;
  /** True: counts as `1.23M`. */
  readonly short: boolean;
}

const count =
  (pick: (usage: Usage) => number): NumberColumn['text'] =>
  (usage, { short }) =>
    short ? formatShortCount(pick(usage)) : formatCount(pick(usage));

/** What the table, Markdown and page show of a usage, in this order. */
export const NUMBER_COLUMNS: readonly NumberColumn[] = [
  { title: 'Calls', optional: false, dropOrder: 0, text: count((usage) => usage.calls) },
  { title: 'Errors', optional: true, dropOrder: 3, text: count((usage) => usage.errors) },
  { title: 'Input', optional: false, dropOrder: 0, text: count((usage) => usage.inputTokens) },
  { title: 'Cached', optional: true, dropOrder: 5, text: count((usage) => usage.cacheReadInputTokens) },
  { title: 'Cache write', optional: true, dropOrder: 2, text: count((usage) => usage.cacheWriteInputTokens) },
  { title: 'Output', optional: false, dropOrder: 0, text: count((usage) => usage.outputTokens) },
  { title: 'Reasoning', optional: true, dropOrder: 1, text: count((usage) => usage.reasoningOutputTokens) },
  {
    title: 'Cost',
    optional: false,
    dropOrder: 0,
    text: (usage, { decimals }) => formatCost(usage, decimals),
  },
];

/** What is left in the narrowest table. */
export const NARROW_COLUMNS: readonly NumberColumn[] = [
  {
    title: 'Tokens',
    optional: false,
    dropOrder: 0,
    text: count((usage) => usage.inputTokens + usage.outputTokens),
  },
  ...NUMBER_COLUMNS.filter(({ title }) => title === 'Cost'),
];

/** The columns that this report needs. */
export function columnsFor(report: Report): NumberColumn[] {
  const style = { decimals: 2, short: false };
  return NUMBER_COLUMNS.filter((column) => !column.optional || column.text(report.totals, style) !== '0');
}

/**
 * The cost of a usage: `≥` before it when some of its calls have no known price or no known tokens, `unknown` when
 * none has; a free model is `$0.00`.
 */
export function formatCost(usage: Usage, decimals: number): string {
  if (usage.unpricedCalls + usage.unmeteredCalls === 0) return formatUsd(usage.costUsd, decimals);
  if (isCostUnknown(usage)) return 'unknown';
  return `≥${formatUsd(usage.costUsd, decimals)}`;
}

/** The share of the cost as text; blank where the cost itself is unknown. */
export function formatCostShare(row: ReportRow): string {
  return isCostUnknown(row) ? '' : formatShare(row.share);
}

/** True when not one call of it has a known cost. */
function isCostUnknown({ calls, unpricedCalls, unmeteredCalls, costUsd }: Usage): boolean {
  const unknownCalls = unpricedCalls + unmeteredCalls;
  return unknownCalls > 0 && unknownCalls >= calls && costUsd === 0;
}
