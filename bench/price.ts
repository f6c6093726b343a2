import { calcPrice } from '@pydantic/genai-prices';
import { loadBundledPrices } from '../src/price/bundled-prices.js';
import { parsePrices } from '../src/price/parse-prices.js';
import { Pricing } from '../src/price/pricing.js';
import type { Call } from '../src/usage/call.js';
import { canonicalProvider } from '../src/usage/canonical-provider.js';
import { benchmark, mustEqual } from './harness/benchmark.js';
import { callOf } from './harness/calls.js';
import type { Variant } from './harness/samples.js';
import { interleave, median, quantile } from './harness/samples.js';
import { figure, times } from './harness/text.js';

/** Pricing one call: by our book, and by `calcPrice` of the list it comes from, which finds the model anew each time. */
const MODELS = [
  ['openai', 'openai', 'gpt-4o-mini-2024-07-18'],
  ['anthropic', 'anthropic', 'claude-sonnet-4-6'],
  ['gcp.gemini', 'google', 'gemini-2.5-pro'],
  ['aws.bedrock', 'aws', 'us.anthropic.claude-haiku-4-5-20251001-v1:0'],
  ['deepseek', 'deepseek', 'deepseek-v4-pro'],
  ['openrouter', 'openrouter', 'anthropic/claude-sonnet-4.5'],
] as const;

/** Names as they come off a span: a new string each, so that no look-up profits from having hashed it before. */
const fresh = (text: string): string => JSON.parse(JSON.stringify(text)) as string;

const calls: readonly Call[] = Array.from({ length: 6000 }, (_, i) => {
  const [provider, , model] = MODELS[i % MODELS.length]!;
  return {
    ...callOf(i),
    provider: canonicalProvider(provider),
    model: fresh(model),
    endTimeUnixMillis: Date.UTC(2026, 10, 22) + i * 10_000,
    inputTokens: 1000 + (i % 997),
    cacheReadInputTokens: i % 640,
  };
});

/** Nano-USD by the list itself. */
function theirs(i: number): number {
  const call = calls[i % calls.length]!;
  const usage = {
    input_tokens: call.inputTokens,
    cache_read_tokens: call.cacheReadInputTokens,
    output_tokens: call.outputTokens,
  };
  const providerId = MODELS[i % MODELS.length]![1];
  const price = calcPrice(usage, call.model, { providerId, timestamp: new Date(call.endTimeUnixMillis) });
  return (price?.total_price ?? Number.NaN) * 1e9;
}

await benchmark('Pricing one call', async (run) => {
  const count = run.size(200_000, 600);
  const slowCount = run.size(3000, 60);
  const book = await loadBundledPrices();
  const bundled = new Pricing({});
  bundled.setBook(book);
  const own = parsePrices({ 'acme/*': { inputUsdPerMTok: 3, outputUsdPerMTok: 12 } });
  if (!own.ok) throw new Error(own.error);
  const withOwn = new Pricing({ prices: own.prices });
  withOwn.setBook(book);
  const ours = (pricing: Pricing) => (i: number) =>
    pricing.price(calls[i % calls.length]!)?.costNanoUsd ?? Number.NaN;
  for (let i = 0; i < calls.length; i++) {
    // Theirs is a binary fraction: half a nano-dollar from the exact sum, and a little more by its own error.
    const close = Math.abs(ours(bundled)(i) - theirs(i)) <= 0.501;
    mustEqual(`cost of call ${i} (${calls[i]!.model}) like the list's own`, close, true);
  }

  const variant = (name: string, price: (i: number) => number, operations: number): Variant => ({
    name,
    run: () => {
      let sum = 0;
      for (let i = 0; i < operations; i++) sum += price(i);
      mustEqual('priced', sum > 0, true);
      return Promise.resolve(operations);
    },
  });
  const samples = await interleave(
    [
      variant('ours, known model', ours(bundled), count),
      variant("ours, known model, beside prices of one's own", ours(withOwn), count),
      variant("the list's calcPrice", theirs, slowCount),
    ],
    run.size(21, 2),
    run.size(3, 1),
  );
  const firsts: number[] = [];
  for (let round = 0; round < run.size(21, 2); round++) {
    const cold = await loadBundledPrices();
    const start = performance.now();
    for (let i = 0; i < MODELS.length; i++) cold.price(calls[i]!);
    firsts.push(((performance.now() - start) * 1000) / MODELS.length);
  }
  const found = new Map([...samples].map(([name, costs]) => [name, costs.map(({ cpuMicros }) => cpuMicros)]));
  found.set('ours, first call of a model (once each)', firsts);
  const list = median(found.get("the list's calcPrice")!);
  const known = median(found.get('ours, known model')!);
  run.say(`${book.source}; ${calls.length} calls to ${MODELS.length} models cost the same by both.`);
  run.table(
    ['', 'µs a call', 'quartiles', '÷ calcPrice'],
    [...found].map(([name, micros]) => [
      name,
      figure(median(micros)),
      `${figure(quantile(micros, 0.25))} … ${figure(quantile(micros, 0.75))}`,
      times(median(micros) / list),
    ]),
  );
  run.budget({
    what: 'pricing a known model',
    mustBe: '≤ 3 µs',
    measured: `${figure(known)} µs (${times(known / list)} calcPrice)`,
    met: known <= 3,
  });
});
