import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Row } from '../../src/ledger/delta.js';
import type { RepriceRows } from '../../src/store/reprice-ledger.js';
import type { Call } from '../../src/usage/call.js';
import { addCall } from '../../src/ledger/add-call.js';
import { zeroMeasures } from '../../src/ledger/measures.js';
import { repricedModels } from '../../src/ledger/repriced-models.js';
import { repriceRows } from '../../src/ledger/reprice-rows.js';
import { parsePrices } from '../../src/price/parse-prices.js';
import { Pricing } from '../../src/price/pricing.js';
import type { UserPrices } from '../../src/price/user-price.js';
import { NO_DIMENSIONS } from '../../src/usage/call.js';

const START = Date.UTC(2026, 10, 22, 10, 15);

function pricingOf(prices: UserPrices): Pricing {
  const parsed = parsePrices(prices);
  if (!parsed.ok) throw new Error(parsed.error);
  return new Pricing({ prices: parsed.prices });
}

const RATE = {
  inputUsdPerMTok: 3,
  cacheReadUsdPerMTok: 0.3,
  cacheWriteUsdPerMTok: 3.75,
  outputUsdPerMTok: 15,
};
const PRICING = pricingOf({ 'acme/one': RATE });
const NONE = pricingOf({});

function aCall(fields: Partial<Call> = {}): Call {
  return {
    provider: 'acme',
    model: 'one',
    operation: 'chat',
    service: '',
    dimensions: NO_DIMENSIONS,
    endTimeUnixMillis: START,
    durationMillis: 5,
    metered: true,
    error: false,
    inputTokens: 1_000,
    cacheReadInputTokens: 640,
    cacheWriteInputTokens: 100,
    audioInputTokens: 0,
    outputTokens: 50,
    reasoningOutputTokens: 20,
    audioOutputTokens: 0,
    reportedCostUsd: undefined,
    booking: undefined,
    ...fields,
  };
}

/** The row of some calls to one model, each priced by the pricing beside it. */
function rowOf(entries: readonly (readonly [Call, Pricing])[], model = 'one'): Row {
  const measures = zeroMeasures();
  for (const [call, pricing] of entries)
    addCall(measures, call, call.metered ? pricing.price(call) : undefined, 1);
  const series = { provider: 'acme', model, operation: 'chat', service: '', dimensions: NO_DIMENSIONS };
  return { startMillis: START, minutes: 15, series, measures };
}

const tariffs = PRICING.tariffs.bind(PRICING);

const call = fc
  .record({
    inputTokens: fc.nat(50_000),
    outputTokens: fc.nat(5_000),
    part: fc.integer({ min: 0, max: 2 }),
    metered: fc.boolean(),
    error: fc.boolean(),
  })
  .map(({ inputTokens, outputTokens, part, metered, error }) => {
    const subset = Math.floor((inputTokens * part) / 5);
    return aCall({
      metered,
      error,
      inputTokens,
      outputTokens,
      cacheReadInputTokens: subset,
      cacheWriteInputTokens: subset,
      reasoningOutputTokens: outputTokens >> 1,
    });
  });

describe('repricing rows', () => {
  test('gives what pricing the calls at once would have given, to the last digit, and nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(call, fc.boolean()), { minLength: 1, maxLength: 20 }), (calls) => {
        const row = rowOf(calls.map(([one, priced]) => [one, priced ? PRICING : NONE]));
        const wanted = rowOf(calls.map(([one]) => [one, PRICING]));
        const [repriced] = repriceRows([row], { tariffs });
        expect(repriced?.by ?? row).toEqual(wanted);
        expect(repriceRows([repriced?.by ?? row], { tariffs })).toEqual([]);
        expect(repriceRows([repriced?.by ?? row], { tariffs, all: true })).toEqual([]);
      }),
    );
  });

  test('prices only what had no price, keeps the rest, and says so', () => {
    const cheap = pricingOf({ 'acme/one': { requestUsd: 0.5 } });
    const row = rowOf([
      [aCall(), NONE],
      [aCall(), NONE],
      [aCall(), cheap],
    ]);
    const [repriced] = repriceRows([row], { tariffs });
    const each = PRICING.price(aCall())?.costNanoUsd ?? NaN;
    expect(repriced?.by.measures).toMatchObject({
      calls: 3,
      unpricedCalls: 0,
      costNanoUsd: 500_000_000 + 2 * each,
    });
    expect(repriced).toMatchObject({
      calls: 2,
      pricedCalls: { override: 2 },
      estimated: false,
      reason: 'priced 2 calls that had no price',
    });
  });

  test('on demand replaces every price, at the prices of another time', () => {
    const dated = pricingOf({ 'acme/one': [{ requestUsd: 1 }, { requestUsd: 3, from: '2027-01-01' }] });
    const row = rowOf([
      [aCall(), dated],
      [aCall(), NONE],
    ]);
    const rule = { tariffs: dated.tariffs.bind(dated), all: true };
    expect(repriceRows([row], rule)[0]?.by.measures.costNanoUsd).toBe(2e9);
    const [today] = repriceRows([row], { ...rule, atMillis: Date.UTC(2027, 5, 1) });
    expect(today?.by.measures).toMatchObject({ costNanoUsd: 6e9, inputCostNanoUsd: 6e9, unpricedCalls: 0 });
    expect(today).toMatchObject({ calls: 2, pricedCalls: { override: 1 }, reason: 'priced 2 calls anew' });
  });

  test('leaves alone what has no price, is not wanted, or counts no metered call', () => {
    const other = rowOf([[aCall({ model: 'two' }), NONE]], 'two');
    expect(repriceRows([other], { tariffs })).toEqual([]);
    const row = rowOf([[aCall(), NONE]]);
    expect(repriceRows([row], { tariffs, isWanted: ({ model }) => model === 'two' })).toEqual([]);
    const unmetered = rowOf([[aCall({ metered: false }), NONE]]);
    expect(repriceRows([unmetered], { tariffs })).toEqual([]);
    expect(repriceRows([unmetered], { tariffs, all: true })).toEqual([]);
  });

  test('says where reasoning tokens of the unpriced calls are not known apart', () => {
    const reasoning = pricingOf({ 'acme/one': { ...RATE, reasoningOutputUsdPerMTok: 30 } });
    const rule = { tariffs: reasoning.tariffs.bind(reasoning) };
    const [mixed] = repriceRows(
      [
        rowOf([
          [aCall(), NONE],
          [aCall(), PRICING],
        ]),
      ],
      rule,
    );
    expect(mixed?.estimated).toBe(true);
    const [alone] = repriceRows([rowOf([[aCall(), NONE]])], rule);
    expect(alone).toMatchObject({
      estimated: false,
      by: { measures: { costNanoUsd: reasoning.price(aCall())?.costNanoUsd } },
    });
  });

  test('is what the store asks for', () => {
    const asked: RepriceRows = (rows) => repriceRows(rows, { tariffs });
    expect(asked([rowOf([[aCall(), NONE]])])).toHaveLength(1);
  });
});

test('repriced models are added up by name, the largest change first', () => {
  const prices = pricingOf({ 'acme/*': { requestUsd: 1 } });
  const rows = [
    rowOf([[aCall(), NONE]]),
    rowOf(
      [
        [aCall({ model: 'two' }), NONE],
        [aCall({ model: 'two' }), NONE],
      ],
      'two',
    ),
    rowOf([[aCall({ model: 'two' }), NONE]], 'two'),
  ];
  expect(repricedModels(repriceRows(rows, { tariffs: prices.tariffs.bind(prices) }))).toEqual([
    { provider: 'acme', model: 'two', calls: 3, estimatedCalls: 0, beforeNanoUsd: 0, afterNanoUsd: 3e9 },
    { provider: 'acme', model: 'one', calls: 1, estimatedCalls: 0, beforeNanoUsd: 0, afterNanoUsd: 1e9 },
  ]);
});
