import fc from 'fast-check';
import type { Delta, Row, Series } from '../../src/ledger/delta.js';
import { MEASURES, zeroMeasures } from '../../src/ledger/measures.js';
import type { Measures } from '../../src/ledger/measures.js';
import { AUDIT_FIELDS } from '../../src/usage/usage-sink.js';
import { LedgerState } from '../../src/ledger/ledger-state.js';
import { SLOT_MINUTES, slotStart } from '../../src/ledger/slot.js';

/** Names that break code which joins keys, keys plain objects, or trusts text. */
export const HOSTILE_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'a/b',
  'a',
  'b',
  '',
  '\u0000',
  '../x',
  '"',
  '(other)',
];

export const name: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE_NAMES),
  fc.string({ maxLength: 4 }),
);

const dimensions = fc
  .uniqueArray(fc.tuple(fc.constantFrom('agent', 'user', '__proto__', '1'), name), {
    maxLength: 2,
    selector: ([key]) => key,
  })
  .map((entries) => {
    const record: Record<string, string> = Object.create(null);
    for (const [key, value] of entries) record[key] = value;
    return record;
  });

export const series: fc.Arbitrary<Series> = fc.record({
  provider: name,
  model: name,
  operation: fc.constantFrom('chat', 'embeddings'),
  service: fc.constantFrom('', 'checkout'),
  dimensions,
});

/** Small enough that sums of a thousand stay exact, negative now and then (reversals). */
export const measures: fc.Arbitrary<Measures> = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 2, arbitrary: fc.integer({ min: -1e9, max: 1e12 }) },
    ),
    {
      minLength: MEASURES.length,
      maxLength: MEASURES.length,
    },
  )
  .map((values) => {
    const result = zeroMeasures();
    MEASURES.forEach((measure, i) => {
      result[measure] = values[i] ?? 0;
    });
    return result;
  });

export const BASE_MILLIS: number = Date.UTC(2026, 9, 20);

export const row: fc.Arbitrary<Row> = fc.record({
  startMillis: fc.integer({ min: 0, max: 12 * 86_400_000 }).map((offset) => slotStart(BASE_MILLIS + offset)),
  minutes: fc.constant(SLOT_MINUTES),
  series,
  measures,
});

export const delta: fc.Arbitrary<Delta> = fc.record({
  rows: fc.array(row, { maxLength: 6 }),
  audit: fc.dictionary(fc.constantFrom(...AUDIT_FIELDS), fc.integer({ min: -5, max: 100 })),
  pricedCalls: fc.dictionary(
    fc.constantFrom('book', 'override', 'reported'),
    fc.integer({ min: -5, max: 100 }),
  ),
});

export function stateOf(deltas: readonly Delta[]): LedgerState {
  const state = new LedgerState();
  for (const each of deltas) state.addDelta(each);
  return state;
}

/** Sum of all rows. */
export function totalOf(rows: readonly Row[]): Measures {
  const total = zeroMeasures();
  for (const each of rows) for (const measure of MEASURES) total[measure] += each.measures[measure];
  return total;
}
