import type { LedgerPart } from './merge-ledgers.js';
import type { Report, UnpricedModel } from './report.js';
import { formatCount, formatShare, formatUsd, printable, usdDecimals } from './format.js';
import { formatCost } from './report-columns.js';

const LISTED_CORRECTIONS = 3;
const LISTED_MODELS = 10;
/** Audit counters that have a line of their own, or only say what was seen and counted. */
const NOT_LISTED = new Set(['uncoveredTokens', 'spansSeen', 'recordsSeen', 'errorsWithoutUsage']);

/**
 * What every report ends with, as plain sentences: how much is metered and priced, what has no price, what went to
 * `(other)`, what could not be split or counted, the audit counters that are not zero, and where the numbers come from.
 */
export function honestyLines(report: Report): string[] {
  return [
    ...warningLines(report.ledgers),
    meteredLine(report),
    pricedLine(report),
    ...unpricedLines(report.completeness.unpricedModels),
    ...overflowLines(report),
    ...unsplitLines(report),
    ...uncoveredLines(report),
    ...auditLines(report),
    pricesLine(report),
    ...correctionLines(report),
    ...ledgerLines(report),
  ];
}

/** What makes the sum wrong or too low: copies that went on separately, files that contradict themselves, unreadable journals. */
export function warningLines(ledgers: readonly LedgerPart[]): string[] {
  return ledgers.flatMap(({ path, updatedAt, conflict, note, viewOnly, unsound }) => [
    ...(conflict === true && note !== undefined ? [`WARNING: ${printable(note)}`] : []),
    ...(unsound === true
      ? [
          `WARNING: the sums of ${printable(path)} do not add up: it is damaged, see genai-ledger check. Its rows are counted.`,
        ]
      : []),
    ...(viewOnly === true
      ? [
          `WARNING: ${printable(path)}.d cannot be read (no permission): calls since ${instant(updatedAt)} may be missing.`,
        ]
      : []),
  ]);
}

function meteredLine({ totals, completeness }: Report): string {
  const { calls, unmeteredCalls } = totals;
  if (calls === 0) return 'Metered: no calls in this period.';
  const share = `Metered: ${formatShare(completeness.meteredCallsShare)} of ${plural(calls, 'call')}`;
  if (unmeteredCalls === 0) return `${share}.`;
  return `${share}; ${plural(unmeteredCalls, 'call')} came without usage: tokens and cost unknown, not counted as zero.`;
}

function pricedLine({ completeness }: Report): string {
  const { pricedTokensShare } = completeness;
  if (pricedTokensShare === null) return 'Priced: no tokens in this period.';
  return `Priced: ${formatShare(pricedTokensShare)} of tokens.`;
}

function unpricedLines(models: readonly UnpricedModel[]): string[] {
  const lines = models.slice(0, LISTED_MODELS).map((one) => {
    const name = printable(`${one.provider}/${one.model}`);
    const tokens = `${formatCount(one.inputTokens)} input and ${formatCount(one.outputTokens)} output tokens`;
    return `No price known: ${name}, ${plural(one.calls, 'call')}, ${tokens}.`;
  });
  if (models.length > LISTED_MODELS) {
    lines.push(`No price known: ${models.length - LISTED_MODELS} more models (--format json lists all).`);
  }
  if (models.length > 0)
    lines.push('To price them: give prices for these models, then run genai-ledger reprice.');
  return lines;
}

function overflowLines({ completeness: { overflow } }: Report): string[] {
  if (overflow.calls === 0 && overflow.errors === 0) return [];
  const tokens = formatCount(overflow.inputTokens + overflow.outputTokens);
  const cost = formatCost(overflow, usdDecimals([overflow.costUsd]));
  return [
    `In (other), past the cardinality limit: ${plural(overflow.calls, 'call')}, ${tokens} tokens, ${cost === 'unknown' ? 'cost unknown' : cost}; exact in every total.`,
  ];
}

function unsplitLines({ completeness: { unsplitRows }, timezone }: Report): string[] {
  if (unsplitRows === 0) return [];
  return [
    `Not split: ${plural(unsplitRows, 'row')} (a quarter of an hour, or an older day, folded) ${unsplitRows === 1 ? 'reaches' : 'reach'} over a border of this report in ${printable(timezone)}; each is counted whole where it starts.`,
  ];
}

function uncoveredLines({ completeness: { audit } }: Report): string[] {
  if (audit.uncoveredTokens === 0) return [];
  return [
    `Not covered: agents reported ${formatCount(audit.uncoveredTokens)} tokens more than the calls below them; some library is not instrumented (whole ledger).`,
  ];
}

function auditLines({ completeness: { audit } }: Report): string[] {
  const counted = Object.entries(audit).filter(([name, count]) => count !== 0 && !NOT_LISTED.has(name));
  if (counted.length === 0) return [];
  const list = counted.map(([name, count]) => `${words(name)} ${formatCount(count)}`).join(', ');
  const seen = audit.spansSeen > 0 ? ` of ${plural(audit.spansSeen, 'span')} seen` : '';
  return [`Audit (whole ledger${seen}): ${list}.`];
}

function pricesLine({ prices, totals }: Report): string {
  const { book = 0, overrides, reported = 0, source } = prices;
  const parts = [
    ...(book > 0 ? [`${formatCount(book)} by ${printable(source)}`] : []),
    ...(overrides > 0 ? [`${formatCount(overrides)} by your own prices`] : []),
    ...(reported > 0 ? [`${formatCount(reported)} as reported by the span`] : []),
  ];
  if (parts.length === 0) {
    return totals.calls === 0
      ? 'Prices: nothing to price.'
      : `Prices: no call is priced (${printable(source)}).`;
  }
  return `Prices (whole ledger, calls): ${parts.join(', ')}.`;
}

function correctionLines({ corrections = [] }: Report): string[] {
  const last = corrections.slice(-LISTED_CORRECTIONS).map(({ at, reason, rows, beforeUsd, afterUsd }) => {
    const decimals = usdDecimals([beforeUsd, afterUsd]);
    const change = `${formatUsd(beforeUsd, decimals)} became ${formatUsd(afterUsd, decimals)}`;
    return `Corrected ${at.slice(0, 10)}: ${printable(reason)}; ${change} in ${plural(rows, 'row')}.`;
  });
  const more = corrections.length - last.length;
  return more > 0
    ? [`Corrected ${plural(more, 'more time')} before (--format json lists all).`, ...last]
    : last;
}

function ledgerLines({ ledgers, timezone }: Report): string[] {
  const zones = new Set(ledgers.map((ledger) => ledger.timezone));
  return [
    ...ledgers.map(({ path, updatedAt, conflict, note }) => {
      const what = `Ledger: ${printable(path)}, as of ${instant(updatedAt)}.`;
      return note === undefined || conflict === true ? what : `Ledger: ${printable(note)}`;
    }),
    ...(zones.size > 1
      ? [`These ledgers have different time zones; this report is in ${printable(timezone)}.`]
      : []),
  ];
}

/** `2026-11-22T18:00:00.123Z` → `2026-11-22 18:00:00 UTC`. */
function instant(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `repeatedResponses` → `repeated responses`. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
