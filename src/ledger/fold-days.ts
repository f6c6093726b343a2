import type { Row } from './delta.js';
import { addMeasures, isZero, zeroMeasures } from './measures.js';
import type { Measures } from './measures.js';
import { LedgerState } from './ledger-state.js';
import { compareSeries } from './series-order.js';
import { RowTable } from './row-table.js';
import { SeriesCap } from './series-cap.js';
import { SLOT_MINUTES } from './slot.js';
import type { Steps } from './steps.js';
import { atOnce } from './steps.js';
import { dayKey, dayStart, nextDayStart } from './zone.js';

export interface FoldOptions {
  /** The ledger's zone; days are cut in it (23, 24 or 25 hours). */
  readonly timezone: string;
  /** Now, by the clock of the file system that holds the ledger. */
  readonly nowMillis: number;
  /** Slots of days that ended at least so many days ago fold. */
  readonly detailDays: number;
  /** Series kept per folded period, see `SeriesCap`. */
  readonly cardinalityLimit: number;
  /** Past so many rows the oldest days fold to months. */
  readonly maxRows: number;
}

const DAY_MILLIS = 86_400_000;
const ROWS_PER_STEP = 500;
const MAX_DAY_MINUTES = 2 * 24 * 60;

/**
 * Folds old slots into days of the ledger's zone, and days beyond `maxRows` into months, oldest first. A new state; the
 * old one stays as it is. Totals never change. In a folded period the largest series are kept (by cost, then tokens,
 * then calls, ties by name), the rest go to `(other)` and their calls count as `overflowCalls`.
 */
export function foldDays(state: LedgerState, options: FoldOptions): LedgerState {
  return atOnce(foldSteps(state, options));
}

/** As `foldDays`, in steps; `state` must not change between them. */
export function* foldSteps(state: LedgerState, options: FoldOptions): Steps<LedgerState> {
  const folded = new LedgerState();
  folded.count(state.audit, state.pricedCalls);
  folded.correct(state.corrections);
  const cutoffMillis = dayStart(options.nowMillis - options.detailDays * DAY_MILLIS, options.timezone);
  const days = new DayFinder(options.timezone);
  let rows = yield* foldInto(state.table.rows(), folded, options.cardinalityLimit, (row) =>
    row.startMillis < cutoffMillis && row.minutes < MAX_DAY_MINUTES ? days.dayOf(row.startMillis) : undefined,
  );
  while (rows.length > options.maxRows) {
    const month = oldestMonth(rows, cutoffMillis, days);
    if (month === undefined) break;
    rows = yield* foldInto(rows, folded, options.cardinalityLimit, (row) =>
      row.startMillis >= month.startMillis && row.startMillis < month.endMillis ? month : undefined,
    );
  }
  let added = 0;
  for (const row of rows) {
    folded.table.add(row);
    if (++added % ROWS_PER_STEP === 0) yield;
  }
  return folded;
}

interface Period {
  readonly startMillis: number;
  readonly endMillis: number;
}

interface Group {
  readonly period: Period;
  readonly table: RowTable;
  /** True once a row came that is not yet as long as the period: else there is nothing to fold or cap. */
  changed: boolean;
}

/** Adds up the rows that `periodOf` gives a period, caps each period, and passes the other rows on as they are. */
function* foldInto(
  rows: readonly Row[],
  state: LedgerState,
  limit: number,
  periodOf: (row: Row) => Period | undefined,
): Steps<Row[]> {
  const kept: Row[] = [];
  const groups = new Map<number, Group>();
  let seen = 0;
  for (const row of rows) {
    if (++seen % ROWS_PER_STEP === 0) yield;
    if (isZero(row.measures)) continue;
    const period = periodOf(row);
    if (period === undefined) kept.push(row);
    else addToGroup(groups, row, period);
  }
  for (const group of groups.values()) {
    const result = group.changed ? yield* capped(group, limit, state) : group.table.rows();
    for (const row of result) kept.push(row);
  }
  return kept;
}

function addToGroup(groups: Map<number, Group>, row: Row, period: Period): void {
  let group = groups.get(period.startMillis);
  if (group === undefined) {
    group = { period, table: new RowTable(), changed: false };
    groups.set(period.startMillis, group);
  }
  const minutes = (period.endMillis - period.startMillis) / 60_000;
  if (row.minutes !== minutes) group.changed = true;
  group.table.add({ ...row, startMillis: period.startMillis, minutes });
}

function* capped(group: Group, limit: number, state: LedgerState): Steps<Row[]> {
  const rows = group.table.rows().toSorted(largestFirst);
  yield;
  const { startMillis } = group.period;
  const result: Row[] = [];
  const cap = new SeriesCap<Row>(limit, (series) => {
    const row = { startMillis, minutes: rows[0]?.minutes ?? SLOT_MINUTES, series, measures: zeroMeasures() };
    result.push(row);
    return row;
  });
  let seen = 0;
  for (const row of rows) {
    if (++seen % ROWS_PER_STEP === 0) yield;
    const target = cap.entry(row.series);
    if (compareSeries(target.series, row.series) !== 0) state.audit.overflowCalls += row.measures.calls;
    addMeasures(target.measures, row.measures);
  }
  return result;
}

function largestFirst(a: Row, b: Row): number {
  return (
    b.measures.costNanoUsd - a.measures.costNanoUsd ||
    tokensOf(b.measures) - tokensOf(a.measures) ||
    b.measures.calls - a.measures.calls ||
    compareSeries(a.series, b.series)
  );
}

function tokensOf(measures: Measures): number {
  return measures.inputTokens + measures.outputTokens;
}

/** The oldest month that is over and still has rows shorter than itself; `undefined` when there is nothing to fold. */
function oldestMonth(rows: readonly Row[], cutoffMillis: number, days: DayFinder): Period | undefined {
  let oldest: Row | undefined;
  for (const row of rows) {
    if (row.minutes > MAX_DAY_MINUTES || row.startMillis >= cutoffMillis) continue;
    if (oldest === undefined || row.startMillis < oldest.startMillis) oldest = row;
  }
  if (oldest === undefined) return undefined;
  const month = days.monthOf(oldest.startMillis);
  return month.endMillis <= cutoffMillis ? month : undefined;
}

/** Days and months of a zone, remembered: rows share few of them. */
class DayFinder {
  readonly #timezone: string;
  readonly #days = new Map<number, Period>();

  constructor(timezone: string) {
    this.#timezone = timezone;
  }

  dayOf(millis: number): Period {
    let day = this.#days.get(millis);
    if (day === undefined) {
      const startMillis = dayStart(millis, this.#timezone);
      day = { startMillis, endMillis: nextDayStart(millis, this.#timezone) };
      this.#days.set(millis, day);
    }
    return day;
  }

  monthOf(millis: number): Period {
    const month = dayKey(millis, this.#timezone).slice(0, 7);
    let startMillis = dayStart(millis, this.#timezone);
    while (this.#monthKey(startMillis - 1) === month) startMillis = dayStart(startMillis - 1, this.#timezone);
    let endMillis = nextDayStart(millis, this.#timezone);
    while (this.#monthKey(endMillis) === month) endMillis = nextDayStart(endMillis, this.#timezone);
    return { startMillis, endMillis };
  }

  #monthKey(millis: number): string {
    return dayKey(millis, this.#timezone).slice(0, 7);
  }
}
