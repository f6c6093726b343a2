import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadBundledPrices } from '../../src/price/bundled-prices.js';
import { parsePrices } from '../../src/price/parse-prices.js';
import type { UsageSum } from '../../src/price/price-sum.js';
import { priceSum } from '../../src/price/price-sum.js';
import { Pricing } from '../../src/price/pricing.js';
import type { UserPrices } from '../../src/price/user-price.js';
import { aCall } from './a-call.js';

const NOON = Date.UTC(2026, 10, 22, 12);
const QUARTER = 15 * 60_000;
const DAY = 86_400_000;

function pricingOf(prices: UserPrices): Pricing {
  const result = parsePrices(prices);
  if (!result.ok) throw new Error(result.error);
  return new Pricing({ prices: result.prices });
}

function aSum(fields: Partial<UsageSum> = {}): UsageSum {
  const {
    inputTokens,
    cacheReadInputTokens,
    cacheWriteInputTokens,
    audioInputTokens,
    outputTokens,
    audioOutputTokens,
  } = aCall();
  return {
    inputTokens,
    cacheReadInputTokens,
    cacheWriteInputTokens,
    audioInputTokens,
    outputTokens,
    audioOutputTokens,
    reasoningOutputTokens: 0,
    calls: 1,
    startMillis: NOON,
    endMillis: NOON + QUARTER,
    ...fields,
  };
}

const book = await loadBundledPrices();

function fromBook(provider: string, model: string, sum: UsageSum, at?: number): ReturnType<typeof priceSum> {
  const pricing = new Pricing({});
  pricing.setBook(book);
  return priceSum(pricing.tariffs(provider, model), sum, at);
}

describe('the cost of calls of which only the sum is left', () => {
  test('is that of the calls one by one, where every rate is a whole nano-dollar per token', () => {
    const pricing = pricingOf({
      'a/b': {
        inputUsdPerMTok: 3,
        cacheReadUsdPerMTok: 0.3,
        cacheWriteUsdPerMTok: 3.75,
        outputUsdPerMTok: 15,
        requestUsd: 0.005,
      },
    });
    const call = fc
      .record({
        inputTokens: fc.nat(100_000),
        outputTokens: fc.nat(10_000),
        share: fc.double({ min: 0, max: 0.5, noNaN: true }),
      })
      .map(({ inputTokens, outputTokens, share }) => {
        const part = Math.floor(inputTokens * share);
        return aCall({
          provider: 'a',
          model: 'b',
          inputTokens,
          outputTokens,
          cacheReadInputTokens: part,
          cacheWriteInputTokens: part,
        });
      });
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 30 }), (calls) => {
        const sum = (pick: (call: ReturnType<typeof aCall>) => number): number =>
          calls.reduce((total, one) => total + pick(one), 0);
        const priced = priceSum(
          pricing.tariffs('a', 'b'),
          aSum({
            calls: calls.length,
            inputTokens: sum((one) => one.inputTokens),
            cacheReadInputTokens: sum((one) => one.cacheReadInputTokens),
            cacheWriteInputTokens: sum((one) => one.cacheWriteInputTokens),
            outputTokens: sum((one) => one.outputTokens),
          }),
        );
        expect(priced?.estimated).toBe(false);
        expect(priced?.cost.costNanoUsd).toBe(sum((one) => pricing.price(one)?.costNanoUsd ?? NaN));
      }),
    );
  });

  test('counts the request fee once per call', () => {
    const pricing = pricingOf({ 'a/b': { requestUsd: 0.01 } });
    expect(priceSum(pricing.tariffs('a', 'b'), aSum({ calls: 7 }))?.cost.costNanoUsd).toBe(70_000_000);
  });

  test('uses the average call where a tier may apply, and says so', () => {
    const pricing = pricingOf({
      'a/b': {
        inputUsdPerMTok: 1,
        outputUsdPerMTok: 0,
        tiers: [{ aboveInputTokens: 1_000, inputUsdPerMTok: 2 }],
      },
    });
    const price = (calls: number, inputTokens: number): unknown => {
      const priced = priceSum(pricing.tariffs('a', 'b'), aSum({ calls, inputTokens }));
      return [priced?.cost.costNanoUsd, priced?.estimated];
    };
    expect(price(1, 1_001)).toEqual([2_002_000, false]);
    expect(price(3, 1_000)).toEqual([1_000_000, false]);
    expect(price(3, 3_000)).toEqual([3_000_000, true]);
    expect(price(3, 3_003)).toEqual([6_006_000, true]);
  });

  test('says so where prices changed within the time of the sum, and takes those at its start', () => {
    const pricing = pricingOf({
      'a/b': [
        { inputUsdPerMTok: 1, outputUsdPerMTok: 0 },
        { inputUsdPerMTok: 2, outputUsdPerMTok: 0, from: '2026-11-22T12:15:00Z' },
      ],
    });
    const price = (startMillis: number, endMillis: number): unknown => {
      const priced = priceSum(pricing.tariffs('a', 'b'), aSum({ inputTokens: 10, startMillis, endMillis }));
      return [priced?.cost.costNanoUsd, priced?.estimated];
    };
    expect(price(NOON, NOON + QUARTER)).toEqual([10_000, false]);
    expect(price(NOON + QUARTER, NOON + 2 * QUARTER)).toEqual([20_000, false]);
    expect(price(NOON, NOON + DAY)).toEqual([10_000, true]);
  });

  test('says so for a day of a model that is dearer by the hour, but not for a slot of it', () => {
    const slot = aSum({ inputTokens: 1_000 });
    expect(fromBook('deepseek', 'deepseek-v4-pro', slot)).toMatchObject({
      cost: { costNanoUsd: 660_000 },
      estimated: false,
    });
    const day = aSum({
      inputTokens: 1_000,
      startMillis: Date.UTC(2026, 10, 22),
      endMillis: Date.UTC(2026, 10, 23),
    });
    expect(fromBook('deepseek', 'deepseek-v4-pro', day)).toMatchObject({
      cost: { costNanoUsd: 660_000 },
      estimated: true,
    });
  });

  test('says so where reasoning has its own rate and is unknown', () => {
    const pricing = pricingOf({
      'a/b': { inputUsdPerMTok: 1, outputUsdPerMTok: 2, reasoningOutputUsdPerMTok: 3 },
    });
    const price = (reasoningOutputTokens: number | undefined): unknown => {
      const priced = priceSum(pricing.tariffs('a', 'b'), aSum({ outputTokens: 10, reasoningOutputTokens }));
      return [priced?.cost.costNanoUsd, priced?.estimated];
    };
    expect(price(4)).toEqual([24_000, false]);
    expect(price(undefined)).toEqual([20_000, true]);
  });

  test('says so where cached audio has its own rate', () => {
    const sum = aSum({ calls: 2, inputTokens: 1_000, audioInputTokens: 500, cacheReadInputTokens: 640 });
    expect(fromBook('openai', 'gpt-4o-realtime-preview', sum)?.estimated).toBe(true);
    expect(fromBook('openai', 'gpt-4o-mini', sum)?.estimated).toBe(false);
  });

  test('at another time on demand: today’s prices for old calls', () => {
    const old = aSum({
      inputTokens: 1_000,
      startMillis: Date.UTC(2025, 0, 1),
      endMillis: Date.UTC(2025, 0, 2),
    });
    expect(fromBook('openai', 'o3', old)?.cost.costNanoUsd).toBe(10_000_000);
    expect(fromBook('openai', 'o3', old, NOON)).toMatchObject({
      cost: { costNanoUsd: 2_000_000 },
      estimated: false,
    });
  });

  test('is unknown for unknown models, and for nothing', () => {
    expect(fromBook('openai', 'gpt-4o-mini-x', aSum({ inputTokens: 10 }))).toBeUndefined();
    expect(fromBook('openai', 'gpt-4o-mini', aSum({ calls: 0 }))).toBeUndefined();
    expect(fromBook('openai', 'gpt-4o-mini', aSum({ inputTokens: -10 }))).toBeUndefined();
    expect(fromBook('openai', 'whisper-1', aSum({ inputTokens: 10 }))).toBeUndefined();
  });
});
