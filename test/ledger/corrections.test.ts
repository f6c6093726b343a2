import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Correction } from '../../src/ledger/corrections.js';
import {
  MAX_CORRECTIONS,
  correctionReason,
  joinCorrections,
  readCorrections,
} from '../../src/ledger/corrections.js';
import { LedgerState } from '../../src/ledger/ledger-state.js';
import { foldDays } from '../../src/ledger/fold-days.js';
import { fromDocument } from '../../src/ledger/from-document.js';
import { parseDocument } from '../../src/ledger/parse-document.js';
import { renderDocument } from '../../src/ledger/render-document.js';
import { toDocument } from '../../src/ledger/document.js';
import { nanoUsd } from '../../src/ledger/usd.js';

function correction(minute: number, change: Partial<Correction> = {}): Correction {
  const at = new Date(Date.UTC(2026, 10, 22, 10, minute)).toISOString();
  return { at, reason: `no ${minute}`, rows: 1, beforeUsd: 0, afterUsd: 0.000000001, ...change };
}

const HEADER = {
  generation: 1,
  createdAt: '2026-11-20T08:00:00.000Z',
  updatedAt: '2026-11-22T10:20:05.123Z',
  timezone: 'UTC',
  writers: {},
  priceSource: '',
};

describe('corrections', () => {
  test('are kept in order of time, whoever made them', () => {
    const state = new LedgerState();
    state.correct([correction(3), correction(1)]);
    const other = new LedgerState();
    other.correct([correction(2)]);
    state.merge(other);
    expect(state.corrections.map(({ reason }) => reason)).toEqual(['no 1', 'no 2', 'no 3']);
  });

  test('are bounded, and what they changed adds up all the same, to the nano-dollar', () => {
    const amount = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }).map((nano) => nano / 1e9);
    const list = fc.array(fc.tuple(amount, amount, fc.integer({ min: 0, max: 99 })), { maxLength: 150 });
    fc.assert(
      fc.property(list, list, (some, more) => {
        const make = (amounts: typeof some): Correction[] =>
          amounts.map(([beforeUsd, afterUsd, rows], i) => correction(i, { beforeUsd, afterUsd, rows }));
        const sums = (all: readonly Correction[]): number[] =>
          [
            all.map(({ rows }) => rows),
            all.map(({ beforeUsd }) => nanoUsd(beforeUsd)),
            all.map(({ afterUsd }) => nanoUsd(afterUsd)),
          ].map((numbers) => numbers.reduce((sum, one) => sum + one, 0));
        const joined = joinCorrections(joinCorrections([], make(some)), make(more));
        expect(joined.length).toBeLessThanOrEqual(MAX_CORRECTIONS);
        expect(sums(joined)).toEqual(sums([...make(some), ...make(more)]));
      }),
      { numRuns: 100 },
    );
  });

  test('survive the file and folding, and a ledger without them has no such field', () => {
    const state = new LedgerState();
    expect(toDocument(state, HEADER)).not.toHaveProperty('corrections');
    state.correct([correction(1)]);
    const options = { timezone: 'UTC', nowMillis: 0, detailDays: 7, cardinalityLimit: 10, maxRows: 10 };
    const document = toDocument(foldDays(state, options), HEADER);
    const parsed = parseDocument(renderDocument(document));
    if (parsed.kind !== 'ledger') throw new Error(parsed.kind);
    expect(parsed.document.corrections).toEqual([correction(1)]);
    expect(fromDocument(parsed.document).corrections).toEqual([correction(1)]);
  });

  test.each([{}, 'x', [1], [{ ...correction(1), at: 'then' }], [{ ...correction(1), afterUsd: '9' }]])(
    '%j is no list of corrections',
    (value) => {
      expect(readCorrections(value)).toBeUndefined();
      const document = { ...toDocument(new LedgerState(), HEADER), corrections: value };
      expect(parseDocument(JSON.stringify(document))).toMatchObject({ kind: 'corrupt' });
    },
  );

  test('a reason is one line of at most 256 characters', () => {
    expect(correctionReason(`a\n\tb${'x'.repeat(300)}`)).toBe(`a b${'x'.repeat(253)}`);
  });
});
