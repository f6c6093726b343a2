import type { Report } from './report.js';
import { printable, usdDecimals } from './format.js';
import { honestyLines } from './honesty-lines.js';
import { columnsFor, formatCostShare } from './report-columns.js';
import { moneyLines, titleLine } from './summary-lines.js';

/** The report as GitHub-flavoured Markdown: heading, table with totals, notes. Names are escaped: they stay text. */
export function renderMarkdown(report: Report): string {
  const notes = [...moneyLines(report), ...honestyLines(report)].map((line) => `- ${escaped(line)}`);
  const parts = [`## ${escaped(titleLine(report))}`, tableOf(report), notes.join('\n')];
  return `${parts.join('\n\n')}\n`;
}

function tableOf(report: Report): string {
  if (report.rows.length === 0) return 'No calls in this period.';
  const columns = columnsFor(report);
  const decimals = usdDecimals([...report.rows, report.totals].map((row) => row.costUsd));
  const style = { decimals, short: false };
  const titles = [...report.by.map(escaped), ...columns.map(({ title }) => title), 'Share'];
  const rules = [...report.by.map(() => ':---'), ...columns.map(() => '---:'), '---:'];
  const lines = report.rows.map((row) => [
    ...report.by.map((column) => escaped(row.key[column] ?? '')),
    ...columns.map(({ text }) => text(row, style)),
    formatCostShare(row),
  ]);
  const total = [
    ...report.by.map((_, i) => (i === 0 ? '**Total**' : '')),
    ...columns.map(({ text }) => `**${text(report.totals, style)}**`),
    '',
  ];
  return [titles, rules, ...lines, total].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/**
 * Text that no Markdown renderer takes for markup, HTML, a link, a mention or a new cell. An entity for the `@` would
 * not do: mentions and links are looked for after entities are read, so a zero-width space breaks them.
 */
function escaped(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|~$#!]/g, '\\$&')
    .replace(/@|:(?=\/\/)|\\#(?=\d)|www(?=\.)/gi, '$&&#8203;');
}
