import { describe, expect, test } from 'vitest';
import type { ShortRow } from '../report/make-document.js';
import { budgetStates } from '../../src/ledger/budget.js';
import { makeDocument } from '../report/make-document.js';

const NOW = Date.parse('2026-11-22T10:20:00Z');

function spent(start: string, usd: number, fields: Partial<ShortRow> = {}): ShortRow {
  return { start, calls: 1, costNanoUsd: Math.round(usd * 1e9), ...fields };
}

const ROWS = [
  spent('2026-11-22T10:15:00Z', 12.5),
  spent('2026-11-21T23:45:00Z', 30),
  spent('2026-11-01T00:00:00Z', 7),
  spent('2026-10-31T23:45:00Z', 1_000),
];

describe('budgets', () => {
  test('hold the day and the month of now to their limits', () => {
    expect(budgetStates(makeDocument(ROWS), { maxDayUsd: 10, maxMonthUsd: 100 }, NOW)).toEqual([
      {
        period: 'day',
        key: '2026-11-22',
        group: {},
        spentUsd: 12.5,
        limitUsd: 10,
        over: true,
        unpricedCalls: 0,
        unmeteredCalls: 0,
      },
      {
        period: 'month',
        key: '2026-11',
        group: {},
        spentUsd: 49.5,
        limitUsd: 100,
        over: false,
        unpricedCalls: 0,
        unmeteredCalls: 0,
      },
    ]);
  });

  test('cut days and months in the ledger’s time zone', () => {
    const inTokyo = makeDocument(ROWS, { timezone: 'Asia/Tokyo' });
    const [day, month] = budgetStates(inTokyo, { maxDayUsd: 10, maxMonthUsd: 1_000 }, NOW);
    // 23:45 UTC of the 21st is the 22nd in Tokyo, and 23:45 UTC of October 31 is November 1.
    expect(day).toMatchObject({ key: '2026-11-22', spentUsd: 42.5 });
    expect(month).toMatchObject({ key: '2026-11', spentUsd: 1_049.5, over: true });
    const [evening] = budgetStates(inTokyo, { maxDayUsd: 10 }, Date.parse('2026-11-22T15:00:00Z'));
    expect(evening).toMatchObject({ key: '2026-11-23', spentUsd: 0, over: false });
  });

  test('allow what they say to the last nano-dollar, and no more', () => {
    const state = (usd: number): boolean | undefined =>
      budgetStates(makeDocument([spent('2026-11-22T10:15:00Z', usd)]), { maxDayUsd: 0.3 }, NOW)[0]?.over;
    expect([state(0.299999999), state(0.3), state(0.300000001)]).toEqual([false, false, true]);
    const tenths = Array.from({ length: 3 }, () => spent('2026-11-22T10:15:00Z', 0.1));
    expect(budgetStates(makeDocument(tenths), { maxDayUsd: 0.3 }, NOW)[0]).toMatchObject({
      spentUsd: 0.3,
      over: false,
    });
  });

  test('hold each group to the limit, the dearest first', () => {
    const at = '2026-11-22T10:15:00Z';
    const rows = [
      spent(at, 1, { dimensions: { agent: 'refunds' } }),
      spent(at, 5, { dimensions: { agent: 'search' } }),
      spent(at, 2, { dimensions: { agent: 'refunds' } }),
      spent(at, 0.5),
    ];
    const states = budgetStates(makeDocument(rows), { maxDayUsd: 3, by: ['agent'] }, NOW);
    expect(states.map(({ group, spentUsd, over }) => [group['agent'], spentUsd, over])).toEqual([
      ['search', 5, true],
      ['refunds', 3, false],
      ['(unknown)', 0.5, false],
    ]);
  });

  test('say how many calls have no known price or no usage, so that nobody trusts a lower bound', () => {
    const rows = [
      spent('2026-11-22T10:15:00Z', 1),
      { start: '2026-11-22T10:15:00Z', calls: 7, unpricedCalls: 4, unmeteredCalls: 3 },
    ];
    expect(budgetStates(makeDocument(rows), { maxDayUsd: 3 }, NOW)[0]).toMatchObject({
      over: false,
      unpricedCalls: 4,
      unmeteredCalls: 3,
    });
  });

  test('a limit of 0 allows nothing; no limit says nothing; an empty ledger has spent nothing', () => {
    expect(budgetStates(makeDocument(ROWS), { maxDayUsd: 0 }, NOW)[0]?.over).toBe(true);
    expect(budgetStates(makeDocument([]), { maxDayUsd: 0 }, NOW)[0]).toMatchObject({
      spentUsd: 0,
      over: false,
    });
    expect(budgetStates(makeDocument([]), { maxDayUsd: 0, by: ['model'] }, NOW)).toEqual([]);
    expect(budgetStates(makeDocument(ROWS), {}, NOW)).toEqual([]);
  });

  test.each([-1, Number.NaN, Infinity])('a limit of %d is refused by name', (limit) => {
    expect(() => budgetStates(makeDocument(ROWS), { maxMonthUsd: limit }, NOW)).toThrow(
      new RangeError(`maxMonthUsd must be an amount of USD from 0; got ${limit}`),
    );
  });
});
