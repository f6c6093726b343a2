import { describe, expect, test } from 'vitest';
import { loadBundledPrices } from '../../src/price/bundled-prices.js';
import { ModelMemo } from '../../src/price/model-memo.js';
import type { UserTariff } from '../../src/price/parse-prices.js';
import { parsePrices } from '../../src/price/parse-prices.js';
import { Pricing } from '../../src/price/pricing.js';
import { reportedCost } from '../../src/price/reported-cost.js';
import type { UserPrices } from '../../src/price/user-price.js';
import { aCall } from './a-call.js';

function own(prices: UserPrices): readonly UserTariff[] {
  const result = parsePrices(prices);
  if (!result.ok) throw new Error(result.error);
  return result.prices;
}

const book = await loadBundledPrices();
const CALL = aCall({ inputTokens: 1_010, cacheReadInputTokens: 640, outputTokens: 50 });
const BOOK_NANO_USD = 133_500;

function withBook(options: ConstructorParameters<typeof Pricing>[0]): Pricing {
  const pricing = new Pricing(options);
  pricing.setBook(book);
  return pricing;
}

describe('which price counts', () => {
  test('none before the book is there, then the book’s', () => {
    const pricing = new Pricing({});
    expect([pricing.ready, pricing.source, pricing.price(CALL)]).toEqual([false, 'none', undefined]);
    pricing.setBook(book);
    expect([pricing.ready, pricing.source]).toEqual([true, book.source]);
    expect(pricing.price(CALL)).toMatchObject({ costNanoUsd: BOOK_NANO_USD, source: 'book' });
  });

  test('the user’s own before the book’s, also while there is no book', () => {
    const prices = own({ 'openai/gpt-4o-mini': { inputUsdPerMTok: 1, outputUsdPerMTok: 0 } });
    for (const pricing of [new Pricing({ prices }), withBook({ prices })]) {
      expect(pricing.price(CALL)).toMatchObject({ costNanoUsd: 1_010_000, source: 'override' });
    }
    expect(withBook({ prices }).price({ ...CALL, model: 'gpt-4o' })?.source).toBe('book');
  });

  test('an own price that lacks a rate the call needs leaves it unpriced, and does not hand over to the book', () => {
    const prices = own({ 'openai/gpt-4o-mini': { inputUsdPerMTok: 1 } });
    expect(withBook({ prices }).price(CALL)).toBeUndefined();
  });

  test('a reported cost only if preferred, and after the user’s own price', () => {
    const call = { ...CALL, reportedCostUsd: 0.00014 };
    expect(withBook({}).price(call)?.source).toBe('book');
    expect(withBook({ reportedCost: 'ignore' }).price(call)?.source).toBe('book');
    expect(withBook({ reportedCost: 'prefer' }).price(call)).toMatchObject({
      costNanoUsd: 140_000,
      source: 'reported',
    });
    const prices = own({ '*/*': { requestUsd: 0 } });
    expect(withBook({ reportedCost: 'prefer', prices }).price(call)).toMatchObject({
      costNanoUsd: 0,
      source: 'override',
    });
  });

  test('a reported cost waits for the book like any other, so that its unit is always checked', () => {
    const pricing = new Pricing({ reportedCost: 'prefer' });
    expect(pricing.price({ ...CALL, reportedCostUsd: 0.00014 })).toBeUndefined();
  });

  test('a reported 0 is no price unless the book or the user says so', () => {
    const pricing = withBook({ reportedCost: 'prefer' });
    const price = (call: Parameters<typeof aCall>[0]): unknown =>
      pricing.price(aCall({ ...call, reportedCostUsd: 0 }));
    expect(price(CALL)).toMatchObject({ costNanoUsd: BOOK_NANO_USD, source: 'book' });
    expect(price({ model: 'my-model', inputTokens: 5 })).toBeUndefined();
    const free = { provider: 'openrouter', model: 'meta-llama/llama-3.3-70b-instruct:free', inputTokens: 5 };
    expect(price(free)).toMatchObject({ costNanoUsd: 0, source: 'book' });
  });

  test('an unknown model has no price, the same each time it is asked for', () => {
    const pricing = withBook({});
    for (let time = 0; time < 3; time++)
      expect(pricing.price({ ...CALL, model: 'my-model' })).toBeUndefined();
  });

  test('pricing twice gives the same cost', () => {
    const pricing = withBook({});
    expect(pricing.price(CALL)).toEqual(pricing.price(CALL));
  });
});

describe('a reported cost is believed', () => {
  const BOOK = withBook({}).price(CALL);

  test.each([0.0001335, 0.0000134, 0.006])('if it is of the order of the book’s: %d', (usd) => {
    expect(reportedCost(usd, CALL, BOOK)?.costNanoUsd).toBe(Math.round(usd * 1e9));
  });

  test.each([
    ['cents', 0.01335],
    ['thousandths', 0.1335],
    ['micro-dollars', 133.5],
    ['nano-dollars', 133_500],
    ['a fiftieth of the book’s', 0.0000026],
    ['nothing', undefined],
    ['NaN', Number.NaN],
    ['infinite', Infinity],
    ['negative', -0.0001],
    ['zero', 0],
    ['minus zero', -0],
  ])('but not %s', (_, usd) => {
    expect(reportedCost(usd, CALL, BOOK)).toBeUndefined();
  });

  test('without a book’s price only if a model could cost that much', () => {
    expect(reportedCost(0.5, CALL, undefined)?.costNanoUsd).toBe(500_000_000);
    expect(reportedCost(133.5, CALL, undefined)).toBeUndefined();
    expect(reportedCost(90, aCall({ inputTokens: 100_000 }), undefined)?.costNanoUsd).toBe(90e9);
  });

  test('to the nano-dollar, half up, by the decimal that was written', () => {
    expect(reportedCost(2.5e-6, CALL, undefined)?.costNanoUsd).toBe(2_500);
    expect(reportedCost(1.0005e-6, CALL, undefined)?.costNanoUsd).toBe(1_001);
    expect(reportedCost(1.0000025, CALL, undefined)?.costNanoUsd).toBe(1_000_002_500);
  });

  test('as a whole, without parts', () => {
    expect(reportedCost(0.5, CALL, undefined)).toEqual({
      costNanoUsd: 500_000_000,
      inputCostNanoUsd: 0,
      cacheReadCostNanoUsd: 0,
      cacheWriteCostNanoUsd: 0,
      outputCostNanoUsd: 0,
      cacheSavingsNanoUsd: 0,
      source: 'reported',
    });
  });
});

describe('the memo of models', () => {
  test('looks a pair up once, also one that is not there', () => {
    const asked: string[] = [];
    const memo = new ModelMemo((provider, model) => {
      asked.push(`${provider} ${model}`);
      return model === 'known' ? 1 : null;
    });
    for (let time = 0; time < 3; time++) {
      expect([memo.get('a', 'known'), memo.get('a', 'unknown')]).toEqual([1, null]);
    }
    expect(asked).toEqual(['a known', 'a unknown']);
  });

  test('never takes two pairs for one', () => {
    const memo = new ModelMemo((provider, model) => JSON.stringify([provider, model]));
    for (const [provider, model] of [
      ['a', 'b/c'],
      ['a/b', 'c'],
      ['__proto__', 'x'],
      ['', ''],
    ] as const) {
      expect(memo.get(provider, model)).toBe(JSON.stringify([provider, model]));
    }
  });

  test('stays within its limit under a flood of names, and right', () => {
    let finds = 0;
    const memo = new ModelMemo((_, model) => (finds++, model), 100);
    for (let name = 0; name < 10_000; name++) expect(memo.get('a', `m${name}`)).toBe(`m${name}`);
    expect(finds).toBe(10_000);
    memo.get('a', 'm9999');
    expect(finds).toBe(10_000);
    memo.get('a', 'm0');
    expect(finds).toBe(10_001);
  });
});
