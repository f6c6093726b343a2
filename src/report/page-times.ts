import type { LedgerRow } from '../ledger/ledger-document.js';
import type { SummarizeOptions } from '../ledger/summarize.js';
import { timeValue } from '../ledger/column.js';
import { borderMillis } from '../ledger/period.js';
import { nextDayStart } from '../ledger/zone.js';

const HOUR_MILLIS = 3_600_000;
const DAY_MILLIS = 24 * HOUR_MILLIS;
const LONGEST_DAY_MINUTES = 2 * 24 * 60;

/** How wide one bar of the page's charts is. */
export type TimeUnit = 'hour' | 'day' | 'week' | 'month';

type Period = Pick<SummarizeOptions, 'since' | 'until'> & { readonly now: Date | number };

/**
 * The unit that gives a readable number of bars: hours up to two days, days up to a quarter, weeks up to two years,
 * else months; never finer than the rows that are in the period.
 */
export function unitFor(rows: readonly LedgerRow[], period: Period, timezone: string): TimeUnit {
  const [begin, end] = spanOf(rows, period, timezone);
  const days = (end - begin) / DAY_MILLIS;
  let longest = 0;
  for (const { start, minutes } of rows) {
    if (minutes > longest && Date.parse(start) >= begin && Date.parse(start) < end) longest = minutes;
  }
  if (days > 731 || longest > LONGEST_DAY_MINUTES) return 'month';
  if (days > 92) return 'week';
  return days > 2.1 || longest > 60 ? 'day' : 'hour';
}

/**
 * Every time of the unit in the period asked for, in order, none missing: from its beginning, but not from before the
 * ledger's (`firstMillis`), to its end or now, and at least to the last one named.
 */
export function timesOf(
  unit: TimeUnit,
  named: readonly string[],
  period: Period,
  timezone: string,
  firstMillis: number,
): string[] {
  const now = Number(period.now);
  const last = named.at(-1);
  if (last === undefined) return [];
  const times = new Set<string>();
  const since = period.since === undefined ? firstMillis : borderMillis('since', period.since, timezone, now);
  let at = Math.max(since, firstMillis);
  const asked = period.until === undefined ? now : borderMillis('until', period.until, timezone, now) - 1;
  const end = Math.max(Math.min(asked, now), within(last));
  for (; at <= end; at = unit === 'hour' ? at + HOUR_MILLIS : nextDayStart(at, timezone)) {
    times.add(timeValue(at, unit, timezone));
  }
  for (const name of named) times.add(name);
  return [...times].sort((a, b) => (unit === 'hour' ? Date.parse(a) - Date.parse(b) : a < b ? -1 : 1));
}

/** The period asked for, narrowed to what the rows hold. */
function spanOf(rows: readonly LedgerRow[], period: Period, timezone: string): [number, number] {
  const now = Number(period.now);
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { start } of rows) {
    const millis = Date.parse(start);
    first = Math.min(first, millis);
    last = Math.max(last, millis + 1);
  }
  const since = period.since === undefined ? first : borderMillis('since', period.since, timezone, now);
  const until =
    period.until === undefined ? Math.max(now, last) : borderMillis('until', period.until, timezone, now);
  return [since, until];
}

/** An instant near the beginning of a time that `timeValue` named. */
function within(time: string): number {
  if (time.includes('T')) return Date.parse(time);
  const week = /^(\d{4})-W(\d{2})$/.exec(time);
  if (week !== null) return Date.UTC(Number(week[1]), 0, 4) + (Number(week[2]) - 1) * 7 * DAY_MILLIS;
  return Date.parse(time.length === 7 ? `${time}-01` : time) + DAY_MILLIS / 2;
}
