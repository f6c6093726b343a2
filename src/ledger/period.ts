import { SLOT_MINUTES } from './slot.js';
import { dayStart, nextDayStart, zoneOffset } from './zone.js';

const MINUTE_MILLIS = 60_000;
const HOUR_MILLIS = 60 * MINUTE_MILLIS;
const DAY_MILLIS = 24 * HOUR_MILLIS;
const SLOT_MILLIS = SLOT_MINUTES * MINUTE_MILLIS;
/** Dates beyond which no zone arithmetic is sure; a ledger holds 2000–2100. */
const EARLIEST_MILLIS = Date.UTC(1900, 0, 1);
const LATEST_MILLIS = Date.UTC(2200, 0, 1);

/** A border of a period as people write it: see `borderMillis`. */
export type Border = string | number | Date;

const RULE =
  'must be a date (2026-11-22), a month (2026-11), a time (2026-11-22T10:15:00Z, or without a zone: local), ' +
  'today, yesterday, a span back from now (24h, 7d, 2w), a Date, or milliseconds since 1970; within 1900–2200';

/**
 * The instant a border means, in milliseconds since the Unix epoch; rows from `since` up to and without `until` are in.
 * A date or month as `since` is its first instant, as `until` the first instant after it: both ends are included.
 * `7d` is seven local days, today and the six before; `2w` is fourteen; `24h` reaches back to the start of the slot
 * that time falls into. As `until`, `7d` and `24h` end where the same `since` would begin.
 * Anything else is a TypeError or RangeError naming the value and the rule.
 */
export function borderMillis(
  name: 'since' | 'until',
  value: Border,
  timezone: string,
  nowMillis: number,
): number {
  const millis = parse(name, value, timezone, nowMillis);
  if (millis === undefined || !(millis >= EARLIEST_MILLIS && millis <= LATEST_MILLIS)) {
    throw new RangeError(`${name} ${RULE}; got ${shown(value)}`);
  }
  return millis;
}

function parse(
  name: 'since' | 'until',
  value: Border,
  timezone: string,
  nowMillis: number,
): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'string') throw new TypeError(`${name} ${RULE}; got ${typeof value}`);
  const text = value.trim();
  const date = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(text);
  if (date !== null) return dateBorder(name, date, timezone);
  const back = /^(\d{1,5})(h|d|w)$/.exec(text);
  if (back !== null) return backFrom(nowMillis, Number(back[1]), back[2] ?? 'd', timezone);
  if (text === 'today' || text === 'yesterday') {
    const today = dayStart(nowMillis, timezone);
    const begin = text === 'today' ? today : dayStart(today - 1, timezone);
    return name === 'since' ? begin : nextDayStart(begin, timezone);
  }
  return timeBorder(text, timezone);
}

/** First instant of a date or month, or (`until`) the first one after it. */
function dateBorder(name: 'since' | 'until', parts: RegExpExecArray, timezone: string): number | undefined {
  const [, year = '', month = '', day] = parts;
  const first = localDate(Number(year), Number(month), day === undefined ? 1 : Number(day));
  if (first === undefined) return undefined;
  if (name === 'since') return localMidnight(first, timezone);
  return localMidnight(
    day === undefined ? Date.UTC(Number(year), Number(month), 1) : first + DAY_MILLIS,
    timezone,
  );
}

/** A calendar date as UTC milliseconds; `undefined` for 30 February and the like. */
function localDate(year: number, month: number, day: number): number | undefined {
  const millis = Date.UTC(year, month - 1, day);
  const date = new Date(millis);
  const same =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same ? millis : undefined;
}

/** The instant that local date begins; a date the zone skipped begins where the next one does. */
function localMidnight(dateMillis: number, timezone: string): number {
  if (dateMillis < EARLIEST_MILLIS || dateMillis > LATEST_MILLIS) return Number.NaN;
  const noon = dateMillis + DAY_MILLIS / 2;
  const instant = noon - zoneOffset(noon - zoneOffset(noon, timezone), timezone);
  const begin = dayStart(instant, timezone);
  const local = begin + zoneOffset(begin, timezone);
  return local < dateMillis ? nextDayStart(instant, timezone) : begin;
}

function backFrom(nowMillis: number, count: number, unit: string, timezone: string): number {
  if (unit === 'h') return Math.floor((nowMillis - count * HOUR_MILLIS) / SLOT_MILLIS) * SLOT_MILLIS;
  const today = dayStart(nowMillis, timezone);
  const localToday = Math.floor((today + zoneOffset(today, timezone)) / DAY_MILLIS) * DAY_MILLIS;
  const days = unit === 'w' ? count * 7 : count;
  return localMidnight(localToday - (days - 1) * DAY_MILLIS, timezone);
}

/**
 * ISO 8601 with a zone, or without one: then on the clock of `timezone`; of an hour that comes twice the first, in an
 * hour that is skipped as far behind the jump (as Temporal's `compatible`).
 */
function timeBorder(text: string, timezone: string): number | undefined {
  const time = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(text);
  if (time === null) return undefined;
  const iso = text.replace(' ', 'T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2');
  if (time[1] !== undefined) return Date.parse(iso);
  const local = Date.parse(`${iso}Z`);
  if (Number.isNaN(local) || local < EARLIEST_MILLIS || local > LATEST_MILLIS) return undefined;
  const early = local - zoneOffset(local - DAY_MILLIS, timezone);
  if (early + zoneOffset(early, timezone) === local) return early;
  const late = local - zoneOffset(local + DAY_MILLIS, timezone);
  return late + zoneOffset(late, timezone) === local ? late : early;
}

function shown(value: Border): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
