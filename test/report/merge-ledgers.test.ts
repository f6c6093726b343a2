import { describe, expect, it } from 'vitest';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';
import type { ShortHeader } from './make-document.js';
import { mergeLedgers } from '../../src/report/merge-ledgers.js';
import { summarize } from '../../src/ledger/summarize.js';
import { makeDocument } from './make-document.js';

/** A ledger with that many calls in one slot. */
function ledger(calls: number, header: ShortHeader): LedgerDocument {
  return makeDocument([{ start: '2026-11-22T10:00:00Z', calls, inputTokens: 100 * calls }], header);
}

function merged(...documents: LedgerDocument[]): { calls: number; notes: string[]; conflicts: number } {
  const result = mergeLedgers(documents.map((document, i) => ({ path: `${'abcdef'[i]}.json`, document })));
  return {
    calls: summarize(result).totals.calls,
    notes: result.parts.flatMap(({ note }) => (note === undefined ? [] : [note])),
    conflicts: result.parts.filter(({ conflict }) => conflict === true).length,
  };
}

const created = '2026-11-01T08:00:00.000Z';
const other = '2026-11-01T08:00:00.001Z';

describe('mergeLedgers', () => {
  it('adds different ledgers', () => {
    const result = merged(
      ledger(5, { createdAt: created, writers: { a: 1 } }),
      ledger(7, { createdAt: other, writers: { b: 1 } }),
    );
    expect(result).toEqual({ calls: 12, notes: [], conflicts: 0 });
  });

  it('counts the same ledger, named twice, once', () => {
    const document = ledger(5, { createdAt: created, writers: { a: 1 } });
    const result = merged(document, structuredClone(document));
    expect(result).toEqual({
      calls: 5,
      notes: ['b.json is the same ledger as a.json: counted once.'],
      conflicts: 0,
    });
  });

  it.each(['older first', 'newer first'])('counts a copy through the one that covers it (%s)', (order) => {
    const old = ledger(5, { createdAt: created, writers: { a: 1, b: 2 } });
    const now = ledger(9, { createdAt: created, writers: { a: 4, b: 2, c: 1 } });
    const result = merged(...(order === 'older first' ? [old, now] : [now, old]));
    expect(result.calls).toBe(9);
    expect(result.conflicts).toBe(0);
    expect(result.notes).toHaveLength(1);
    expect(result.notes[0]).toContain('is an older copy of');
  });

  it('knows a copy by a shared writer although its directory was made anew', () => {
    const result = merged(
      ledger(5, { createdAt: created, writers: { a: 1 } }),
      ledger(9, { createdAt: other, writers: { a: 1, b: 3 } }),
    );
    expect(result).toMatchObject({ calls: 9, conflicts: 0 });
  });

  it('never adds copies that went on separately, and says so', () => {
    const result = merged(
      ledger(5, { createdAt: created, writers: { a: 1, b: 2 } }),
      ledger(9, { createdAt: created, writers: { a: 1, c: 7 } }),
    );
    expect(result.calls).toBe(9);
    expect(result.conflicts).toBe(1);
    expect(result.notes[0]).toBe(
      'a.json and b.json began as one ledger and went on separately: adding them would count twice what they share. ' +
        'Only b.json is counted; of the 5 calls in a.json some are missing.',
    );
  });

  it('sees that each of two copies has what the other lacks, also when both know the same writers', () => {
    const result = merged(
      ledger(5, { createdAt: created, writers: { a: 5, b: 1 } }),
      ledger(6, { createdAt: created, writers: { a: 1, b: 6 } }),
    );
    expect(result).toMatchObject({ calls: 6, conflicts: 1 });
  });

  it('takes an old copy as covered when its writers have ended and been dropped', () => {
    const old = ledger(5, { createdAt: created, writers: { a: 9 }, updatedAt: '2026-11-10T00:00:00.000Z' });
    const now = ledger(9, { createdAt: created, writers: { z: 1 }, updatedAt: '2026-11-22T00:00:00.000Z' });
    expect(merged(old, now)).toMatchObject({ calls: 9, conflicts: 0 });
  });

  describe('of ledgers created at the same instant whose writers have been dropped', () => {
    const late = '2026-11-22T00:00:00.000Z';
    const first = { start: '2026-11-09T10:00:00Z', calls: 4, inputTokens: 40, durationMillis: 31 };
    const header = (writer: string): ShortHeader => ({
      createdAt: created,
      writers: { [writer]: 1 },
      updatedAt: late,
    });

    it.each([
      ['a day', [first, { start: '2026-11-20T10:00:00Z', calls: 1 }], [first]],
      [
        'a row',
        [first, { start: '2026-11-09T11:00:00Z', calls: 1 }],
        [first, { start: '2026-11-09T12:00:00Z', calls: 3 }],
      ],
    ])('takes those that share %s as copies', (_what, one, two) => {
      const result = merged(makeDocument(one, header('x')), makeDocument(two, header('y')));
      expect(result.conflicts).toBe(1);
    });

    it('adds those that share nothing: hosts that started together', () => {
      const hosts = [5, 9, 7].map((calls, i) => ledger(calls, header(`host-${i}`)));
      expect(merged(...hosts)).toEqual({ calls: 21, notes: [], conflicts: 0 });
    });
  });

  it('keeps families apart and chains copies', () => {
    const result = merged(
      ledger(1, { createdAt: created, writers: { a: 1 } }),
      ledger(100, { createdAt: other, writers: { x: 1 } }),
      ledger(3, { createdAt: '2026-11-03T00:00:00.000Z', writers: { a: 1, b: 1 } }),
      ledger(7, { createdAt: '2026-11-04T00:00:00.000Z', writers: { a: 2, b: 1 } }),
    );
    expect(result).toMatchObject({ calls: 107, conflicts: 0 });
  });

  it('adds audit and price counters, and fills in counters that an older ledger does not have', () => {
    const a = ledger(1, {
      createdAt: created,
      writers: { a: 1 },
      audit: { spansSeen: 4 },
      pricedCalls: { book: 2 },
    });
    const b = ledger(1, {
      createdAt: other,
      writers: { b: 1 },
      audit: { spansSeen: 5 },
      pricedCalls: { override: 3 },
    });
    delete (a.audit as Partial<LedgerDocument['audit']>).clampedTimes;
    const result = mergeLedgers([
      { path: 'a', document: a },
      { path: 'b', document: b },
    ]);
    expect(result.audit).toMatchObject({ spansSeen: 9, clampedTimes: 0 });
    expect(result.prices).toEqual({
      source: '@pydantic/genai-prices 0.1.8',
      book: 2,
      overrides: 3,
      reported: 0,
    });
    expect(mergeLedgers([{ path: 'a', document: a }]).audit.clampedTimes).toBe(0);
  });

  it('takes the time zone of the ledger named first, whichever copy of it counts', () => {
    const sources = [
      { path: 'a', document: ledger(1, { createdAt: created, writers: { a: 1 }, timezone: 'Asia/Tokyo' }) },
      { path: 'b', document: ledger(1, { createdAt: other, writers: { b: 1 } }) },
      { path: 'c', document: ledger(2, { createdAt: created, writers: { a: 2 }, timezone: 'Asia/Tokyo' }) },
    ];
    expect(mergeLedgers(sources).timezone).toBe('Asia/Tokyo');
  });

  it('refuses to merge nothing', () => {
    expect(() => mergeLedgers([])).toThrow(TypeError);
  });
});
