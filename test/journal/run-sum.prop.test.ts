import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLine, encodeDelta } from '../../src/journal/line-codec.js';
import { RunSum } from '../../src/journal/run-sum.js';
import type { Delta } from '../../src/ledger/delta.js';
import { LedgerState } from '../../src/ledger/ledger-state.js';
import { zeroMeasures } from '../../src/ledger/measures.js';
import { BASE_MILLIS, delta, row, stateOf } from '../ledger/arbitraries.js';

/** What a reader makes of the lines of these deltas. */
function readBack(deltas: readonly Delta[]): LedgerState {
  const state = new LedgerState();
  deltas.forEach((each, i) => {
    const line = decodeLine(encodeDelta(i + 1, each).slice(0, -1));
    if (line.kind === 'delta') state.addDelta(line.delta);
  });
  return state;
}

function summed(deltas: readonly Delta[]): Delta | undefined {
  const sum = new RunSum();
  for (const each of deltas) sum.add(each);
  return sum.toDelta();
}

function contentOf(state: LedgerState): unknown {
  return [state.table.sorted(), state.audit, state.pricedCalls];
}

/** Deltas as a writer makes them: rows of a few series objects that come again and again, in changing periods. */
const written = fc.array(row, { minLength: 1, maxLength: 5 }).chain((rows) => {
  const again = fc
    .record({
      of: fc.constantFrom(...rows),
      startMillis: fc.constantFrom(BASE_MILLIS, BASE_MILLIS + 900_000),
    })
    .map(({ of, startMillis }) => ({ ...of, startMillis }));
  return fc.array(
    fc.record({
      rows: fc.array(again, { maxLength: 4 }),
      audit: fc.constant({ recordsSeen: 1 }),
      pricedCalls: fc.constant({ book: 1 }),
    }),
    { maxLength: 20 },
  );
});

describe('the sum of a run of lines', () => {
  test('is what a reader of the lines adds up, whatever they hold', () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(delta, { maxLength: 12 }), written), (deltas) => {
        const sum = summed(deltas);
        expect(contentOf(stateOf(sum === undefined ? [] : [sum]))).toEqual(contentOf(readBack(deltas)));
      }),
    );
  });

  test('leaves the deltas it was given as they were', () => {
    fc.assert(
      fc.property(written, (deltas) => {
        const before = structuredClone(deltas);
        summed([...deltas, ...deltas]);
        expect(structuredClone(deltas)).toEqual(before);
      }),
    );
  });

  test('is none once a number is too large to be read back', () => {
    const series = { provider: 'p', model: 'm', operation: 'chat', service: '', dimensions: {} };
    const measures = { ...zeroMeasures(), inputTokens: Number.MAX_SAFE_INTEGER };
    const one = {
      rows: [{ startMillis: BASE_MILLIS, minutes: 15, series, measures }],
      audit: {},
      pricedCalls: {},
    };
    expect(summed([one])?.rows).toHaveLength(1);
    expect(summed([one, one])).toBeUndefined();
  });
});
