import type { LedgerRow } from './ledger-document.js';
import { UNKNOWN } from '../usage/call.js';
import { nearestName } from './nearest-name.js';
import { zoneOffset } from './zone.js';

const HOUR_MILLIS = 3_600_000;
const DAY_MILLIS = 24 * HOUR_MILLIS;

export { OTHER } from '../usage/call.js';

/** Columns cut from a row's time, finest first, in the zone of the summary. */
export const TIME_COLUMNS = ['hour', 'day', 'week', 'month'] as const;

/** Columns every row has. */
export const SERIES_COLUMNS = ['provider', 'model', 'operation', 'service'] as const;

/** Dimension names that are accepted even while no row carries them (the library's named dimensions). */
const NAMED_DIMENSIONS = ['agent', 'user', 'session', 'tenant', 'environment', 'version', 'tier'];

export type TimeColumn = (typeof TIME_COLUMNS)[number];

const timeColumns: ReadonlySet<string> = new Set(TIME_COLUMNS);

export function isTimeColumn(column: string): column is TimeColumn {
  return timeColumns.has(column);
}

/** The dimension names that at least one row carries, sorted. */
export function dimensionNames(rows: readonly LedgerRow[]): string[] {
  const names = new Set<string>();
  let seen: LedgerRow['dimensions'];
  for (const { dimensions } of rows) {
    if (dimensions === undefined || dimensions === seen) continue;
    seen = dimensions;
    for (const name of Object.keys(dimensions)) names.add(name);
  }
  return [...names].sort();
}

/** Every column these rows can be grouped and filtered by. */
export function columnsOf(rows: readonly LedgerRow[]): string[] {
  return [...TIME_COLUMNS, ...SERIES_COLUMNS, ...dimensionNames(rows)];
}

/**
 * The name that was probably meant by `column`, or `undefined` when it can be used. A name that no row carries is fine
 * as long as it is no likely typo: a dimension may not have come up yet.
 */
export function likelyTypo(column: string, columns: readonly string[]): string | undefined {
  if (columns.includes(column) || NAMED_DIMENSIONS.includes(column)) return undefined;
  return nearestName(column, [...columns, ...NAMED_DIMENSIONS]);
}

/** The value of a series or dimension column; `(unknown)` when the row has none. */
export function seriesValue(row: LedgerRow, column: string): string {
  switch (column) {
    case 'provider':
      return row.provider;
    case 'model':
      return row.model;
    case 'operation':
      return row.operation;
    case 'service':
      return row.service ?? UNKNOWN;
    default: {
      const { dimensions } = row;
      return dimensions !== undefined && Object.hasOwn(dimensions, column)
        ? (dimensions[column] ?? UNKNOWN)
        : UNKNOWN;
    }
  }
}

/**
 * The value of a time column at an instant: `2026-11-22`, ISO week `2026-W47` (weeks begin on Monday and belong to the
 * year of their Thursday), `2026-11`, or the hour with its offset, `2026-10-25T02:00+01:00`, since an autumn hour
 * comes twice.
 */
export function timeValue(millis: number, column: TimeColumn, timezone: string): string {
  const offset = zoneOffset(millis, timezone);
  const local = millis + offset;
  switch (column) {
    case 'hour':
      return isoOf(Math.floor(local / HOUR_MILLIS) * HOUR_MILLIS, 16) + offsetText(offset);
    case 'day':
      return isoOf(local, 10);
    case 'month':
      return isoOf(local, 7);
    case 'week':
      return isoWeek(Math.floor(local / DAY_MILLIS));
  }
}

function isoOf(localMillis: number, length: number): string {
  return new Date(localMillis).toISOString().slice(0, length);
}

function isoWeek(day: number): string {
  const thursday = day - ((((day + 3) % 7) + 7) % 7) + 3;
  const year = new Date(thursday * DAY_MILLIS).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1) / DAY_MILLIS) / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

function offsetText(offset: number): string {
  if (offset === 0) return 'Z';
  const minutes = Math.abs(Math.trunc(offset / 60_000));
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${hours}:${String(minutes % 60).padStart(2, '0')}`;
}
