import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayKey, dayStart, isTimezone, nextDayStart, zoneOffset } from '../../src/ledger/zone.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const utc = (text: string): number => Date.parse(text);

/** Reads the local date by another road than the code: formatToParts in the Swedish (ISO-like) locale. */
function dateByIntl(millis: number, timezone: string): string {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(millis);
}

const zoneNames = ['UTC', ...Intl.supportedValuesOf('timeZone')];
const zone = fc.constantFrom(...zoneNames);
const instant = fc.integer({ min: utc('2012-01-01T00:00:00Z'), max: utc('2100-01-01T00:00:00Z') });

describe('days of a time zone', () => {
  it('agree with Intl on the date, in every zone', () => {
    fc.assert(
      fc.property(instant, zone, (millis, timezone) => {
        expect(dayKey(millis, timezone)).toBe(dateByIntl(millis, timezone));
      }),
      { numRuns: 2000 },
    );
  });

  it('hold the instant, begin where the day before ends, and last 21 to 27 hours (Casey Station moved its clocks by three)', () => {
    fc.assert(
      fc.property(instant, zone, (millis, timezone) => {
        const start = dayStart(millis, timezone);
        const next = nextDayStart(millis, timezone);
        expect(start).toBeLessThanOrEqual(millis);
        expect(next).toBeGreaterThan(millis);
        expect(dayKey(start, timezone)).toBe(dayKey(millis, timezone));
        expect(dayKey(next - 1, timezone)).toBe(dayKey(millis, timezone));
        expect(dayKey(start - 1, timezone) < dayKey(millis, timezone)).toBe(true);
        expect(dayKey(next, timezone) > dayKey(millis, timezone)).toBe(true);
        expect(dayStart(next, timezone)).toBe(next);
        expect(nextDayStart(start, timezone)).toBe(next);
        expect(nextDayStart(start - 1, timezone)).toBe(start);
        expect((next - start) / HOUR).toBeGreaterThanOrEqual(21);
        expect((next - start) / HOUR).toBeLessThanOrEqual(27);
      }),
      { numRuns: 2000 },
    );
  });

  it('are right at every change of the clocks of every zone in 2026', () => {
    const begin = utc('2026-01-01T00:00:00Z');
    let changes = 0;
    for (const timezone of zoneNames) {
      for (let at = begin; at < begin + 366 * 24 * HOUR; at += 24 * HOUR) {
        if (zoneOffset(at, timezone) === zoneOffset(at + 24 * HOUR, timezone)) continue;
        changes++;
        for (let probe = at; probe <= at + 24 * HOUR; probe += 30 * MINUTE) {
          expect(dayKey(probe, timezone)).toBe(dateByIntl(probe, timezone));
          const start = dayStart(probe, timezone);
          expect([dayKey(start, timezone), dayKey(start - 1, timezone) < dayKey(start, timezone)]).toEqual([
            dayKey(probe, timezone),
            true,
          ]);
        }
      }
    }
    expect(changes).toBeGreaterThan(100);
  });
});

describe('named cases', () => {
  const cases: Array<[name: string, zone: string, at: string, start: string, hours: number]> = [
    ['UTC', 'UTC', '2026-11-22T10:15:00Z', '2026-11-22T00:00:00Z', 24],
    ['UTC+5:45', 'Asia/Kathmandu', '2026-11-22T18:14:59.999Z', '2026-11-21T18:15:00Z', 24],
    ['a 23 h day', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00Z', 23],
    ['a 25 h day', 'Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00Z', 25],
    ['a 23.5 h day', 'Australia/Lord_Howe', '2026-10-04T00:00:00Z', '2026-10-03T13:30:00Z', 23.5],
    ['a 24.5 h day', 'Australia/Lord_Howe', '2026-04-05T00:00:00Z', '2026-04-04T13:00:00Z', 24.5],
    ['midnight skipped', 'Africa/Cairo', '2026-04-24T10:00:00Z', '2026-04-23T22:00:00Z', 23],
    ['midnight twice', 'America/Havana', '2026-11-01T12:00:00Z', '2026-11-01T04:00:00Z', 25],
    ['24:00 goes back to 23:00', 'Africa/Cairo', '2026-10-29T12:00:00Z', '2026-10-28T21:00:00Z', 25],
    ['UTC+14', 'Pacific/Kiritimati', '2026-11-22T10:00:00Z', '2026-11-22T10:00:00Z', 24],
    ['UTC-11', 'Pacific/Pago_Pago', '2026-11-22T10:59:59Z', '2026-11-21T11:00:00Z', 24],
    ['before the skipped date', 'Pacific/Apia', '2011-12-30T09:59:59Z', '2011-12-29T10:00:00Z', 24],
    ['after the skipped date', 'Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-30T10:00:00Z', 24],
  ];
  it.each(cases)('%s', (_name, timezone, at, start, hours) => {
    expect(new Date(dayStart(utc(at), timezone)).toISOString()).toBe(new Date(utc(start)).toISOString());
    expect((nextDayStart(utc(at), timezone) - utc(start)) / HOUR).toBe(hours);
  });

  it('Samoa had no 30 December 2011', () => {
    const last = utc('2011-12-30T09:59:59Z');
    expect(dayKey(last, 'Pacific/Apia')).toBe('2011-12-29');
    expect(dayKey(nextDayStart(last, 'Pacific/Apia'), 'Pacific/Apia')).toBe('2011-12-31');
  });

  it('an offset that changes within the hour is found to the second', () => {
    // Lord Howe goes back from UTC+11 to UTC+10:30 at 15:00 UTC; St. John's once changed at 00:01 local.
    expect(zoneOffset(utc('2026-04-04T14:59:59Z'), 'Australia/Lord_Howe')).toBe(11 * HOUR);
    expect(zoneOffset(utc('2026-04-04T15:00:00Z'), 'Australia/Lord_Howe')).toBe(10.5 * HOUR);
    expect(zoneOffset(utc('2011-03-13T03:30:59.999Z'), 'America/St_Johns')).toBe(-3.5 * HOUR);
    expect(zoneOffset(utc('2011-03-13T03:31:00Z'), 'America/St_Johns')).toBe(-2.5 * HOUR);
  });

  it('knows zones by name only', () => {
    expect(['UTC', 'Europe/Berlin', 'Asia/Kathmandu'].every(isTimezone)).toBe(true);
    expect(['', 'Mars/Base', 'Europe/Berlin ', '../UTC', 'constructor', '__proto__'].some(isTimezone)).toBe(
      false,
    );
  });
});
