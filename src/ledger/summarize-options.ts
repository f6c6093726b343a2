import type { Border } from './period.js';
import { likelyTypo } from './column.js';
import { isTimezone } from './zone.js';

/** What to add up, by what. Everything is optional. */
export interface SummarizeOptions {
  /** Columns to group by, in order: hour, day, week (ISO), month, provider, model, operation, service, any dimension. */
  readonly by?: readonly string[] | undefined;
  /** First instant counted: `2026-11-22`, `2026-11`, `2026-11-22T10:15:00Z`, `today`, `7d`, `24h`, Date, milliseconds. */
  readonly since?: Border | undefined;
  /** End: a time is excluded, a date or month included whole. */
  readonly until?: Border | undefined;
  /** IANA zone that days, weeks, months, hours and dates are meant in. Default: the ledger's. */
  readonly timezone?: string | undefined;
  /** Only rows whose column has that value (or one of those values); `(unknown)` = has none. */
  readonly where?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** Keep the N largest by cost, the rest becomes `(other)`. */
  readonly top?: number | undefined;
  /** What "now" is for `today`, `7d` and `24h`. Default: the clock. */
  readonly now?: Date | number | undefined;
}

/** Throws a TypeError or RangeError naming the first bad value and its rule; `columns` are those the rows have. */
export function checkOptions(options: SummarizeOptions, columns: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`options must be an object; got ${String(options)}`);
  }
  checkBy(options.by, columns);
  checkWhere(options.where, columns);
  const { timezone, top } = options;
  if (timezone !== undefined && (typeof timezone !== 'string' || !isTimezone(timezone))) {
    throw new RangeError(`timezone must be an IANA name like Europe/Berlin, or UTC; got ${shown(timezone)}`);
  }
  if (top !== undefined && !(Number.isSafeInteger(top) && top > 0)) {
    throw new RangeError(`top must be a positive integer; got ${shown(top)}`);
  }
  const now = options.now;
  if (now !== undefined && !Number.isFinite(Number(now))) {
    throw new RangeError(`now must be a valid Date or milliseconds since 1970; got ${String(now)}`);
  }
}

function checkBy(by: unknown, columns: readonly string[]): void {
  if (by === undefined) return;
  if (!Array.isArray(by)) throw new TypeError(`by must be an array of column names; got ${shown(by)}`);
  for (const column of by) checkColumn('by', column, columns);
  const twice = by.find((column, i) => by.indexOf(column) !== i);
  if (twice !== undefined) throw new RangeError(`by must name each column once; got ${shown(twice)} twice`);
}

function checkWhere(where: unknown, columns: readonly string[]): void {
  if (where === undefined) return;
  if (typeof where !== 'object' || where === null || Array.isArray(where)) {
    throw new TypeError(`where must be an object of column names and values; got ${shown(where)}`);
  }
  for (const [column, value] of Object.entries(where)) {
    checkColumn('where', column, columns);
    const values: unknown[] = Array.isArray(value) ? value : [value];
    const bad = values.find((one) => typeof one !== 'string');
    if (bad !== undefined || values.length === 0) {
      throw new TypeError(`where.${column} must be a text or a list of texts; got ${shown(value)}`);
    }
  }
}

function checkColumn(option: string, column: unknown, columns: readonly string[]): void {
  if (typeof column !== 'string' || column === '') {
    throw new TypeError(`${option} must name columns as non-empty texts; got ${shown(column)}`);
  }
  const meant = likelyTypo(column, columns);
  if (meant === undefined) return;
  throw new RangeError(
    `${option} must name a column (${columns.join(', ')}); got ${shown(column)}: did you mean ${meant}?`,
  );
}

/** A value as an error message shows it. */
export function shown(value: unknown): string {
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function')
    return String(value);
  return JSON.stringify(value) ?? 'undefined';
}
