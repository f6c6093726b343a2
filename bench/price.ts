/**
 * Price of a call: the list's own `calcPrice` against ours, in one process. Prints µs per call (median of rounds), the
 * ratio, and what a first look-up of a model costs. Run: `npx tsx bench/price.ts`.
 */
import { cpus } from 'node:os';
import { calcPrice } from '@pydantic/genai-prices';
import { loadBundledPrices } from '../src/price/bundled-prices.js';
import { parsePrices } from '../src/price/parse-prices.js';
import { Pricing } from '../src/price/pricing.js';
import { canonicalProvider } from '../src/usage/canonical-provider.js';

const MODELS = [
  ['openai', 'openai', 'gpt-4o-mini-2024-07-18'],
  ['anthropic', 'anthropic', 'claude-sonnet-4-6'],
  ['gcp.gemini', 'google', 'gemini-2.5-pro'],
  ['aws.bedrock', 'aws', 'us.anthropic.claude-haiku-4-5-20251001-v1:0'],
  ['deepseek', 'deepseek', 'deepseek-v4-pro'],
  ['openrouter', 'openrouter', 'anthropic/claude-sonnet-4.5'],
] as const;
const CALLS = 200_000;
const ROUNDS = 15;

/** Names as they come off a span: a new string each, so that no look-up profits from having hashed it before. */
const fresh = (text: string): string => JSON.parse(JSON.stringify(text));

const calls = Array.from({ length: 6_000 }, (_, index) => {
  const [provider, , model] = MODELS[index % MODELS.length] ?? MODELS[0];
  const inputTokens = 1_000 + (index % 997);
  return {
    provider: canonicalProvider(provider),
    model: fresh(model),
    endTimeUnixMillis: Date.UTC(2026, 10, 22) + index * 10_000,
    inputTokens,
    cacheReadInputTokens: index % 640,
    cacheWriteInputTokens: 0,
    audioInputTokens: 0,
    outputTokens: 50 + (index % 100),
    reasoningOutputTokens: 0,
    audioOutputTokens: 0,
    reportedCostUsd: undefined,
  };
});

type Priced = (index: number) => number;

function medianMicros(price: Priced, count: number): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i++) price(i);
    return Number(process.hrtime.bigint() - start) / 1000 / count;
  });
  return rounds.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? NaN;
}

const book = await loadBundledPrices();
const bundled = new Pricing({});
bundled.setBook(book);
const own = parsePrices({ 'acme/*': { inputUsdPerMTok: 3, outputUsdPerMTok: 12 } });
if (!own.ok) throw new Error(own.error);
const withOwn = new Pricing({ prices: own.prices });
withOwn.setBook(book);

const ours =
  (pricing: Pricing): Priced =>
  (index) => {
    const call = calls[index % calls.length];
    return call === undefined ? NaN : (pricing.price(call)?.costNanoUsd ?? NaN);
  };
const theirs: Priced = (index) => {
  const call = calls[index % calls.length];
  const [, providerId = ''] = MODELS[index % MODELS.length] ?? [];
  if (call === undefined) return NaN;
  const usage = {
    input_tokens: call.inputTokens,
    cache_read_tokens: call.cacheReadInputTokens,
    output_tokens: call.outputTokens,
  };
  return (
    (calcPrice(usage, call.model, { providerId, timestamp: new Date(call.endTimeUnixMillis) })?.total_price ??
      NaN) * 1e9
  );
};

for (let i = 0; i < calls.length; i++) {
  if (!(Math.abs(ours(bundled)(i) - theirs(i)) <= 0.501))
    throw new Error(`call ${i}: ${ours(bundled)(i)} against ${theirs(i)}`);
}

const listMicros = medianMicros(theirs, 3_000);
const ourMicros = medianMicros(ours(bundled), CALLS);
const ownMicros = medianMicros(ours(withOwn), CALLS);
const firsts = MODELS.map(([provider, , model]) => {
  const rounds = Array.from({ length: ROUNDS }, async () => {
    const cold = await loadBundledPrices();
    const call = calls[0];
    const start = process.hrtime.bigint();
    if (call) cold.price({ ...call, provider, model });
    return Number(process.hrtime.bigint() - start) / 1000;
  });
  return Promise.all(rounds).then((times) => times.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? NaN);
});
const firstMicros = await Promise.all(firsts);

console.log(`${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}, ${book.source}`);
console.log(`${calls.length} calls to ${MODELS.length} models: same cost from both, to the nano-dollar`);
console.log(`list's calcPrice     ${listMicros.toFixed(2)} µs a call`);
console.log(
  `first look-up        ${firstMicros.map((micros) => micros.toFixed(0)).join(', ')} µs, once per model`,
);
console.log(
  `ours, known model    ${ourMicros.toFixed(3)} µs a call (budget 3), ${(listMicros / ourMicros).toFixed(0)} times faster`,
);
console.log(`with prices of one's own  ${ownMicros.toFixed(3)} µs a call`);
