import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Series } from '../../src/ledger/delta.js';
import { SeriesCap } from '../../src/ledger/series-cap.js';
import { series as anySeries } from './arbitraries.js';

function seriesOf(model: string, user?: string, provider = 'openai'): Series {
  return { provider, model, operation: 'chat', service: 's', dimensions: user === undefined ? {} : { user } };
}

const capOf = (limit: number) => new SeriesCap(limit, (series, overflow) => ({ series, overflow }));

describe('the cap on series', () => {
  test('exactly the limit is kept as it is', () => {
    const cap = capOf(3);
    for (const user of ['a', 'b', 'c', 'a']) {
      expect(cap.entry(seriesOf('m', user))).toEqual({ series: seriesOf('m', user), overflow: false });
    }
    expect(cap.size).toBe(3);
  });

  test('past it the dimensions go to (other), the model stays', () => {
    const cap = capOf(2);
    cap.entry(seriesOf('m', 'a'));
    cap.entry(seriesOf('m', 'b'));
    const other = cap.entry(seriesOf('n', 'c'));
    expect(other.overflow).toBe(true);
    expect(other.series.model).toBe('n');
    expect({ ...other.series.dimensions }).toEqual({ user: '(other)' });
    expect(cap.entry(seriesOf('n', 'd'))).toBe(other);
    expect(cap.entry(seriesOf('m', 'a')).overflow).toBe(false);
  });

  test('without dimensions to take away, the model goes to (other)', () => {
    const cap = capOf(2);
    for (const model of ['a', 'b']) cap.entry(seriesOf(model));
    expect(cap.entry(seriesOf('c')).series).toMatchObject({
      provider: 'openai',
      model: '(other)',
      operation: 'chat',
    });
  });

  test('a user who is called (other) takes nobody’s place', () => {
    const cap = capOf(2);
    const hostile = cap.entry(seriesOf('m', '(other)'));
    expect(hostile.overflow).toBe(true);
    for (const user of ['a', 'b']) expect(cap.entry(seriesOf('m', user)).overflow).toBe(false);
    expect(cap.entry(seriesOf('m', 'c'))).toBe(hostile);
  });

  test('models behind overflowing dimensions run out too', () => {
    const cap = capOf(4);
    for (let i = 0; i < 4; i++) cap.entry(seriesOf(`kept${i}`, 'u'));
    expect(cap.entry(seriesOf('m1', 'x')).series.model).toBe('m1');
    expect(cap.entry(seriesOf('m2', 'x')).series.model).toBe('m2');
    expect(cap.entry(seriesOf('m3', 'x')).series.model).toBe('(other)');
    expect(cap.entry(seriesOf('m1', 'y')).series.model).toBe('m1');
  });

  test('a million users and providers stay within twice the limit', () => {
    const cap = capOf(50);
    for (let i = 0; i < 1_000_000; i++) cap.entry(seriesOf('m', `u${i}`, i % 2 === 0 ? 'openai' : `p${i}`));
    expect(cap.size).toBeLessThanOrEqual(101);
  });

  test('one series always gets the same entry, and no more exist than allowed', () => {
    fc.assert(
      fc.property(fc.array(anySeries, { maxLength: 40 }), fc.integer({ min: 1, max: 6 }), (all, limit) => {
        const cap = capOf(limit);
        const first = all.map((each) => cap.entry(each));
        expect(all.map((each) => cap.entry(each))).toEqual(first);
        expect(cap.size).toBeLessThanOrEqual(2 * limit + 1);
        const kept = new Set(first.filter((entry) => !entry.overflow));
        expect(kept.size).toBeLessThanOrEqual(limit);
      }),
    );
  });
});
