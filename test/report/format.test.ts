import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as format from '../../src/report/format.js';
import { cutMiddle, displayWidth, wrapped } from '../../src/report/text-table.js';

describe('numbers', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1234, '1.23k'],
    [12_345, '12.3k'],
    [999_499, '999k'],
    [999_500, '1.00M'],
    [10_609_180, '10.6M'],
    [1_234_567_890_123, '1.23T'],
  ])('%d is %s in a narrow table', (count, text) => {
    expect(format.formatShortCount(count)).toBe(text);
  });

  it('are never rounded to nothing or to everything', () => {
    expect(format.formatShare(1)).toBe('100.0%');
    expect(format.formatShare(0.99999)).toBe('>99.9%');
    expect(format.formatShare(0.00001)).toBe('<0.1%');
    expect(format.formatShare(0)).toBe('0.0%');
    expect(format.formatShare(null)).toBe('n/a');
    expect(format.formatUsd(0.000000001, 6)).toBe('<$0.000001');
    expect(format.formatUsd(0.004, 2)).toBe('<$0.01');
    expect(format.formatUsd(0, 2)).toBe('$0.00');
    expect(format.formatUsd(-0.5, 2)).toBe('-$0.50');
    expect(format.formatUsd(1234567.891, 2)).toBe('$1,234,567.89');
  });

  it('have as many decimals as the largest amount leaves room for', () => {
    expect(format.usdDecimals([0.2, 120])).toBe(2);
    expect(format.usdDecimals([0.2, -1])).toBe(4);
    expect(format.usdDecimals([0.2])).toBe(6);
    expect(format.usdDecimals([])).toBe(6);
  });

  it('print without exponent and read back exactly', () => {
    expect(format.plainDecimal(4.02e-7)).toBe('0.000000402');
    expect(format.plainDecimal(1e-9)).toBe('0.000000001');
    expect(format.plainDecimal(2.5)).toBe('2.5');
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), (nano) => {
        const text = format.plainDecimal(nano / 1e9);
        expect(text).not.toContain('e');
        expect(Math.round(Number(text) * 1e9)).toBe(nano);
      }),
    );
  });
});

describe('text', () => {
  it('cannot paint the screen, break a line or hide', () => {
    expect(format.printable('a\u001b[31mred\u0007\n\u202e\u200b\u2028')).toBe(
      'a\\u001b[31mred\\u0007\\u000a\\u202e\\u200b\\u2028',
    );
    expect(format.printable('\u00a0\u3000\u3164\u2800\ufffc\u034f')).toBe(
      '\\u00a0\\u3000\\u3164\\u2800\\ufffc\\u034f',
    );
    expect(format.printable('模型 é 🙂 ❤️')).toBe('模型 é 🙂 ❤️');
  });

  it('is measured in terminal cells', () => {
    expect(displayWidth('gpt-4o')).toBe(6);
    expect(displayWidth('模型')).toBe(4);
    expect(displayWidth('e\u0301')).toBe(1);
    expect(displayWidth('🙂')).toBe(2);
  });

  it('is cut in the middle to fit', () => {
    expect(cutMiddle('claude-sonnet-4-5-20250929', 11)).toBe('claud…50929');
    expect(cutMiddle('short', 11)).toBe('short');
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ min: 3, max: 40 }),
        (text, width) => {
          expect(displayWidth(cutMiddle(text, width))).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it('wraps between words', () => {
    expect(wrapped('one two three four', 9)).toBe('one two\n  three\n  four');
    expect(wrapped('unbreakable-long-word x', 9)).toBe('unbreak\n  able-lo\n  ng-word\n  x');
  });
});
