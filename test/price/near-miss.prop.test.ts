import { calcPrice, waitForUpdate } from '@pydantic/genai-prices';
import { expect, test } from 'vitest';
import { loadBundledPrices } from '../../src/price/bundled-prices.js';
import type { MatchRule } from '../../src/price/published-model.js';
import { aCall } from './a-call.js';

/** Changes that make another name of a name; none adds a date, a version or anything else that is documented. */
const MISSES: readonly ((name: string) => string)[] = [
  (name) => `${name}-x`,
  (name) => `${name}-6`,
  (name) => `${name}6`,
  (name) => `${name}-my-finetune`,
  (name) => `${name}-mini`,
  (name) => `${name}:custom`,
  (name) => name.slice(0, -1),
  (name) => name.slice(1),
  (name) => `my-${name}`,
  (name) => `x${name}`,
  (name) => `${name} ${name}`,
  (name) => `${name.slice(0, 4)}${name.slice(5)}`,
];

function names(rule: MatchRule): string[] {
  if ('or' in rule) return rule.or.flatMap(names);
  if ('and' in rule) return rule.and.flatMap(names);
  return 'regex' in rule ? [] : [(Object.values(rule)[0] ?? '').toLowerCase()];
}

test('a name next to a listed one has no price, unless it is listed itself', async () => {
  const book = await loadBundledPrices();
  const providers = (await waitForUpdate()) ?? [];
  let tried = 0;
  let temptations = 0;
  const guessed: string[] = [];
  for (const provider of providers) {
    const sources = [provider, ...providers.filter((p) => provider.fallback_model_providers?.includes(p.id))];
    const models = sources.flatMap((source) => source.models);
    const declared = new Set(models.flatMap((model) => [model.id.toLowerCase(), ...names(model.match)]));
    for (const name of declared) {
      for (const miss of MISSES) {
        const model = miss(name);
        if (declared.has(model)) continue;
        tried += 1;
        if (calcPrice({}, model, { providerId: provider.id })) temptations += 1;
        const cost = book.price(aCall({ provider: provider.id, model, inputTokens: 10, outputTokens: 1 }));
        if (cost) guessed.push(`${provider.id}/${model}`);
      }
    }
  }
  expect(guessed).toEqual([]);
  expect(tried).toBeGreaterThan(20_000);
  // The list's own rules would have priced this many of them as some other model.
  expect(temptations).toBeGreaterThan(1_000);
});
