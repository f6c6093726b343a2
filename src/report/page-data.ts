import type { LedgerRow } from '../ledger/ledger-document.js';
import type { Measure } from '../ledger/measures.js';
import type { SummarizeOptions } from '../ledger/summarize.js';
import type { MergedLedger } from './merge-ledgers.js';
import type { TimeUnit } from './page-times.js';
import { dimensionNames } from '../ledger/column.js';
import { summarize } from '../ledger/summarize.js';
import { addUsage } from '../ledger/usage-fields.js';
import { zeroMeasures } from '../ledger/measures.js';
import { PageCube } from './page-cube.js';
import { timesOf, unitFor } from './page-times.js';

/** What the page adds up, in this order; money in integer nano-USD. */
export const PAGE_MEASURES: readonly Measure[] = [
  'calls',
  'errors',
  'unmeteredCalls',
  'unpricedCalls',
  'inputTokens',
  'cacheReadInputTokens',
  'cacheWriteInputTokens',
  'outputTokens',
  'reasoningOutputTokens',
  'costNanoUsd',
  'inputCostNanoUsd',
  'cacheReadCostNanoUsd',
  'cacheWriteCostNanoUsd',
  'outputCostNanoUsd',
  'cacheSavingsNanoUsd',
];

/** What the page's script works on: sums by time and by every column, so that it can filter and stack by any of them. */
export interface PageData {
  measures: readonly string[];
  /** Columns to filter and stack by, and the names in each. */
  columns: string[];
  values: string[][];
  unit: TimeUnit;
  /** Every hour, day, week or month of the period, also the empty ones. */
  times: string[];
  /** Per combination: index of its time, index of its name in each column, then one number per measure. */
  cells: number[][];
  /** The last days that are known by the hour: day index, hour (0–23), then as in `cells`. */
  heat: { days: string[]; cells: number[][] };
  /** Columns of which the smaller names were put together as `(other)`, to keep the page small. */
  folded: string[];
}

/** Columns that the page always has; the others when they tell calls apart. */
const ALWAYS: readonly string[] = ['provider', 'model'];
const HEAT_DAYS = 14;
const DAY_MILLIS = 86_400_000;
const HOUR_MINUTES = 60;

/**
 * The data of the page for the rows that `options` (period, zone, filters) select: the same sums as the report, cut by
 * time and every column. At most `maxCells` combinations: beyond that the smallest names of the fullest column become
 * `(other)`, which keeps all sums exact.
 */
export function pageData(
  ledger: MergedLedger,
  options: SummarizeOptions & { readonly now: Date | number },
  maxCells = 20_000,
): PageData {
  const base = { ...options, top: undefined };
  const timezone = options.timezone ?? ledger.timezone;
  const unit = unitFor(ledger.rows, base, timezone);
  const candidates = [...ALWAYS, ...dimensionNames(ledger.rows), 'operation', 'service'];
  const cube = cubeOf(ledger, ledger.rows, base, [unit, ...candidates]);
  const columns = candidates.filter((column, i) => ALWAYS.includes(column) || cube.names(i + 1).length > 1);
  cube.keepColumns([0, ...columns.map((column) => candidates.indexOf(column) + 1)]);
  const folded = cube.shrink(maxCells).map((column) => columns[column - 1] ?? '');
  const heatRows = lastDays(ledger.rows.filter(({ minutes }) => minutes <= HOUR_MINUTES));
  const heat = cubeOf(ledger, heatRows, base, ['hour', ...columns]);
  heat.keepNamesOf(cube);
  const times = timesOf(unit, cube.names(0), base, timezone, firstStart(ledger.rows));
  const values = columns.map((_, i) => cube.names(i + 1));
  return {
    measures: PAGE_MEASURES,
    columns,
    values,
    unit,
    times,
    cells: cube.cells([times, ...values], PAGE_MEASURES),
    heat: heatOf(heat, values, maxCells),
    folded,
  };
}

function cubeOf(
  ledger: MergedLedger,
  rows: readonly LedgerRow[],
  options: SummarizeOptions,
  by: readonly string[],
): PageCube {
  const cube = new PageCube(by.length);
  const { groups } = summarize({ ...ledger, rows: [...rows] }, { ...options, by });
  for (const { key, ...usage } of groups) {
    const measures = zeroMeasures();
    addUsage(measures, usage);
    cube.add(
      by.map((column) => key[column] ?? ''),
      measures,
    );
  }
  return cube;
}

function firstStart(rows: readonly LedgerRow[]): number {
  return rows.reduce((first, { start }) => Math.min(first, Date.parse(start)), Number.POSITIVE_INFINITY);
}

/** The rows of the last two weeks that have any. */
function lastDays(rows: readonly LedgerRow[]): LedgerRow[] {
  const last = rows.reduce((latest, row) => (row.start > latest ? row.start : latest), '');
  const since = Date.parse(last) - HEAT_DAYS * DAY_MILLIS;
  return rows.filter(({ start }) => Date.parse(start) > since);
}

/** Cells by day and hour; of too many combinations the latest days that fit. */
function heatOf(cube: PageCube, values: readonly string[][], maxCells: number): PageData['heat'] {
  const hours = cube.names(0);
  let cells = cube.cells([hours, ...values], PAGE_MEASURES);
  const dayOf = (cell: readonly number[]): string => hours[cell[0] ?? 0]?.slice(0, 10) ?? '';
  let days = [...new Set(hours.map((hour) => hour.slice(0, 10)))];
  while (cells.length > maxCells && days.length > 1) {
    const [oldest] = days;
    days = days.slice(1);
    cells = cells.filter((cell) => dayOf(cell) !== oldest);
  }
  const named = cells.map((cell) => {
    const hour = Number(hours[cell[0] ?? 0]?.slice(11, 13));
    return [days.indexOf(dayOf(cell)), hour, ...cell.slice(1)];
  });
  return { days, cells: named };
}
