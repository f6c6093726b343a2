import { describe, expect, test } from 'vitest';
import type { UserTariff } from '../../src/price/parse-prices.js';
import { parsePrices } from '../../src/price/parse-prices.js';
import { Pricing } from '../../src/price/pricing.js';
import type { UserPrices } from '../../src/price/user-price.js';
import { aCall } from './a-call.js';

function parsed(value: unknown): readonly UserTariff[] {
  const result = parsePrices(value);
  if (!result.ok) throw new Error(result.error);
  return result.prices;
}

function refused(value: unknown): string {
  const result = parsePrices(value);
  return result.ok ? 'accepted' : result.error;
}

/** What prices make of a call, in nano-USD; `undefined` = not priced. */
function cost(prices: UserPrices | string, call: Parameters<typeof aCall>[0]): number | undefined {
  return new Pricing({ prices: parsed(prices) }).price(aCall(call))?.costNanoUsd;
}

const CALL = { provider: 'acme', model: 'one', inputTokens: 1_000, outputTokens: 100 };

describe('prices of one’s own', () => {
  test('flat', () => {
    expect(cost({ 'acme/one': { inputUsdPerMTok: 3, outputUsdPerMTok: 12 } }, CALL)).toBe(
      3_000_000 + 1_200_000,
    );
  });

  test('cached reads and writes at their own rates, at the input rate where none is written', () => {
    const call = { ...CALL, cacheReadInputTokens: 400, cacheWriteInputTokens: 100 };
    const flat = { inputUsdPerMTok: 3, outputUsdPerMTok: 12 };
    expect(cost({ 'acme/one': flat }, call)).toBe(4_200_000);
    expect(
      cost({ 'acme/one': { ...flat, cacheReadUsdPerMTok: 0.3, cacheWriteUsdPerMTok: 3.75 } }, call),
    ).toBe(500 * 3_000 + 400 * 300 + 100 * 3_750 + 100 * 12_000);
    expect(cost({ 'acme/one': { ...flat, cacheReadUsdPerMTok: 0 } }, call)).toBe(600 * 3_000 + 100 * 12_000);
  });

  test('audio and reasoning at their own rates', () => {
    const price = {
      inputUsdPerMTok: 1,
      audioInputUsdPerMTok: 10,
      outputUsdPerMTok: 2,
      reasoningOutputUsdPerMTok: 3,
      audioOutputUsdPerMTok: 20,
    };
    const call = { ...CALL, audioInputTokens: 100, reasoningOutputTokens: 30, audioOutputTokens: 10 };
    expect(cost({ 'acme/one': price }, call)).toBe(
      900 * 1_000 + 100 * 10_000 + 60 * 2_000 + 30 * 3_000 + 10 * 20_000,
    );
  });

  test('per request, alone and on top of tokens', () => {
    expect(cost({ 'acme/one': { requestUsd: 0.01 } }, CALL)).toBe(10_000_000);
    expect(cost({ 'acme/one': { requestUsd: 0.01, inputUsdPerMTok: 1, outputUsdPerMTok: 2 } }, CALL)).toBe(
      10_000_000 + 1_000_000 + 200_000,
    );
  });

  test('free is a price, not a missing one', () => {
    expect(cost({ 'acme/one': { inputUsdPerMTok: 0, outputUsdPerMTok: 0 } }, CALL)).toBe(0);
  });

  test('tiers hold for the whole call once its input is above the threshold, and keep what they leave out', () => {
    const prices = {
      'acme/one': {
        inputUsdPerMTok: 1,
        outputUsdPerMTok: 2,
        tiers: [
          { aboveInputTokens: 500_000, outputUsdPerMTok: 5 },
          { aboveInputTokens: 200_000, inputUsdPerMTok: 2 },
        ],
      },
    };
    const at = (inputTokens: number): number | undefined => cost(prices, { ...CALL, inputTokens });
    expect(at(200_000)).toBe(200_000 * 1_000 + 100 * 2_000);
    expect(at(200_001)).toBe(200_001 * 2_000 + 100 * 2_000);
    expect(at(500_001)).toBe(500_001 * 2_000 + 100 * 5_000);
  });

  test('over time: what began last and has not ended counts; before and after there is no price', () => {
    const prices = {
      'acme/one': [
        { inputUsdPerMTok: 3, outputUsdPerMTok: 0, from: '2026-01-01' },
        { inputUsdPerMTok: 2, outputUsdPerMTok: 0, from: '2026-06-01T00:00:00+02:00', until: '2026-12-01' },
      ],
    };
    const at = (time: string): number | undefined =>
      cost(prices, { ...CALL, endTimeUnixMillis: Date.parse(time) });
    expect(at('2025-12-31T23:59:59.999Z')).toBeUndefined();
    expect(at('2026-01-01T00:00:00Z')).toBe(3_000_000);
    expect(at('2026-05-31T21:59:59.999Z')).toBe(3_000_000);
    expect(at('2026-05-31T22:00:00Z')).toBe(2_000_000);
    expect(at('2026-12-01T00:00:00Z')).toBe(3_000_000);
  });

  test('tokens of a kind that has no rate leave the call unpriced, never free', () => {
    expect(cost({ 'acme/one': { inputUsdPerMTok: 0.02 } }, CALL)).toBeUndefined();
    expect(cost({ 'acme/one': { outputUsdPerMTok: 0.02 } }, CALL)).toBeUndefined();
    expect(cost({ 'acme/one': { inputUsdPerMTok: 0.02 } }, { ...CALL, outputTokens: 0 })).toBe(20_000);
  });

  test('a file of the same shape', () => {
    expect(cost('{"acme/one":{"inputUsdPerMTok":3,"outputUsdPerMTok":12}}', CALL)).toBe(4_200_000);
  });
});

describe('keys', () => {
  const RATE = (inputUsdPerMTok: number): UserPrices[string] => ({ inputUsdPerMTok, outputUsdPerMTok: 0 });
  const KEYS: UserPrices = {
    '*/*': RATE(1),
    'acme/*': RATE(2),
    '*/one': RATE(3),
    'acme/on*': RATE(4),
    'acme/one': RATE(5),
    'azure/gpt-4o': RATE(6),
    'openrouter/meta/llama': RATE(7),
    'acme/a*c*e': RATE(8),
  };
  test.each([
    ['acme', 'one', 5],
    ['acme', 'ONE ', 5],
    ['acme', 'ones', 4],
    ['acme', 'two', 2],
    ['other', 'one', 3],
    ['other', 'two', 1],
    ['azure.ai.openai', 'gpt-4o', 6],
    ['openrouter', 'meta/llama', 7],
    ['acme', 'abcde', 8],
    ['acme', 'ace', 8],
    ['acme', 'acce', 8],
    ['acme', 'abde', 2],
    ['acme', '__proto__', 2],
  ])('%s %s takes the most specific of them', (provider, model, rate) => {
    expect(cost(KEYS, { ...CALL, provider, model })).toBe(rate * 1_000_000);
  });

  test('a wildcard holds only where it is written', () => {
    const prices = { 'acme/one': RATE(1) };
    for (const model of ['one-x', 'on', 'xone']) expect(cost(prices, { ...CALL, model })).toBeUndefined();
    expect(cost(prices, { ...CALL, provider: 'acme2' })).toBeUndefined();
    expect(cost({ 'acme/o.e': RATE(1) }, CALL)).toBeUndefined();
    expect(cost({ 'acme/one*one': RATE(1) }, CALL)).toBeUndefined();
  });

  test('where an exact key holds no price at the time, the next specific one counts', () => {
    const prices = {
      'acme/one': { inputUsdPerMTok: 9, outputUsdPerMTok: 0, from: '2030-01-01' },
      'acme/*': RATE(2),
    };
    expect(cost(prices, CALL)).toBe(2_000_000);
  });

  test('a key without wildcard comes first, in whatever order they are written', () => {
    expect(cost({ 'acme/o*ne': RATE(1), 'acme/one': RATE(2) }, CALL)).toBe(2_000_000);
  });

  test('hostile names are just text', () => {
    const prices = '{"__proto__/constructor":{"inputUsdPerMTok":1,"outputUsdPerMTok":0}}';
    expect(cost(prices, { ...CALL, provider: '__proto__', model: 'constructor' })).toBe(1_000_000);
    expect(refused('{"__proto__":{"inputUsdPerMTok":1}}')).toContain(`prices['__proto__']: the key must be`);
  });
});

describe('what is refused, and how', () => {
  const OK = { inputUsdPerMTok: 1, outputUsdPerMTok: 1 };
  const CASES: [value: unknown, error: string][] = [
    [
      { 'a/b': { inputUsdPerMTok: -1 } },
      "prices['a/b'].inputUsdPerMTok must be USD per million tokens: a number from 0 to 1000000; got -1",
    ],
    [
      { 'a/b': { inputUsdPerMTok: Number.NaN } },
      "prices['a/b'].inputUsdPerMTok must be USD per million tokens",
    ],
    [{ 'a/b': { inputUsdPerMTok: Infinity } }, 'got Infinity'],
    [{ 'a/b': { inputUsdPerMTok: '3' } }, "got '3'"],
    [{ 'a/b': { inputUsdPerMTok: null } }, 'got null'],
    [
      { 'a/b': { inputUSDPerMTok: 3 } },
      "prices['a/b'].inputUSDPerMTok must be left out: it is no field of inputUsdPerMTok, ",
    ],
    [
      { 'a/b': { ...OK, requestUsd: 99_999 } },
      'requestUsd must be USD per request: a number from 0 to 10000; got 99999',
    ],
    [{ 'a/b': {} }, "prices['a/b'] must be given at least one rate"],
    [{ 'a/b': 3 }, "prices['a/b'] must be an object of inputUsdPerMTok"],
    [{ 'a/b': null }, "prices['a/b'] must be an object of inputUsdPerMTok"],
    [{ 'a/b': [] }, "prices['a/b'] must be given at least one price"],
    [{ 'a/b': [OK, { ...OK, from: 'soon' }] }, "prices['a/b'][1].from must be a date like 2026-11-22"],
    [{ 'a/b': { ...OK, from: '2026-02-30' } }, "got '2026-02-30'"],
    [{ 'a/b': { ...OK, from: '2026-02-03T10:00:00' } }, 'or a time like 2026-11-22T08:00:00Z'],
    [{ 'a/b': { ...OK, from: '2026-02-03', until: '2026-02-03' } }, 'must be given a from before its until'],
    [
      { 'a/b': { ...OK, tiers: [{ aboveInputTokens: 1.5, inputUsdPerMTok: 1 }] } },
      "prices['a/b'].tiers[0].aboveInputTokens must be a number of tokens",
    ],
    [
      { 'a/b': { ...OK, tiers: [{ aboveInputTokens: 5 }] } },
      "prices['a/b'].tiers[0] must be given at least one rate",
    ],
    [{ 'a/b': { ...OK, tiers: {} } }, "prices['a/b'].tiers must be an array of tiers; got an object"],
    [{ 'a/b': { ...OK, tiers: [OK] } }, "prices['a/b'].tiers[0].aboveInputTokens must be a number of tokens"],
    [
      { 'a/b': { ...OK, tiers: [{ aboveInputTokens: 5, ...OK, from: '2026-01-01' }] } },
      "prices['a/b'].tiers[0].from must be left out: it is no field of aboveInputTokens, ",
    ],
    [{ 'a/b': [[OK]] }, "prices['a/b'][0] must be an object of inputUsdPerMTok, "],
    [{ 'a/b': Array(1) }, "prices['a/b'][0] must be an object of inputUsdPerMTok, "],
    [{ 'a/b': { ...OK, toString: 1 } }, "prices['a/b'].toString must be left out"],
    ['{"a/b":{"inputUsdPerMTok":1,"__proto__":2}}', "prices['a/b'].__proto__ must be left out"],
    [{ 'a/b': { inputUsdPerMTok: undefined } }, "prices['a/b'] must be given at least one rate"],
    [{ 'gpt-4o': OK }, "prices['gpt-4o']: the key must be 'provider/model'"],
    [{ '/gpt-4o': OK }, 'the key must be'],
    [{ 'openai/': OK }, 'the key must be'],
    [
      { 'openai/gpt-4o': OK, 'OpenAI/GPT-4o': OK },
      "prices['OpenAI/GPT-4o'] must be left out: prices['openai/gpt-4o'] is the same model",
    ],
    ['{', 'prices is no valid JSON: '],
    ['[]', 'prices must be an object'],
    [null, 'prices must be an object'],
    [7, 'prices must be an object'],
  ];
  test.each(CASES)('%j', (value, error) => {
    expect(refused(value)).toContain(error);
  });

  test('an empty object is no prices', () => {
    expect(parsed({})).toEqual([]);
  });
});
