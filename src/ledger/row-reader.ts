import type { LedgerRow } from './ledger-document.js';
import type { TimeColumn } from './column.js';
import { isTimeColumn, seriesValue, timeValue } from './column.js';

/** What a summary asks of every row. Borders are milliseconds since the Unix epoch; a row counts by its start. */
export interface RowQuery {
  readonly by: readonly string[];
  readonly timezone: string;
  readonly where: Readonly<Record<string, string | readonly string[]>>;
  readonly since: number | undefined;
  readonly until: number | undefined;
}

/** What is the same for all rows of one period. */
interface Period {
  readonly inside: boolean;
  /** True when the period reaches over a border of the query or of one of its time columns. */
  readonly unsplit: boolean;
  readonly times: ReadonlyMap<TimeColumn, string>;
}

/** Reads the column values of rows, for one query; what depends on the period alone is worked out once per period. */
export class RowReader {
  unsplitRows = 0;
  readonly #query: RowQuery;
  readonly #timeColumns: readonly TimeColumn[];
  readonly #filters: ReadonlyArray<readonly [column: string, allowed: ReadonlySet<string>]>;
  readonly #periods = new Map<string, Map<number, Period>>();

  constructor(query: RowQuery) {
    this.#query = query;
    this.#filters = Object.entries(query.where).map(
      ([column, value]) => [column, new Set(typeof value === 'string' ? [value] : value)] as const,
    );
    const columns = new Set([...query.by, ...this.#filters.map(([column]) => column)]);
    this.#timeColumns = [...columns].filter(isTimeColumn);
  }

  /** One text per column asked for, or `undefined` when the row is outside the query. */
  valuesOf(row: LedgerRow): string[] | undefined {
    const period = this.#periodOf(row);
    for (const [column, allowed] of this.#filters) {
      if (!allowed.has(valueOf(row, period, column))) return undefined;
    }
    if (period.unsplit) this.unsplitRows++;
    return period.inside ? this.#query.by.map((column) => valueOf(row, period, column)) : undefined;
  }

  #periodOf(row: LedgerRow): Period {
    let sameStart = this.#periods.get(row.start);
    if (sameStart === undefined) {
      sameStart = new Map();
      this.#periods.set(row.start, sameStart);
    }
    let period = sameStart.get(row.minutes);
    if (period === undefined) {
      period = this.#createPeriod(row);
      sameStart.set(row.minutes, period);
    }
    return period;
  }

  #createPeriod(row: LedgerRow): Period {
    const { since, until, timezone } = this.#query;
    const start = Date.parse(row.start);
    const end = start + row.minutes * 60_000;
    const times = new Map<TimeColumn, string>();
    let unsplit = cuts(since, start, end) || cuts(until, start, end);
    for (const column of this.#timeColumns) {
      const value = timeValue(start, column, timezone);
      times.set(column, value);
      if (timeValue(end - 1, column, timezone) !== value) unsplit = true;
    }
    const inside = !(since !== undefined && start < since) && !(until !== undefined && start >= until);
    const touches = inside || cuts(since, start, end);
    return { inside, unsplit: unsplit && touches, times };
  }
}

function cuts(border: number | undefined, start: number, end: number): boolean {
  return border !== undefined && start < border && border < end;
}

function valueOf(row: LedgerRow, period: Period, column: string): string {
  return isTimeColumn(column) ? (period.times.get(column) ?? '') : seriesValue(row, column);
}
