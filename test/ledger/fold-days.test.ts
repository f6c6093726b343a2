import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { BASE_MILLIS, delta, measures, row, series, stateOf, totalOf } from './arbitraries.js';
import type { Row } from '../../src/ledger/delta.js';
import type { FoldOptions } from '../../src/ledger/fold-days.js';
import { LedgerState } from '../../src/ledger/ledger-state.js';
import { foldDays, foldSteps } from '../../src/ledger/fold-days.js';
import { stepByStep } from '../../src/ledger/steps.js';
import { toDocument } from '../../src/ledger/document.js';
import { zeroMeasures } from '../../src/ledger/measures.js';

const DAY = 86_400_000;
const now = BASE_MILLIS + 12 * DAY;

const options = (over: Partial<FoldOptions> = {}): FoldOptions => ({
  timezone: 'UTC',
  nowMillis: now,
  detailDays: 7,
  cardinalityLimit: 2000,
  maxRows: 100_000,
  ...over,
});

function callRow(start: string, user: string, costNanoUsd: number, model = 'm'): Row {
  return {
    startMillis: Date.parse(start),
    minutes: 15,
    series: { provider: 'p', model, operation: 'chat', service: '', dimensions: { user } },
    measures: { ...zeroMeasures(), calls: 1, costNanoUsd },
  };
}

function stateFrom(rows: readonly Row[]): LedgerState {
  const state = new LedgerState();
  state.table.addAll(rows);
  return state;
}

const shown = (state: LedgerState): string[] =>
  state.table
    .rows()
    .map(
      (each) =>
        `${new Date(each.startMillis).toISOString()} ${each.minutes} ${each.series.model} ${each.series.dimensions['user']} ${each.measures.calls} ${each.measures.costNanoUsd}`,
    )
    .sort();

describe('folding slots into days', () => {
  test('only days that ended at least detailDays ago fold', () => {
    const state = stateFrom([
      callRow('2026-10-24T23:45:00Z', 'a', 1),
      callRow('2026-10-24T00:00:00Z', 'a', 2),
      callRow('2026-10-25T00:00:00Z', 'a', 4),
    ]);
    expect(shown(foldDays(state, options({ nowMillis: Date.parse('2026-11-01T13:00:00Z') })))).toEqual([
      '2026-10-24T00:00:00.000Z 1440 m a 2 3',
      '2026-10-25T00:00:00.000Z 15 m a 1 4',
    ]);
  });

  test('days are cut in the ledger zone and are as long as they were: 25 hours in autumn', () => {
    const state = stateFrom([
      callRow('2026-10-25T22:45:00Z', 'a', 1),
      callRow('2026-10-25T23:00:00Z', 'a', 2),
    ]);
    const folded = foldDays(state, options({ timezone: 'Europe/Berlin', nowMillis: now + 10 * DAY }));
    expect(shown(folded)).toEqual([
      '2026-10-24T22:00:00.000Z 1500 m a 1 1',
      '2026-10-25T23:00:00.000Z 1440 m a 1 2',
    ]);
  });

  test('a late slot joins its day at the next fold', () => {
    const folded = foldDays(stateFrom([callRow('2026-10-20T10:00:00Z', 'a', 1)]), options());
    folded.table.add(callRow('2026-10-20T11:00:00Z', 'a', 2));
    expect(shown(foldDays(folded, options()))).toEqual(['2026-10-20T00:00:00.000Z 1440 m a 2 3']);
  });

  test('the largest series are kept, ties by name, the rest is (other) and counted', () => {
    const rows = [
      callRow('2026-10-20T10:00:00Z', 'small', 1),
      callRow('2026-10-20T10:00:00Z', 'tie-b', 5),
      callRow('2026-10-20T10:15:00Z', 'tie-a', 5),
      callRow('2026-10-20T10:00:00Z', 'large', 4),
      callRow('2026-10-20T11:00:00Z', 'large', 4),
    ];
    for (const order of [rows, rows.toReversed()]) {
      const folded = foldDays(stateFrom(order), options({ cardinalityLimit: 2 }));
      expect(shown(folded)).toEqual([
        '2026-10-20T00:00:00.000Z 1440 m (other) 2 6',
        '2026-10-20T00:00:00.000Z 1440 m large 2 8',
        '2026-10-20T00:00:00.000Z 1440 m tie-a 1 5',
      ]);
      expect(folded.audit.overflowCalls).toBe(2);
      expect(foldDays(folded, options({ cardinalityLimit: 2 })).audit.overflowCalls).toBe(2);
    }
  });

  test('past maxRows the oldest days become months, as few as needed', () => {
    const rows = ['2026-01-05', '2026-01-31', '2026-02-01', '2026-02-02', '2026-10-31'].map((day) =>
      callRow(`${day}T00:00:00Z`, 'a', 1),
    );
    const folded = foldDays(
      stateFrom(rows),
      options({ nowMillis: Date.parse('2026-11-20T00:00:00Z'), maxRows: 4 }),
    );
    expect(shown(folded)).toEqual([
      '2026-01-01T00:00:00.000Z 44640 m a 2 2',
      '2026-02-01T00:00:00.000Z 1440 m a 1 1',
      '2026-02-02T00:00:00.000Z 1440 m a 1 1',
      '2026-10-31T00:00:00.000Z 1440 m a 1 1',
    ]);
    const again = foldDays(folded, options({ nowMillis: Date.parse('2026-11-20T00:00:00Z'), maxRows: 1 }));
    expect(shown(again)).toEqual([
      '2026-01-01T00:00:00.000Z 44640 m a 2 2',
      '2026-02-01T00:00:00.000Z 40320 m a 2 2',
      '2026-10-01T00:00:00.000Z 44640 m a 1 1',
    ]);
    const days = Object.keys(toDocument(again, HEADER).days);
    expect(days).toEqual(['2026-01', '2026-02', '2026-10']);
  });

  test('a month that is not over yet is left alone', () => {
    const state = stateFrom([
      callRow('2026-11-01T00:00:00Z', 'a', 1),
      callRow('2026-11-02T00:00:00Z', 'a', 1),
    ]);
    const folded = foldDays(state, options({ nowMillis: Date.parse('2026-11-20T00:00:00Z'), maxRows: 1 }));
    expect(folded.table.size).toBe(2);
  });

  test('totals and counters never change, whatever zone, limit and age', () => {
    fc.assert(
      fc.property(
        fc.array(delta, { maxLength: 10 }),
        fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/New_York', 'Australia/Lord_Howe'),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 14 }),
        fc.integer({ min: 1, max: 30 }),
        (deltas, timezone, cardinalityLimit, detailDays, maxRows) => {
          const state = stateOf(deltas);
          const over = { timezone, cardinalityLimit, detailDays, maxRows, nowMillis: now + 40 * DAY };
          const folded = foldDays(state, options(over));
          expect(totalOf(folded.table.rows())).toEqual(totalOf(state.table.rows()));
          expect(folded.pricedCalls).toEqual(state.pricedCalls);
          expect({ ...folded.audit, overflowCalls: 0 }).toEqual({ ...state.audit, overflowCalls: 0 });
          const twice = foldDays(folded, options(over));
          expect(toDocument(twice, HEADER)).toEqual(toDocument(folded, HEADER));
        },
      ),
    );
  });

  test('below the limit the split over slots and the order do not matter', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        const there = foldDays(stateFrom(rows), options());
        const back = foldDays(stateFrom(rows.toReversed()), options());
        expect(toDocument(back, HEADER)).toEqual(toDocument(there, HEADER));
      }),
    );
  });

  test('rows that came down to zero are dropped', () => {
    const state = new LedgerState();
    const each = {
      ...callRow('2026-10-20T10:00:00Z', 'a', 1),
      measures: fc.sample(measures, 1)[0]!,
      series: fc.sample(series, 1)[0]!,
    };
    state.table.add(each);
    state.table.add(each, -1);
    expect(foldDays(state, options()).table.size).toBe(0);
  });
});

const HEADER = {
  generation: 1,
  createdAt: '2026-11-20T08:00:00.000Z',
  updatedAt: '2026-11-22T10:20:05.123Z',
  timezone: 'UTC',
  writers: {},
  priceSource: '',
};

describe('folding in steps', () => {
  const many = (count: number, perDay: number): LedgerState =>
    stateFrom(
      Array.from({ length: count }, (_, i) => {
        const day = String(1 + Math.floor(i / perDay)).padStart(2, '0');
        return callRow(`2026-09-${day}T10:00:00Z`, `u${i % perDay}`, i);
      }),
    );

  test.each([
    [10_000, 10_000, 100],
    [10_000, 500, 2000],
    [10_000, 500, 10],
  ])(
    '%i rows, %i a day, %i kept: never more than some hundreds of rows at a time',
    async (count, perDay, limit) => {
      const state = many(count, perDay);
      let breaths = 0;
      const breathe = async (): Promise<void> => void breaths++;
      const folded = await stepByStep(foldSteps(state, options({ cardinalityLimit: limit })), breathe);
      expect(shown(folded)).toEqual(shown(foldDays(state, options({ cardinalityLimit: limit }))));
      expect(breaths).toBeGreaterThanOrEqual((2 * count) / 500);
    },
  );

  test('takes more rows of one day than a call takes arguments', () => {
    const state = many(200_000, 200_000);
    expect(foldDays(state, options({ cardinalityLimit: 200_000 })).table.size).toBe(200_000);
  });
});
