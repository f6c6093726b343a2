import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parsePrices } from '../../src/price/parse-prices.js';
import { Pricing } from '../../src/price/pricing.js';
import { aCall } from './a-call.js';

const TEXT = readFileSync(new URL('../../docs/prices.md', import.meta.url), 'utf8');
const FILE = /```json\n([\s\S]*?)```/.exec(TEXT)?.[1] ?? '';

function usd(call: Parameters<typeof aCall>[0], prices: unknown = FILE): number {
  const parsed = parsePrices(prices);
  if (!parsed.ok) throw new Error(parsed.error);
  return (new Pricing({ prices: parsed.prices }).price(aCall(call))?.costNanoUsd ?? NaN) / 1e9;
}

test('the prices file of the page is accepted, and its worked examples come out', () => {
  expect(TEXT).toContain('$0.0001335   total');
  const cached = { inputUsdPerMTok: 0.15, cacheReadUsdPerMTok: 0.075, outputUsdPerMTok: 0.6 };
  const call = {
    provider: 'acme',
    model: 'one',
    inputTokens: 1_010,
    cacheReadInputTokens: 640,
    outputTokens: 50,
  };
  expect(usd(call, { 'acme/one': cached })).toBe(0.0001335);
  const long = { provider: 'acme', model: 'long-model', outputTokens: 1_000 };
  expect(TEXT).toContain('= $0.26.');
  expect(usd({ ...long, inputTokens: 200_000 })).toBe(0.26);
  expect(TEXT).toContain('= $0.5150025');
  expect(usd({ ...long, inputTokens: 200_001 })).toBe(0.5150025);
  expect(TEXT).toContain('= $0.0061');
  expect(usd({ provider: 'acme', model: 'search-model', inputTokens: 1_000, outputTokens: 100 })).toBe(
    0.0061,
  );
});

test('the error the page shows is the error there is', () => {
  const [shown = ''] = /prices\['openai\/my-finetune'\]\.output.*/.exec(TEXT) ?? [];
  expect(parsePrices({ 'openai/my-finetune': { inputUsdPerMTok: 3, outputUsdPerMTok: -1 } })).toEqual({
    ok: false,
    error: shown,
  });
});
