import type { Report } from './report.js';
import { formatCount, formatShare, formatUsd, printable, usdDecimals } from './format.js';

/** What the report covers, as one line: columns, filters, period and zone. */
export function titleLine(report: Report): string {
  const { by, where, top, timezone } = report;
  const parts = [by.length > 0 ? `Usage by ${by.map(printable).join(', ')}` : 'Usage'];
  if (top !== undefined) parts.push(`top ${top}`);
  parts.push(periodText(report));
  for (const [column, values] of Object.entries(where)) {
    parts.push(`${printable(column)} = ${values.map(printable).join(' or ')}`);
  }
  return `${parts.join(' · ')} · ${printable(timezone)}`;
}

/** The period on the clock of the report's zone, e.g. `2026-11-16 00:00 to now`. */
export function periodText({ since, until, timezone, generatedAt }: Report): string {
  const end = until === undefined ? generatedAt : until;
  if (since === undefined) return until === undefined ? 'all time' : `until ${localTime(end, timezone)}`;
  return `${localTime(since, timezone)} to ${until === undefined ? 'now' : localTime(end, timezone)}`;
}

function localTime(iso: string, timezone: string): string {
  const text = new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(new Date(iso));
  return text.replaceAll('\u202f', ' ');
}

/**
 * What the money went to and what caching saved: one line each, none when nothing is priced. Parts that a reported
 * cost does not tell show as `not split`, so that the line adds up.
 */
export function moneyLines({ totals }: Report): string[] {
  if (totals.costUsd === 0) return [];
  const decimals = usdDecimals([totals.costUsd]);
  const parts = [
    ['input', totals.inputCostUsd],
    ['cache read', totals.cacheReadCostUsd],
    ['cache write', totals.cacheWriteCostUsd],
    ['output', totals.outputCostUsd],
  ] as const;
  const known = parts.reduce((sum, [, costUsd = 0]) => sum + Math.round(costUsd * 1e9), 0);
  const rest = (Math.round(totals.costUsd * 1e9) - known) / 1e9;
  const shown = [...parts, ['not split', rest] as const].filter(([, costUsd = 0]) => costUsd !== 0);
  const lines = [
    `Cost: ${shown.map(([name, costUsd = 0]) => `${name} ${formatUsd(costUsd, decimals)}`).join(', ')}.`,
  ];
  const { cacheSavingsUsd = 0, cacheReadInputTokens, inputTokens } = totals;
  if (cacheReadInputTokens > 0) {
    const share = formatShare(cacheReadInputTokens / inputTokens);
    lines.push(
      `Caching: ${formatCount(cacheReadInputTokens)} tokens read from cache (${share} of input), ` +
        (cacheSavingsUsd < 0
          ? `which cost ${formatUsd(-cacheSavingsUsd, decimals)} more than it saved.`
          : `which saved ${formatUsd(cacheSavingsUsd, decimals)}.`),
    );
  } else if (cacheSavingsUsd < 0) {
    lines.push(
      `Caching: cache writes cost ${formatUsd(-cacheSavingsUsd, decimals)} extra and saved nothing yet.`,
    );
  }
  return lines;
}
