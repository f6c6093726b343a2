import { expect, test } from 'vitest';
import fc from 'fast-check';
import { nanoUsd, usd } from '../../src/ledger/usd.js';

const LIMIT = 8_388_607_999_999_999;
const amount = fc.oneof(
  fc.integer({ min: -1_000_000, max: 1_000_000 }),
  fc.maxSafeInteger().map((n) => n % LIMIT),
  fc.integer({ min: 0, max: 1000 }).map((n) => LIMIT - n),
);

test('nano-USD survive the way through dollars in JSON, up to 8,388,607 dollars', () => {
  fc.assert(
    fc.property(amount, (nano) => {
      expect(nanoUsd(JSON.parse(JSON.stringify(usd(nano))))).toBe(nano + 0);
    }),
    { numRuns: 20_000 },
  );
});

test('dollars print with at most 9 decimals and mean exactly the nano-USD', () => {
  fc.assert(
    fc.property(amount, (nano) => {
      const printed = JSON.stringify(usd(nano));
      const [, digits = '', fraction = '', exponent = '0'] =
        /^-?(\d+)(?:\.(\d+))?(?:e(-?\d+))?$/.exec(printed) ?? [];
      expect(fraction.length - Number(exponent)).toBeLessThanOrEqual(9);
      const shift = 9 + Number(exponent) - fraction.length;
      const exact = BigInt(digits + fraction) * 10n ** BigInt(shift);
      expect(exact).toBe(BigInt(Math.abs(nano)));
    }),
    { numRuns: 20_000 },
  );
});

test('a million calls at $0.0000025 are $2.50', () => {
  let sum = 0;
  for (let i = 0; i < 1_000_000; i++) sum += nanoUsd(0.0000025);
  expect(usd(sum)).toBe(2.5);
});
