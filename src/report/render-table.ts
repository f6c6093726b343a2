import type { Cell } from './text-table.js';
import type { NumberColumn, NumberStyle } from './report-columns.js';
import type { Report, ReportRow } from './report.js';
import { isTimeColumn } from '../ledger/column.js';
import { printable, usdDecimals } from './format.js';
import { honestyLines } from './honesty-lines.js';
import { columnsFor, formatCostShare, NARROW_COLUMNS } from './report-columns.js';
import { moneyLines, titleLine } from './summary-lines.js';
import { columnWidths, cutMiddle, lineWidth, tableLine, wrapped } from './text-table.js';

/** Paints text; picocolors' `createColors()` fits. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly yellow: (text: string) => string;
}

export interface TableOptions {
  /** Columns of the terminal; the table drops and shortens columns until it fits. */
  readonly width: number;
  /** Colours, or `undefined` for none. */
  readonly paint?: Paint | undefined;
}

/** How much a table shows; each step of `layouts` is narrower. */
interface Layout extends NumberStyle {
  readonly columns: readonly NumberColumn[];
  readonly bar: number;
  readonly share: boolean;
  /** Longest name shown whole. */
  readonly nameWidth: number;
}

const BAR_WIDTH = 10;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const same = (text: string): string => text;
const NO_PAINT: Paint = { bold: same, dim: same, cyan: same, yellow: same };

/** A report for a terminal: title, aligned table, totals, what the money went to, and the honesty lines. */
export function renderTable(report: Report, { width, paint = NO_PAINT }: TableOptions): string {
  const lines = [paint.bold(wrapped(titleLine(report), width)), ''];
  lines.push(report.rows.length === 0 ? 'No calls in this period.' : fittedTable(report, width, paint), '');
  for (const line of moneyLines(report)) lines.push(wrapped(line, width));
  for (const line of honestyLines(report)) {
    const warns = line.startsWith('WARNING') || line.startsWith('No price');
    lines.push((warns ? paint.yellow : paint.dim)(wrapped(line, width)));
  }
  return `${lines.join('\n')}\n`;
}

function fittedTable(report: Report, width: number, paint: Paint): string {
  const costs = report.rows.map((row) => row.costUsd);
  const decimals = usdDecimals([...costs, report.totals.costUsd]);
  let cells: Cell[][] = [];
  let columns = 0;
  for (const layout of layouts(columnsFor(report), decimals)) {
    cells = tableCells(report, layout, paint);
    columns = layout.columns.length;
    if (lineWidth(columnWidths(cells)) <= width) break;
  }
  const widths = columnWidths(cells);
  const aligns = widths.map((_, i) =>
    i >= report.by.length && i < report.by.length + columns ? 'right' : 'left',
  );
  const lines = cells.map((row) => tableLine(row, widths, aligns));
  const rule = paint.dim('─'.repeat(Math.min(width, lineWidth(widths))));
  return [lines[0], rule, ...lines.slice(1, -1), rule, lines.at(-1)].join('\n');
}

/** From wide to narrow: whole; then one column less at a time; no bar; short numbers; shorter names; no share; tokens and cost. */
function* layouts(columns: readonly NumberColumn[], decimals: number): Generator<Layout> {
  let layout: Layout = { columns, decimals, short: false, bar: BAR_WIDTH, share: true, nameWidth: 60 };
  yield layout;
  const drops = columns.map(({ dropOrder }) => dropOrder).filter((order) => order > 0);
  for (const order of drops.sort((a, b) => a - b)) {
    layout = { ...layout, columns: layout.columns.filter((column) => column.dropOrder !== order) };
    yield layout;
  }
  yield (layout = { ...layout, bar: 0 });
  yield (layout = { ...layout, short: true });
  for (const nameWidth of [32, 24, 18]) yield (layout = { ...layout, nameWidth });
  yield (layout = { ...layout, share: false });
  yield (layout = { ...layout, columns: NARROW_COLUMNS });
  yield { ...layout, nameWidth: 10 };
}

/** Head, one line a row, totals. */
function tableCells(report: Report, layout: Layout, paint: Paint): Cell[][] {
  const titles = [...report.by.map(capitalized), ...layout.columns.map(({ title }) => title)];
  const head = [...titles, ...(layout.share ? ['Share'] : [])].map((text) => ({ text, paint: paint.bold }));
  const cells: Cell[][] = [head];
  const { by, totals } = report;
  for (const [i, row] of report.rows.entries()) {
    cells.push([...nameCells(row, report.rows[i - 1], by, layout), ...numberCells(row, layout, paint)]);
  }
  const numbers = layout.columns.map(({ text }) => ({ text: text(totals, layout), paint: paint.bold }));
  const total = by.map((_, i) => ({ text: i === 0 ? 'Total' : '', paint: paint.bold }));
  cells.push([...total, ...numbers, ...(layout.share ? [{ text: '' }] : [])]);
  return cells;
}

/** Names, left out where the line above has the same ones (up to the last column). */
function nameCells(
  row: ReportRow,
  above: ReportRow | undefined,
  by: readonly string[],
  layout: Layout,
): Cell[] {
  let repeated = above !== undefined;
  return by.map((column, i) => {
    const value = row.key[column] ?? '';
    repeated &&= above?.key[column] === value && i < by.length - 1;
    return { text: repeated ? '' : nameText(column, value, layout.nameWidth) };
  });
}

/** Times are not cut: an hour loses its offset first, the others are short. */
function nameText(column: string, value: string, width: number): string {
  if (!isTimeColumn(column)) return cutMiddle(printable(value), width);
  return value.length > width ? value.slice(0, 16).replace('T', ' ') : value;
}

function numberCells(row: ReportRow, layout: Layout, paint: Paint): Cell[] {
  const numbers: Cell[] = layout.columns.map(({ text }) => ({ text: text(row, layout) }));
  if (!layout.share) return numbers;
  const percent = formatCostShare(row).padStart(6);
  const text = layout.bar === 0 ? percent : `${percent} ${shareBar(row.share, layout.bar)}`;
  return [...numbers, { text, paint: paint.cyan }];
}

/** A bar of up to `width` characters, in eighths of a character; something is never nothing. */
export function shareBar(share: number | null, width: number): string {
  if (share === null || share <= 0) return '';
  const eighths = Math.max(1, Math.round(Math.min(1, share) * width * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}

function capitalized(column: string): string {
  return printable(column.charAt(0).toUpperCase() + column.slice(1));
}
