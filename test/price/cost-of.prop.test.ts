import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cost } from '../../src/price/cost.js';
import { costOf } from '../../src/price/cost-of.js';
import { shift, toDecimal } from '../../src/price/decimal.js';
import type { RateName, RateSheet } from '../../src/price/rates.js';
import { compileRates, RATE_NAMES } from '../../src/price/rates.js';
import type { TokenCounts } from '../../src/price/token-leaves.js';
import { tokenLeaves } from '../../src/price/token-leaves.js';
import { aCall } from './a-call.js';

/** Prices as people write them: USD per million tokens, up to seven decimals. */
const price = fc
  .tuple(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 0, max: 7 }))
  .map(([digits, decimals]) => Number(`${digits}e-${decimals}`));

const prices = fc.record(Object.fromEntries(RATE_NAMES.map((name) => [name, price])), {
  requiredKeys: ['input', 'output'],
});

function tokensUpTo(max: number): fc.Arbitrary<TokenCounts> {
  const part = (total: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: total });
  return fc
    .record({ input: fc.integer({ min: 0, max }), output: fc.integer({ min: 0, max }) })
    .chain(({ input, output }) =>
      fc.record({
        inputTokens: fc.constant(input),
        cacheReadInputTokens: part(input),
        cacheWriteInputTokens: part(input),
        audioInputTokens: part(input),
        outputTokens: fc.constant(output),
        reasoningOutputTokens: part(output),
        audioOutputTokens: part(output),
      }),
    );
}

const tokens = fc.oneof(tokensUpTo(20), tokensUpTo(300_000), tokensUpTo(2_000_000_000));

function sheetOf(written: Partial<Record<string, number>>): RateSheet {
  const sheet: RateSheet = {};
  for (const name of RATE_NAMES) {
    const usd = written[name];
    if (usd !== undefined) sheet[name] = shift(toDecimal(usd), 3);
  }
  return sheet;
}

/** USD per million tokens → units of 1e-4 nano-USD per token: exact for prices of at most seven decimals. */
function exact(usd: number): bigint {
  return BigInt(usd.toFixed(7).replace('.', ''));
}
const UNIT = 10n ** 4n;

/** The same cost from first principles, all in big integers; a slow and separate way to the same number. */
function reference(written: Partial<Record<RateName, number>>, counts: TokenCounts): bigint {
  const leaves = tokenLeaves(counts);
  const rate = (...names: RateName[]): bigint => {
    const own = names.map((name) => written[name]).find((usd) => usd !== undefined);
    return exact(own ?? 0);
  };
  const audio = rate('audioInput', 'input');
  const cachedAudio = written.cacheRead === undefined ? audio : rate('cacheRead');
  const writtenAudio = written.cacheWrite === undefined ? audio : rate('cacheWrite');
  const parts: [number, bigint][] = [
    [leaves.textInput, rate('input')],
    [leaves.audioInput, audio],
    [leaves.textCacheRead, rate('cacheRead', 'input')],
    [leaves.audioCacheRead, written.audioCacheRead === undefined ? cachedAudio : rate('audioCacheRead')],
    [leaves.textCacheWrite, rate('cacheWrite', 'input')],
    [leaves.audioCacheWrite, written.audioCacheWrite === undefined ? writtenAudio : rate('audioCacheWrite')],
    [leaves.textOutput, rate('output')],
    [leaves.reasoningOutput, rate('reasoningOutput', 'output')],
    [leaves.audioOutput, rate('audioOutput', 'output')],
    [1, rate('request')],
  ];
  const total = parts.reduce((sum, [count, unitRate]) => sum + BigInt(count) * unitRate, 0n);
  return (2n * total + UNIT) / (2n * UNIT);
}

const PARTS = [
  'inputCostNanoUsd',
  'cacheReadCostNanoUsd',
  'cacheWriteCostNanoUsd',
  'outputCostNanoUsd',
] as const;

function sumOfParts(cost: Cost): number {
  return PARTS.reduce((sum, part) => sum + cost[part], 0);
}

describe('the cost of a call', () => {
  test('is the exact sum of its parts, rounded once, half up', () => {
    fc.assert(
      fc.property(prices, tokens, (written, counts) => {
        const cost = costOf(compileRates(sheetOf(written), true), counts, 1, 'book');
        const expected = reference(written, counts);
        // No cost only where it, or what the cached tokens would have cost, leaves what the ledger can hold.
        const dearest = Math.max(written.input ?? 0, written.audioInput ?? 0);
        const tooLarge = expected > 2n ** 53n - 1n || counts.inputTokens * dearest * 1000 > 2 ** 53;
        expect(cost === undefined ? tooLarge : BigInt(cost.costNanoUsd) === expected).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test('is made of non-negative integer parts that add up to it', () => {
    fc.assert(
      fc.property(prices, tokens, (written, counts) => {
        const cost = costOf(compileRates(sheetOf(written), true), counts, 1, 'book');
        if (cost === undefined) return;
        for (const part of PARTS) {
          expect(Number.isSafeInteger(cost[part])).toBe(true);
          expect(cost[part]).toBeGreaterThanOrEqual(0);
        }
        expect(sumOfParts(cost)).toBe(cost.costNanoUsd);
        expect(Number.isSafeInteger(cost.cacheSavingsNanoUsd)).toBe(true);
        expect(Object.values(cost).some((value) => Object.is(value, -0))).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is the same whichever way it is added up: in doubles or in big integers', () => {
    fc.assert(
      fc.property(prices, tokensUpTo(300_000), (written, counts) => {
        const rates = compileRates(sheetOf(written), true);
        expect(costOf(rates, counts, 1, 'book')).toEqual(
          costOf({ ...rates, safe: false }, counts, 1, 'book'),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test('sums to the same total under any grouping, order or split', () => {
    const rates = compileRates(sheetOf({ input: 0.0375, output: 0.0028, cacheRead: 0.003625 }), true);
    const nanoUsd = (counts: TokenCounts): number => costOf(rates, counts, 1, 'book')?.costNanoUsd ?? NaN;
    fc.assert(
      fc.property(fc.array(tokensUpTo(100_000), { maxLength: 40 }), fc.nat(), (calls, seed) => {
        const costs = calls.map(nanoUsd);
        const total = costs.reduce((sum, cost) => sum + cost, 0);
        const groups = new Map<number, number>();
        costs.toReversed().forEach((cost, index) => {
          const group = (index * 7 + seed) % 5;
          groups.set(group, (groups.get(group) ?? 0) + cost);
        });
        expect([...groups.values()].reduce((sum, cost) => sum + cost, 0)).toBe(total);
      }),
    );
  });
});

describe('worked examples', () => {
  test('a million calls of $0.0000025 are $2.50', () => {
    const rates = compileRates(sheetOf({ input: 2.5, output: 10 }), true);
    let nanoUsd = 0;
    for (let call = 0; call < 1_000_000; call++)
      nanoUsd += costOf(rates, aCall({ inputTokens: 1 }), 1, 'book')?.costNanoUsd ?? NaN;
    expect(nanoUsd / 1e9).toBe(2.5);
  });

  test('gpt-4o-mini: 1,010 input of which 640 cached, 50 output', () => {
    const rates = compileRates(sheetOf({ input: 0.15, cacheRead: 0.075, output: 0.6 }), true);
    const call = aCall({ inputTokens: 1_010, cacheReadInputTokens: 640, outputTokens: 50 });
    expect(costOf(rates, call, 1, 'book')).toEqual({
      costNanoUsd: 133_500,
      inputCostNanoUsd: 55_500,
      cacheReadCostNanoUsd: 48_000,
      cacheWriteCostNanoUsd: 0,
      outputCostNanoUsd: 30_000,
      cacheSavingsNanoUsd: 48_000,
      source: 'book',
    });
  });

  test('cache writes dearer than plain input make the savings negative', () => {
    const rates = compileRates(sheetOf({ input: 3, cacheRead: 0.3, cacheWrite: 3.75, output: 15 }), true);
    const call = aCall({ inputTokens: 4_740, cacheWriteInputTokens: 4_735, outputTokens: 255 });
    const cost = costOf(rates, call, 1, 'book');
    expect(cost?.costNanoUsd).toBe(5 * 3_000 + 4_735 * 3_750 + 255 * 15_000);
    expect(cost?.cacheSavingsNanoUsd).toBe(-4_735 * 750);
  });

  test('halves of a nano-dollar round up, and the larger remainder takes what rounding adds', () => {
    const rates = compileRates(sheetOf({ input: 0.0005, cacheRead: 0.0004, output: 0.0006 }), true);
    const halves = costOf(rates, aCall({ inputTokens: 1 }), 1, 'book');
    expect(halves?.costNanoUsd).toBe(1);
    // 0.5 + 0.4 + 0.6 = 1.5 → 2: output and input are raised.
    const three = costOf(
      rates,
      aCall({ inputTokens: 2, cacheReadInputTokens: 1, outputTokens: 1 }),
      1,
      'book',
    );
    expect(three).toMatchObject({
      costNanoUsd: 2,
      inputCostNanoUsd: 1,
      cacheReadCostNanoUsd: 0,
      outputCostNanoUsd: 1,
    });
    // 0.1 saved → 0; 5 × 0.1 = 0.5 → 1
    expect(three?.cacheSavingsNanoUsd).toBe(0);
    const five = costOf(rates, aCall({ inputTokens: 5, cacheReadInputTokens: 5 }), 1, 'book');
    expect(five?.cacheSavingsNanoUsd).toBe(1);
  });

  test('a total beyond what an integer can hold has no cost, rather than a wrong one', () => {
    const rates = compileRates(sheetOf({ input: 1_000_000, output: 0 }), true);
    expect(costOf(rates, aCall({ inputTokens: Number.MAX_SAFE_INTEGER }), 1, 'book')).toBeUndefined();
    expect(costOf(rates, aCall({ inputTokens: 9_000_000 }), 1, 'book')?.costNanoUsd).toBe(9e15);
  });

  test('subsets that claim more than their total are cut to it', () => {
    const leaves = tokenLeaves(
      aCall({
        inputTokens: 10,
        cacheReadInputTokens: 8,
        cacheWriteInputTokens: 8,
        audioInputTokens: 99,
        outputTokens: 5,
        reasoningOutputTokens: 9,
      }),
    );
    expect(leaves).toMatchObject({
      textInput: 0,
      audioInput: 0,
      audioCacheRead: 8,
      audioCacheWrite: 2,
      reasoningOutput: 5,
      textOutput: 0,
    });
  });
});
