const HOUR_MILLIS = 3_600_000;
const DAY_MILLIS = 24 * HOUR_MILLIS;
/** Longest local day there is (25 h) plus the widest offset change ever made (24 h, at the date line), rounded up. */
const SEARCH_MILLIS = 50 * HOUR_MILLIS;
const CACHED_HOURS = 50_000;

/** What is known of one zone: its formatter, and the offset of every UTC hour asked for that has only one. */
interface Zone {
  readonly format: Intl.DateTimeFormat;
  readonly offsets: Map<number, number>;
}

const zones = new Map<string, Zone>();

function createZone(timezone: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return { format, offsets: new Map() };
}

function zoneOf(timezone: string): Zone {
  let zone = zones.get(timezone);
  if (zone === undefined) {
    zone = createZone(timezone);
    zones.set(timezone, zone);
  }
  return zone;
}

/** Offset at one instant, straight from Intl (≈ 2 µs): what the zone's wall clock shows, read as UTC, minus UTC. */
function formattedOffset(zone: Zone, millis: number): number {
  const wholeSeconds = Math.floor(millis / 1000) * 1000;
  const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, second = 0] = (
    zone.format.format(wholeSeconds).match(/\d+/g) ?? []
  ).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) - wholeSeconds;
}

/**
 * What the wall clock of `timezone` is ahead of UTC at that instant, in milliseconds (Kathmandu: 20,700,000).
 * Cached per UTC hour; an hour in which the offset changes is looked up to the second (Lord Howe moves by 30 minutes).
 * A `timezone` that `isTimezone` refuses is a RangeError.
 */
export function zoneOffset(millis: number, timezone: string): number {
  if (timezone === 'UTC') return 0;
  const zone = zoneOf(timezone);
  const hour = Math.floor(millis / HOUR_MILLIS);
  const known = zone.offsets.get(hour);
  if (known !== undefined) return known;
  const first = formattedOffset(zone, hour * HOUR_MILLIS);
  if (first !== formattedOffset(zone, (hour + 1) * HOUR_MILLIS - 1)) return formattedOffset(zone, millis);
  if (zone.offsets.size >= CACHED_HOURS) zone.offsets.clear();
  zone.offsets.set(hour, first);
  return first;
}

/** Days since 1970-01-01 on the zone's own calendar. */
function localDay(millis: number, timezone: string): number {
  return Math.floor((millis + zoneOffset(millis, timezone)) / DAY_MILLIS);
}

/** The first instant after `before` whose local day is `day` or later, by bisection: midnight may be skipped or come twice. */
function firstInstantOf(day: number, before: number, timezone: string): number {
  let low = before;
  let high = before + SEARCH_MILLIS;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (localDay(middle, timezone) >= day) high = middle;
    else low = middle;
  }
  return high;
}

/** True for an IANA zone (or `UTC`) that this Node knows. */
export function isTimezone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The zone's calendar date at that instant, as `YYYY-MM-DD`. */
export function dayKey(millis: number, timezone: string): string {
  return new Date(localDay(millis, timezone) * DAY_MILLIS).toISOString().slice(0, 10);
}

/**
 * The instant, in milliseconds since the Unix epoch, at which the local day that holds `millis` began. That is local
 * midnight; where clocks jump over midnight (Cairo in April) the first instant after the jump, where midnight comes
 * twice (Havana in November) the first of the two. Exact for every zone since 2012; before that St. John's clocks went
 * back over midnight, so that a day came in two pieces.
 */
export function dayStart(millis: number, timezone: string): number {
  const day = localDay(millis, timezone);
  const midnight = day * DAY_MILLIS - zoneOffset(millis, timezone);
  if (localDay(midnight, timezone) === day && localDay(midnight - 1, timezone) < day) return midnight;
  return firstInstantOf(day, millis - SEARCH_MILLIS, timezone);
}

/**
 * The instant at which the next local day begins: `dayStart` + 23, 24 or 25 hours, or what else the zone does. The next
 * day need not be the next date: Samoa had no 30 December 2011.
 */
export function nextDayStart(millis: number, timezone: string): number {
  const day = localDay(millis, timezone);
  const midnight = (day + 1) * DAY_MILLIS - zoneOffset(millis, timezone);
  if (localDay(midnight, timezone) > day && localDay(midnight - 1, timezone) === day) return midnight;
  return firstInstantOf(day + 1, millis, timezone);
}
