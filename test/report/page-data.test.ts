import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';
import type { PageData } from '../../src/report/page-data.js';
import type { ShortRow } from './make-document.js';
import { mergeLedgers } from '../../src/report/merge-ledgers.js';
import { pageData } from '../../src/report/page-data.js';
import { makeDocument } from './make-document.js';
import { NOW, sampleLedger, SCRIPT_MODEL } from './sample.js';

/** Sum of a measure over cells that have `lead` indexes before the columns'. */
function sumOf(data: PageData, cells: readonly number[][], lead: number, measure: string): number {
  const at = lead + data.columns.length + data.measures.indexOf(measure);
  return cells.reduce((sum, cell) => sum + (cell[at] ?? Number.NaN), 0);
}

function dataOf(document: LedgerDocument, maxCells?: number): PageData {
  return pageData(mergeLedgers([{ path: 'x', document }]), { now: NOW }, maxCells);
}

describe('pageData', () => {
  it('cuts the report by time and column', () => {
    const data = pageData(sampleLedger(), { now: NOW, since: '2026-11-18' });
    expect(data.columns).toEqual(['provider', 'model', 'agent', 'user', 'service']);
    expect(data.values[1]).toEqual(['claude-sonnet-4-5', 'gpt-4o-mini', SCRIPT_MODEL, '(other)']);
    expect(data.unit).toBe('day');
    expect(data.times).toEqual(['2026-11-20', '2026-11-21', '2026-11-22']);
    expect(data.cells).toHaveLength(12);
    expect(sumOf(data, data.cells, 1, 'costNanoUsd')).toBe(1_801_206_921);
    expect(sumOf(data, data.cells, 1, 'cacheSavingsNanoUsd')).toBe(432_000);
    expect(data.heat.days).toEqual(['2026-11-20', '2026-11-21', '2026-11-22']);
    expect(new Set(data.heat.cells.map(([, hour]) => hour))).toEqual(new Set([9, 14, 23]));
    expect(sumOf(data, data.heat.cells, 2, 'calls')).toBe(48);
    expect(data.folded).toEqual([]);
  });

  it('follows zone, period and filters', () => {
    const data = pageData(sampleLedger(), {
      now: NOW,
      since: '2026-11-22',
      timezone: 'Asia/Kathmandu',
      where: { provider: 'openai' },
    });
    expect(data.unit).toBe('hour');
    expect(data.times[0]).toBe('2026-11-22T00:00+05:45');
    expect(data.times).toHaveLength(30);
    // 23:45 UTC of the 21st is 05:30 of the 22nd there; that of the 22nd is later than now, and still there.
    expect(sumOf(data, data.cells, 1, 'calls')).toBe(1 + 3 + 1);
    expect(data.heat.days).toEqual(['2026-11-22', '2026-11-23']);
  });

  it.each<[string, number, string]>([
    ['2026-11-22', 15, 'hour'],
    ['2026-11-01', 15, 'day'],
    ['2026-11-22', 1440, 'day'],
    ['2026-06-01', 1440, 'week'],
    ['2024-01-01', 1440, 'month'],
    ['2026-10-01', 44_640, 'month'],
  ])('a ledger since %s in rows of %d minutes has bars by %s', (day, minutes, unit) => {
    const data = dataOf(makeDocument([{ start: `${day}T00:00:00Z`, minutes, calls: 1 }]));
    expect(data.unit).toBe(unit);
    expect(new Set(data.times).size).toBe(data.times.length);
    expect(sumOf(data, data.cells, 1, 'calls')).toBe(1);
    expect(data.heat.days.length).toBe(minutes > 60 ? 0 : 1);
  });

  it('has no gaps between its bars', () => {
    const rows = ['2026-10-20', '2026-10-30'].map((day) => ({ start: `${day}T12:00:00Z`, calls: 1 }));
    const data = pageData(mergeLedgers([{ path: 'x', document: makeDocument(rows) }]), {
      now: new Date('2026-10-30T20:00:00Z'),
      timezone: 'Europe/Berlin',
    });
    expect(data.times).toEqual(Array.from({ length: 11 }, (_, i) => `2026-10-${20 + i}`));
    const weekly = dataOf(makeDocument([{ start: '2026-01-01T00:00:00Z', minutes: 1440, calls: 1 }]));
    expect(weekly.times).toHaveLength(47);
    expect(weekly.times.slice(0, 2)).toEqual(['2026-W01', '2026-W02']);
  });

  it('is empty for an empty ledger', () => {
    expect(dataOf(makeDocument([]))).toMatchObject({ times: [], cells: [], heat: { days: [], cells: [] } });
  });

  it('stays small by folding the smallest names, without changing a sum', () => {
    const row: fc.Arbitrary<ShortRow> = fc.record({
      start: fc
        .integer({ min: 0, max: 200 })
        .map((hour) => new Date(NOW.getTime() - hour * 3_600_000).toISOString()),
      model: fc.constantFrom('a', 'b', 'c', '(other)'),
      dimensions: fc.record({ user: fc.integer({ min: 0, max: 40 }).map(String) }),
      calls: fc.integer({ min: 1, max: 9 }),
      inputTokens: fc.nat(10_000),
      costNanoUsd: fc.nat(1_000_000),
    });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 60, maxLength: 200, size: 'max' }),
        fc.integer({ min: 20, max: 200 }),
        (rows, max) => {
          const slots = rows.map((one) => ({ ...one, start: `${one.start.slice(0, 13)}:00:00Z` }));
          const document = makeDocument(slots);
          const data = dataOf(document, max);
          expect(sumOf(data, data.cells, 1, 'calls')).toBe(document.totals.calls);
          expect(sumOf(data, data.cells, 1, 'inputTokens')).toBe(document.totals.inputTokens);
          expect(sumOf(data, data.cells, 1, 'costNanoUsd')).toBe(Math.round(document.totals.costUsd * 1e9));
          for (const cell of [...data.cells, ...data.heat.cells])
            expect(Math.min(...cell)).toBeGreaterThanOrEqual(0);
          expect(data.cells.length <= max || data.values.every((names) => names.length <= 2)).toBe(true);
          expect(data.heat.cells.length <= max || data.heat.days.length === 1).toBe(true);
          expect(data.folded.length === 0 || data.values.some((names) => names.includes('(other)'))).toBe(
            true,
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
