import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LlmServer } from '../../examples/demo/llm-server/llm-server.js';

// The tally is what everything else is compared with, so it is compared with what clients are told.
let server: LlmServer;
let openai: OpenAI;
let anthropic: Anthropic;
beforeEach(async () => {
  server = new LlmServer();
  const url = await server.start();
  openai = new OpenAI({ apiKey: 'test', baseURL: `${url}/v1` });
  anthropic = new Anthropic({ apiKey: 'test', baseURL: url });
});
afterEach(() => server.stop());

const messages = [{ role: 'user' as const, content: 'x' }];

test('chat completions, streamed and not', async () => {
  const whole = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages });
  const stream = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  const told = [whole.usage];
  for await (const chunk of stream) if (chunk.usage) told.push(chunk.usage);
  expect(told).toHaveLength(2);
  expect(server.tally.entries()).toMatchObject([
    {
      model: whole.model,
      calls: 2,
      unmeteredCalls: 0,
      inputTokens: sum(told.map((usage) => usage?.prompt_tokens)),
      outputTokens: sum(told.map((usage) => usage?.completion_tokens)),
      cacheReadInputTokens: sum(told.map((usage) => usage?.prompt_tokens_details?.cached_tokens)),
    },
  ]);
});

test('a stream without usage is a call without tokens', async () => {
  const stream = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true });
  for await (const chunk of stream) expect(chunk.usage).toBeUndefined();
  expect(server.tally.total()).toMatchObject({
    calls: 1,
    unmeteredCalls: 1,
    inputTokens: 0,
    outputTokens: 0,
  });
});

test('responses, streamed and not', async () => {
  const whole = await openai.responses.create({ model: 'gpt-5-mini', input: 'x' });
  const told = [whole.usage];
  const stream = await openai.responses.create({ model: 'gpt-5-mini', input: 'x', stream: true });
  for await (const event of stream) if (event.type === 'response.completed') told.push(event.response.usage);
  expect(told).toHaveLength(2);
  expect(server.tally.total()).toMatchObject({
    calls: 2,
    inputTokens: sum(told.map((usage) => usage?.input_tokens)),
    outputTokens: sum(told.map((usage) => usage?.output_tokens)),
    reasoningOutputTokens: sum(told.map((usage) => usage?.output_tokens_details.reasoning_tokens)),
  });
});

test('embeddings', async () => {
  const { usage, data } = await openai.embeddings.create({
    model: 'text-embedding-3-small',
    input: ['a', 'b'],
  });
  expect(data[1]?.embedding).toEqual([0.25, 0.5, 0.75]);
  expect(server.tally.total()).toMatchObject({ calls: 1, inputTokens: usage.prompt_tokens, outputTokens: 0 });
});

test('messages, with cached tokens outside of what Anthropic calls input', async () => {
  const { usage } = await anthropic.messages.create({ model: 'claude-haiku-4-5', max_tokens: 9, messages });
  const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage;
  expect(server.tally.total()).toMatchObject({
    calls: 1,
    inputTokens: sum([usage.input_tokens, read, written]),
    cacheReadInputTokens: read,
    cacheWriteInputTokens: written,
    outputTokens: usage.output_tokens,
  });
});

test('a failed request is billed nothing, a retried one once', async () => {
  const ask = (content: string) =>
    openai.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] });
  await expect(ask('#fail=429')).rejects.toThrow('429');
  expect(server.tally.total()).toMatchObject({ calls: 0, failedRequests: 3 });
  await ask('#flaky=500');
  expect(server.tally.total()).toMatchObject({ calls: 1, failedRequests: 4 });
});

function sum(numbers: ReadonlyArray<number | null | undefined>): number {
  return numbers.reduce<number>((total, number) => total + (number ?? 0), 0);
}
