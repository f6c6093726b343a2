import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineBuffer } from '../../src/journal/line-buffer.js';

function written(write: (into: LineBuffer) => unknown): string {
  const buffer = new LineBuffer();
  write(buffer);
  return Buffer.from(buffer.view()).toString();
}

describe('a line buffer', () => {
  test('writes text as UTF-8, whatever it is and however long', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 3000 }), { maxLength: 4 }), (texts) => {
        const bytes = written((into) => texts.forEach((text) => into.text(text)));
        expect(bytes).toBe(texts.map((text) => Buffer.from(text).toString()).join(''));
      }),
    );
  });

  test('writes numbers as JSON has them', () => {
    const any = fc.oneof(
      fc.maxSafeInteger(),
      fc.integer({ min: -1000, max: 1000 }),
      fc.constantFrom(0, -0, 9, 10, 999_999_999, 1e9, 1e9 + 1, 2 ** 31, 2 ** 31 - 1, 2 ** 32, 1e15),
      fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 53, 1.5, -0.25),
      fc
        .nat({ max: 9 })
        .chain((digits) => fc.constantFrom(10 ** digits, 10 ** digits - 1, 7 * 10 ** (digits + 6))),
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 5 }), (values) => {
        expect(written((into) => values.forEach((value) => into.number(value).text(' ')))).toBe(
          values.map((value) => `${JSON.stringify(value)} `).join(''),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('puts commas between items, not before the first', () => {
    expect(
      written((into) =>
        into.text('[').comma().text('1').comma().text('{').comma().text('}').comma().text('2'),
      ),
    ).toBe('[1,{},2');
  });

  test.each([0, 1, 150, 510, 511, 512, 513, 514, 5000])(
    'sums up a line of %i characters as zlib does',
    (length) => {
      const text = 'é{"s":1}'.repeat(length).slice(0, length);
      const line = Buffer.from(new LineBuffer().beginLine().text(text).endLine()).toString();
      expect(line).toBe(`${crc32(text).toString(16).padStart(8, '0')} ${text}\n`);
    },
  );

  test('is used again for one line after another, short or long', () => {
    const buffer = new LineBuffer();
    for (const length of [10, 300_000, 3, 5000, 0]) {
      const text = 'x'.repeat(length);
      const line = Buffer.from(buffer.beginLine().text(text).endLine()).toString();
      expect(line === `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`).toBe(true);
    }
  });
});
