import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShortRow } from '../report/make-document.js';
import { summarize } from '../../src/ledger/summarize.js';
import { makeDocument } from '../report/make-document.js';

const begin = Date.UTC(2026, 9, 20);
const zone = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/St_Johns',
);
const name = fc.constantFrom('a', 'b', '(other)', '__proto__', 'a","b');
const amount = fc.integer({ min: 0, max: 2_000_000_000 });
const row: fc.Arbitrary<ShortRow> = fc.record({
  start: fc.integer({ min: 0, max: 10 * 96 }).map((slot) => new Date(begin + slot * 900_000).toISOString()),
  minutes: fc.constantFrom(15, 15, 15, 1440),
  provider: name,
  model: name,
  dimensions: fc.option(fc.record({ agent: name }), { nil: undefined }).map((value) => value ?? {}),
  calls: fc.integer({ min: 1, max: 1000 }),
  inputTokens: amount,
  outputTokens: amount,
  costNanoUsd: amount,
  outputCostNanoUsd: amount,
});
const columns = fc.subarray(['day', 'hour', 'week', 'month', 'provider', 'model', 'agent', 'service']);

const nano = (costUsd: number): bigint => BigInt(Math.round(costUsd * 1e9));

/** The day, by another road than the code. */
const dayOf = (millis: number, timezone: string): string =>
  new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(millis);

describe('summarize', () => {
  it('gives groups that add up to the totals to the last digit, by whatever columns, zone and top', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 60 }),
        columns,
        zone,
        fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
        (rows, by, timezone, top) => {
          const document = makeDocument(rows);
          const { groups, totals } = summarize(document, { by, timezone, top });
          expect(totals).toEqual(document.totals);
          const sum = { calls: 0, input: 0n, output: 0n, cost: 0n, part: 0n };
          for (const group of groups) {
            sum.calls += group.calls;
            sum.input += BigInt(group.inputTokens);
            sum.output += BigInt(group.outputTokens);
            sum.cost += nano(group.costUsd);
            sum.part += nano(group.outputCostUsd ?? 0);
          }
          expect(sum).toEqual({
            calls: totals.calls,
            input: BigInt(totals.inputTokens),
            output: BigInt(totals.outputTokens),
            cost: nano(totals.costUsd),
            part: nano(totals.outputCostUsd ?? 0),
          });
          expect(new Set(groups.map(({ key }) => JSON.stringify(Object.entries(key)))).size).toBe(
            groups.length,
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('cuts days of slots as the calendar of the zone does', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), zone, (rows, timezone) => {
        const slots = rows.map((one) => ({ ...one, minutes: 15 }));
        const expected = new Map<string, bigint>();
        for (const { start, costNanoUsd = 0 } of slots) {
          const day = dayOf(Date.parse(start), timezone);
          expected.set(day, (expected.get(day) ?? 0n) + BigInt(costNanoUsd));
        }
        const { groups, unsplitRows } = summarize(makeDocument(slots), { by: ['day'], timezone });
        expect(unsplitRows).toBe(0);
        expect(groups.map(({ key, costUsd }) => [key['day'], nano(costUsd)])).toEqual(
          [...expected].sort(([a], [b]) => (a < b ? -1 : 1)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('splits a period anywhere without losing or doubling a row', () => {
    const border = fc.integer({ min: 0, max: 11 * 96 * 3 }).map((fifth) => begin + fifth * 300_000);
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), border, columns, (rows, at, by) => {
        const document = makeDocument(rows);
        const before = summarize(document, { by, until: at }).totals;
        const after = summarize(document, { by, since: at }).totals;
        expect(before.calls + after.calls).toBe(document.totals.calls);
        expect(nano(before.costUsd) + nano(after.costUsd)).toBe(nano(document.totals.costUsd));
      }),
      { numRuns: 300 },
    );
  });
});
