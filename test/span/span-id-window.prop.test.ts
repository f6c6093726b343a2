import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpanIdWindow } from '../../src/span/span-id-window.js';

const SIZE = 7;

const hex = (length: number): fc.Arbitrary<string> =>
  fc.bigInt({ min: 0n, max: 16n ** BigInt(length) - 1n }).map((id) => id.toString(16).padStart(length, '0'));

/** Few ids, so that they come again: well-formed ones, nearly so, and anything. */
const traceId = fc.oneof(
  fc.constantFrom('0'.repeat(32), `${'0'.repeat(31)}1`, `1${'0'.repeat(31)}`, 'f'.repeat(32), 'F'.repeat(32)),
  fc.constantFrom('', 'a', 'g'.repeat(32), `${'0'.repeat(31)}ÿ`, 'ı'.repeat(32)),
  hex(32),
);
const spanId = fc.oneof(
  fc.constantFrom('0'.repeat(16), `${'0'.repeat(15)}1`, `1${'0'.repeat(15)}`, 'f'.repeat(16), 'F'.repeat(16)),
  fc.constantFrom('', '1', 'g'.repeat(16), `0x${'0'.repeat(14)}`, `${'0'.repeat(15)}Ā`),
  hex(16),
);
const ids = fc.tuple(traceId, spanId);

describe('SpanIdWindow', () => {
  it('knows exactly the newest ids, whatever they look like and whenever it is asked first', () => {
    const steps = fc.array(fc.tuple(ids, fc.boolean()), { maxLength: 60 });
    fc.assert(
      fc.property(steps, ids, (taken, stranger) => {
        const window = new SpanIdWindow(SIZE);
        const newest: (readonly [string, string])[] = [];
        for (const [[trace, span], asks] of taken) {
          window.add(trace, span);
          newest.push([trace, span]);
          if (newest.length > SIZE) newest.shift();
          if (!asks) continue;
          for (const [[otherTrace, otherSpan]] of [...taken, [stranger]]) {
            const known = newest.some(([t, s]) => t === otherTrace && s === otherSpan);
            expect(window.has(otherTrace, otherSpan)).toBe(known);
          }
        }
      }),
      { numRuns: Number(process.env['LEDGER_TREE_RUNS'] ?? 300) },
    );
  });
});
