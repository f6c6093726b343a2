import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldDays } from '../../src/ledger/fold-days.js';
import type { LedgerState } from '../../src/ledger/ledger-state.js';
import { summarize } from '../../src/ledger/summarize.js';
import { toDocument } from '../../src/ledger/document.js';
import { callOf, createReadyFixture } from './core-fixture.js';

const ZONES = [
  'UTC',
  'Asia/Kathmandu',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Pacific/Apia',
];
/** Midnights and clock changes of those zones in 2026, and a turn of the year. */
const EDGES = [
  '2025-12-31T18:15:00Z',
  '2025-12-31T23:00:00Z',
  '2026-01-01T00:00:00Z',
  '2026-03-07T18:15:00Z',
  '2026-03-08T05:00:00Z',
  '2026-03-08T07:00:00Z',
  '2026-03-28T23:00:00Z',
  '2026-03-29T01:00:00Z',
  '2026-03-29T22:00:00Z',
  '2026-04-04T15:00:00Z',
  '2026-10-03T15:30:00Z',
  '2026-10-24T22:00:00Z',
  '2026-10-25T01:00:00Z',
  '2026-10-25T23:00:00Z',
  '2026-11-01T04:00:00Z',
  '2026-11-01T06:00:00Z',
  '2026-11-02T05:00:00Z',
].map((text) => Date.parse(text));

/** When a call ended: at an edge to the millisecond, right beside it, or anywhere in the two days around. */
const ended = fc
  .tuple(
    fc.constantFrom(...EDGES),
    fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -86_400_000, max: 86_400_000 })),
  )
  .map(([edge, beside]) => edge + beside);
const zone = fc.constantFrom(...ZONES);

/** Column values by another road than the code: the calendar of Intl, asked for the call's own end. */
function calendar(millis: number, timezone: string): Record<'hour' | 'day' | 'week' | 'month', string> {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    timeZoneName: 'longOffset',
  }).formatToParts(millis);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  const day = `${part('year')}-${part('month')}-${part('day')}`;
  const offset = part('timeZoneName').slice(3);
  const thursday = new Date(`${day}T00:00:00Z`);
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const newYear = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const week = Math.floor((thursday.getTime() - newYear) / 604_800_000) + 1;
  return {
    hour: `${day}T${part('hour')}:00${offset === '' || offset === '+00:00' ? 'Z' : offset}`,
    day,
    week: `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`,
    month: day.slice(0, 7),
  };
}

async function stateOf(times: readonly number[]): Promise<LedgerState> {
  const { core, storage } = await createReadyFixture();
  for (const [i, endTimeUnixMillis] of times.entries())
    core.record(callOf({ endTimeUnixMillis, inputTokens: i + 1 }));
  core.drain();
  return storage.state;
}

function documentOf(state: LedgerState, timezone: string) {
  const times = { createdAt: '2025-01-01T00:00:00.000Z', updatedAt: '2026-11-22T10:20:05.123Z' };
  return toDocument(state, { generation: 1, ...times, timezone, writers: {}, priceSource: '' });
}

function tokensBy(times: readonly number[], keyOf: (millis: number) => string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [i, millis] of times.entries()) sums[keyOf(millis)] = (sums[keyOf(millis)] ?? 0) + i + 1;
  return sums;
}

test('hours, days, weeks and months of recent calls are the calendar’s, in any zone, to the millisecond', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(ended, { minLength: 1, maxLength: 30 }),
      zone,
      zone,
      async (times, own, asked) => {
        const document = documentOf(await stateOf(times), own);
        for (const column of ['hour', 'day', 'week', 'month'] as const) {
          const { groups, unsplitRows } = summarize(document, { by: [column], timezone: asked });
          expect(unsplitRows).toBe(0);
          expect(
            Object.fromEntries(groups.map(({ key, inputTokens }) => [key[column], inputTokens])),
          ).toEqual(tokensBy(times, (millis) => calendar(millis, asked)[column]));
        }
        expect(
          Object.fromEntries(Object.entries(document.days).map(([day, use]) => [day, use.inputTokens])),
        ).toEqual(tokensBy(times, (millis) => calendar(millis, own).day));
      },
    ),
    { numRuns: 150 },
  );
});

test('folded days are the calendar’s in the ledger’s zone; elsewhere what cannot be split is told, and no total changes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(ended, { minLength: 1, maxLength: 30 }),
      zone,
      zone,
      async (times, own, asked) => {
        const state = await stateOf(times);
        const nowMillis = Date.UTC(2026, 11, 31);
        const options = { timezone: own, nowMillis, detailDays: 7, cardinalityLimit: 2000, maxRows: 100_000 };
        const folded = documentOf(foldDays(state, options), own);
        expect(folded.totals).toEqual(documentOf(state, own).totals);
        expect(folded.rows.every(({ minutes }) => minutes >= 1380 && minutes <= 1500)).toBe(true);
        const by = (timezone: string) => summarize(folded, { by: ['day'], timezone });
        const exact = tokensBy(times, (millis) => calendar(millis, own).day);
        const inOwn = by(own);
        expect(inOwn.unsplitRows).toBe(0);
        expect(
          Object.fromEntries(inOwn.groups.map(({ key, inputTokens }) => [key['day'], inputTokens])),
        ).toEqual(exact);
        const elsewhere = by(asked);
        const cut = folded.rows.filter(({ start, minutes }) => {
          const begin = Date.parse(start);
          return calendar(begin, asked).day !== calendar(begin + minutes * 60_000 - 1, asked).day;
        });
        expect(elsewhere.unsplitRows).toBe(cut.length);
        expect(elsewhere.totals).toEqual(folded.totals);
      },
    ),
    { numRuns: 150 },
  );
});
