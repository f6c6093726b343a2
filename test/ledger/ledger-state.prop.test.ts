import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { delta, row, series, stateOf, totalOf } from './arbitraries.js';
import { LedgerState } from '../../src/ledger/ledger-state.js';
import { RowTable } from '../../src/ledger/row-table.js';
import { SeriesIndex } from '../../src/ledger/series-index.js';
import { compareSeries } from '../../src/ledger/series-order.js';
import { fromDocument } from '../../src/ledger/from-document.js';
import { parseDocument } from '../../src/ledger/parse-document.js';
import { renderDocument } from '../../src/ledger/render-document.js';
import { sumProblems } from '../../src/ledger/sum-problems.js';
import { toDocument } from '../../src/ledger/document.js';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';

const header = {
  generation: 1,
  createdAt: '2026-11-20T08:00:00.000Z',
  updatedAt: '2026-11-22T10:20:05.123Z',
  timezone: 'America/New_York',
  writers: JSON.parse('{"w1":3,"__proto__":4}'),
  priceSource: 'book 1',
};

const text = (state: LedgerState): string => renderDocument(toDocument(state, header));

function parsed(source: string): LedgerDocument {
  const result = parseDocument(source);
  if (result.kind !== 'ledger') throw new Error(JSON.stringify(result));
  return result.document;
}

describe('the merge algebra', () => {
  test('any order of deltas gives the same ledger', () => {
    fc.assert(
      fc.property(
        fc
          .array(delta, { maxLength: 8 })
          .chain((deltas) =>
            fc.tuple(fc.constant(deltas), fc.shuffledSubarray(deltas, { minLength: deltas.length })),
          ),
        ([deltas, shuffled]) => {
          expect(text(stateOf(shuffled))).toBe(text(stateOf(deltas)));
        },
      ),
    );
  });

  test('any split over writers, merged in any grouping, gives the same ledger', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(delta, fc.nat(2)), { maxLength: 9 }),
        fc.boolean(),
        (parts, leftFirst) => {
          const whole = stateOf(parts.map(([each]) => each));
          const [a, b, c] = [0, 1, 2].map((writer) =>
            stateOf(parts.filter(([, owner]) => owner === writer).map(([each]) => each)),
          );
          const merged = new LedgerState();
          if (leftFirst) {
            a!.merge(b!);
            merged.merge(a!);
            merged.merge(c!);
          } else {
            b!.merge(c!);
            merged.merge(b!);
            merged.merge(a!);
          }
          expect(text(merged)).toBe(text(whole));
        },
      ),
    );
  });

  test('a state as one delta adds up to itself', () => {
    fc.assert(
      fc.property(fc.array(delta, { maxLength: 5 }), (deltas) => {
        const state = stateOf(deltas);
        expect(text(stateOf([state.toDelta()]))).toBe(text(state));
      }),
    );
  });

  test('adding and taking back leaves nothing', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 10 }), (rows) => {
        const state = new LedgerState();
        state.table.addAll(rows);
        state.table.addAll(rows, -1);
        const document = toDocument(state, header);
        expect(document.rows).toEqual([]);
        expect(Object.keys(document.models)).toEqual([]);
        expect(document.totals.costUsd).toBe(0);
      }),
    );
  });

  test('a table never adds to what it was given', () => {
    const table = new RowTable();
    const given = fc.sample(row, 1)[0]!;
    const before = JSON.stringify(given.measures);
    table.add(given);
    table.add(given);
    expect(JSON.stringify(given.measures)).toBe(before);
  });
});

describe('series', () => {
  test('two are one row exactly when every name is equal', () => {
    fc.assert(
      fc.property(fc.array(series, { maxLength: 12 }), (all) => {
        const index = new SeriesIndex<{ first: number }>();
        all.forEach((each, i) => {
          const entry = index.ensure(each, () => ({ first: i }));
          const first = all.findIndex((other) => compareSeries(other, each) === 0);
          expect(entry.first).toBe(first);
          expect(index.find(each)).toBe(entry);
        });
        expect(index.size).toBe(
          new Set(all.map((each) => all.findIndex((o) => compareSeries(o, each) === 0))).size,
        );
      }),
    );
  });

  test('dimensions in another order are the same series', () => {
    const index = new SeriesIndex<object>();
    const names = { provider: 'a', model: 'b', operation: 'c', service: 'd' };
    const entry = index.ensure({ ...names, dimensions: { user: 'u', agent: 'x' } }, () => ({}));
    expect(index.find({ ...names, dimensions: { agent: 'x', user: 'u' } })).toBe(entry);
    expect(index.ensure({ ...names, dimensions: { agent: 'x', user: 'u' } }, () => ({}))).toBe(entry);
    expect(index.find({ ...names, dimensions: { user: 'x', agent: 'u' } })).toBeUndefined();
  });

  test('a miss leaves nothing behind', () => {
    const index = new SeriesIndex<object>();
    const wanted = { provider: 'a', model: 'b', operation: 'c', service: 'd', dimensions: { user: 'u' } };
    expect(index.find(wanted)).toBeUndefined();
    index.ensure({ ...wanted, dimensions: {} }, () => ({}));
    expect(index.find(wanted)).toBeUndefined();
    expect(index.size).toBe(1);
  });

  test('the order is total', () => {
    fc.assert(
      fc.property(series, series, series, (a, b, c) => {
        expect(Math.sign(compareSeries(a, b))).toBe(-Math.sign(compareSeries(b, a)) + 0);
        const [first, , last] = [a, b, c].sort(compareSeries);
        expect(compareSeries(first!, last!)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe('the document', () => {
  test('read back, it gives the same document, to the last nano-dollar', () => {
    fc.assert(
      fc.property(fc.array(delta, { maxLength: 8 }), (deltas) => {
        const source = text(stateOf(deltas));
        expect(text(fromDocument(parsed(source)))).toBe(source);
      }),
    );
  });

  test('totals, days, models, providers and rows add up to the same', () => {
    fc.assert(
      fc.property(fc.array(delta, { maxLength: 8 }), (deltas) => {
        const state = stateOf(deltas);
        const document = parsed(text(state));
        expect(sumProblems(document)).toEqual([]);
        expect(fromDocument(document).table.rows().length).toBe(document.rows.length);
        expect(totalOf(fromDocument(document).table.rows())).toEqual(totalOf(state.table.rows()));
      }),
    );
  });
});
