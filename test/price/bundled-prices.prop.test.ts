import { readdirSync, readFileSync } from 'node:fs';
import { calcPrice, waitForUpdate } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadBundledPrices } from '../../src/price/bundled-prices.js';
import type { PriceBook } from '../../src/price/price-book.js';
import type { MatchRule, PublishedModel } from '../../src/price/published-model.js';
import { aCall } from './a-call.js';

interface Listed {
  provider: string;
  id: string;
  model: PublishedModel;
}

let book: PriceBook;
/** Every model of the list, under a name the list itself resolves to it. */
const listed: Listed[] = [];
const unreachable: string[] = [];

beforeAll(async () => {
  book = await loadBundledPrices();
  for (const provider of (await waitForUpdate()) ?? []) {
    for (const model of provider.models) {
      const id = [model.id, ...texts(model.match)].find(
        (name) => calcPrice({}, name, { providerId: provider.id })?.model === model,
      );
      if (id === undefined) unreachable.push(`${provider.id}/${model.id}`);
      else listed.push({ provider: provider.id, id, model });
    }
  }
});

/** Texts a rule names: equal ones, and those it looks for, with a date behind. */
function texts(rule: MatchRule): string[] {
  if ('or' in rule) return rule.or.flatMap(texts);
  if ('and' in rule) return rule.and.flatMap(texts);
  if ('regex' in rule) return [];
  const text = Object.values(rule)[0] ?? '';
  return 'equals' in rule ? [text] : [text, `${text}07-18:acme::abc`];
}

const NOON = Date.UTC(2026, 10, 22, 12);

/** Just before, at and just after each change of a model's prices. */
function instants({ prices }: PublishedModel): number[] {
  const times = [NOON];
  for (const { constraint } of Array.isArray(prices) ? prices : []) {
    if (constraint?.type === 'start_date') times.push(Date.parse(constraint.start_date));
    if (constraint?.type === 'time_of_date') {
      times.push(
        Date.parse(`2026-11-22T${constraint.start_time}`),
        Date.parse(`2025-01-02T${constraint.end_time}`),
      );
    }
  }
  return times.flatMap((time) => [time - 1, time, time + 1]);
}

/** Usages at and around each tier, and every mix of subsets that says what it means (audio beside cache does not). */
function usages({ prices }: PublishedModel): Parameters<typeof aCall>[0][] {
  const sets = Array.isArray(prices) ? prices.map((period) => period.prices) : [prices];
  const starts = sets
    .flatMap((set) => Object.values(set))
    .flatMap((price) => (typeof price === 'object' ? price.tiers.map((tier) => tier.start) : []));
  const inputs = [0, 1, 3, 1_010, 999_999, ...starts.flatMap((start) => [start - 1, start, start + 1])];
  return inputs.flatMap((inputTokens) => {
    const part = Math.floor(inputTokens * 0.3);
    return [
      { inputTokens, outputTokens: 0 },
      { inputTokens, outputTokens: 7, reasoningOutputTokens: 5 },
      { inputTokens, outputTokens: 50, cacheReadInputTokens: part, cacheWriteInputTokens: part },
      { inputTokens, outputTokens: 50, cacheReadInputTokens: inputTokens },
      { inputTokens, outputTokens: 1_000, audioInputTokens: part, audioOutputTokens: 333 },
    ];
  });
}

/** What the list's own function makes of the same call, in USD; `undefined` where it says the usage is ambiguous. */
function theirs({ provider, id }: Listed, call: ReturnType<typeof aCall>): number | undefined {
  try {
    const result = calcPrice(
      {
        input_tokens: call.inputTokens,
        cache_read_tokens: call.cacheReadInputTokens,
        cache_write_tokens: call.cacheWriteInputTokens,
        input_audio_tokens: call.audioInputTokens,
        output_tokens: call.outputTokens,
        output_reasoning_tokens: call.reasoningOutputTokens,
        output_audio_tokens: call.audioOutputTokens,
      },
      id,
      { providerId: provider, timestamp: new Date(call.endTimeUnixMillis) },
    );
    return result?.total_price;
  } catch {
    return undefined;
  }
}

const PER_TOKEN = /^(input|output|cache|requests)_(?!.*(pages|hours|kcount))|^requests_kcount$/;

function hasPricePerToken({ prices, id }: PublishedModel): boolean {
  if (id.endsWith(':free')) return true;
  return (Array.isArray(prices) ? prices.map((period) => period.prices) : [prices]).every((set) =>
    Object.keys(set).some((key) => PER_TOKEN.test(key)),
  );
}

describe('the bundled book against the list’s own calcPrice', () => {
  test('nearly every model of the list is reachable, so the comparison is over all of it', () => {
    expect(listed.length).toBeGreaterThan(1_600);
    expect(unreachable).toEqual([]);
  });

  test('every model costs the same to the nano-dollar, at every tier and around every price change', () => {
    let compared = 0;
    const wrong: string[] = [];
    for (const entry of listed) {
      if (!hasPricePerToken(entry.model)) continue;
      for (const endTimeUnixMillis of instants(entry.model)) {
        for (const usage of usages(entry.model)) {
          const call = aCall({ provider: entry.provider, model: entry.id, endTimeUnixMillis, ...usage });
          const usd = theirs(entry, call);
          if (usd === undefined) continue;
          const cost = book.price(call);
          compared += 1;
          // Half a nano-dollar of rounding; the list's sum of doubles is itself off by its last digits.
          const off = Math.abs((cost?.costNanoUsd ?? NaN) - usd * 1e9);
          if (!(off <= 0.5 + usd * 1e-6))
            wrong.push(`${entry.provider}/${entry.id} ${JSON.stringify(call)} ${usd}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(100_000);
  });
});

test('a model listed without a price per token or request has no price; free by name is a price of 0', () => {
  const unpriced = listed.filter((entry) => !hasPricePerToken(entry.model));
  expect(unpriced.length).toBeGreaterThan(15);
  for (const { provider, id } of unpriced) {
    expect(book.price(aCall({ provider, model: id, inputTokens: 10, outputTokens: 10 }))).toBeUndefined();
  }
  const free = listed.filter((entry) => entry.model.id.endsWith(':free'));
  expect(free.length).toBeGreaterThan(50);
  for (const { provider, id } of free) {
    expect(book.price(aCall({ provider, model: id, inputTokens: 10, outputTokens: 10 }))?.costNanoUsd).toBe(
      0,
    );
  }
});

test('audio beside cache, which the list refuses as ambiguous, is uncached as far as it fits', () => {
  const call = aCall({ model: 'gpt-4o-realtime-preview', inputTokens: 1_000, cacheReadInputTokens: 640 });
  const cost = (audioInputTokens: number): number | undefined =>
    book.price({ ...call, audioInputTokens })?.costNanoUsd;
  // $5 text, $40 audio, $2.5 cached text and $2.5 cached audio per million.
  expect(cost(0)).toBe(360 * 5_000 + 640 * 2_500);
  expect(cost(300)).toBe(60 * 5_000 + 300 * 40_000 + 640 * 2_500);
  expect(cost(500)).toBe(360 * 40_000 + 640 * 2_500);
});

test('the ledger names package and version of the prices', () => {
  expect(book.source).toMatch(/^@pydantic\/genai-prices \d+\.\d+\.\d+/);
});

test('never throws, whatever the names, times and numbers', () => {
  const names = fc.oneof(
    fc.constantFrom(
      'openai',
      'aws.bedrock',
      'gcp.gemini',
      'azure.ai.openai',
      'deepseek',
      'gpt-4o',
      'claude-opus-4-6',
    ),
    fc.string({ unit: 'binary', maxLength: 256 }),
  );
  const count = fc.oneof(fc.nat(10), fc.constant(Number.MAX_SAFE_INTEGER));
  fc.assert(
    fc.property(
      names,
      names,
      fc.double(),
      count,
      count,
      (provider, model, endTimeUnixMillis, inputTokens, outputTokens) => {
        const cost = book.price(aCall({ provider, model, endTimeUnixMillis, inputTokens, outputTokens }));
        const nanoUsd = cost?.costNanoUsd ?? 0;
        expect(Number.isSafeInteger(nanoUsd) && nanoUsd >= 0).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('the list is imported only when it is asked for, and by one module', () => {
  const folder = new URL('../../src/', import.meta.url);
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  // Types are erased.
  const codeOf = (name: string): string =>
    readFileSync(new URL(name, folder), 'utf8').replace(/^import type .*$/gm, '');
  const importing = sources.filter((name) => /(?:from |import |import\()'@pydantic/.test(codeOf(name)));
  expect(importing).toEqual(['price/price-list.ts']);
  expect(codeOf('price/price-list.ts').match(/(?:from |import )'@pydantic/g)).toBeNull();
});
