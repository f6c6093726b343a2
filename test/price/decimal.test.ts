import { expect, test } from 'vitest';
import { inUnits, shift, toDecimal } from '../../src/price/decimal.js';

test.each([
  [0, 0n, 0],
  [3, 3n, 0],
  [0.075, 75n, -3],
  [0.1, 1n, -1],
  [2.5e-6, 25n, -7],
  [1e-7, 1n, -7],
  [1.5e21, 15n, 20],
  [0.09999999999999999, 9999999999999999n, -17],
  [123.456, 123456n, -3],
])('%d is read as the decimal it is written as', (value, digits, exponent) => {
  expect(toDecimal(value)).toEqual({ digits, exponent });
});

test('whole units are exact, finer digits round half up', () => {
  expect(inUnits(shift(toDecimal(0.075), 3), 0)).toBe(75n);
  expect(inUnits(toDecimal(2.5e-6), -9)).toBe(2500n);
  expect(inUnits(toDecimal(0.0000000005), -9)).toBe(1n);
  expect(inUnits(toDecimal(0.00000000049), -9)).toBe(0n);
  expect(inUnits(toDecimal(0.0000000014999), -9)).toBe(1n);
});
