import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI, type OpenAIProvider } from '@ai-sdk/openai';
import { embedMany, generateObject, generateText, stepCountIs, streamText, tool } from 'ai';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { differences } from '../../examples/demo/compare.js';
import { live, WAYS } from './live.js';

const telemetry = { experimental_telemetry: { isEnabled: true, functionId: 'forecast' } };
const weather = tool({
  description: 'Tells the weather of a city',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `${city}: sunny`,
});

describe.each(WAYS)('the Vercel AI SDK with its own telemetry, %s', (way) => {
  const run = (work: (openai: OpenAIProvider, baseURL: string) => Promise<unknown>) =>
    live({ way, libraries: [] }, async (url) => {
      const baseURL = `${url}/v1`;
      await work(createOpenAI({ apiKey: 'test', baseURL }), baseURL);
    });

  test('counts each step of a tool loop and not the span around them', async () => {
    const { ledger, server } = await run((openai) =>
      generateText({
        model: openai.chat('gpt-4.1-mini'),
        prompt: 'weather? #rounds=2',
        tools: { weather },
        stopWhen: stepCountIs(5),
        ...telemetry,
      }),
    );
    expect(differences(server.tally.entries(), ledger, [])).toEqual([]);
    expect(ledger.totals.calls).toBe(3);
    expect(ledger.audit.wrapperSpans).toBe(1);
    expect(ledger.rows.map((row) => row.dimensions)).toEqual([{ agent: 'forecast' }]);
  });

  test('counts each step of a streamed tool loop', async () => {
    const { ledger, server } = await run(async (openai) => {
      const result = streamText({
        model: openai.chat('gpt-4.1-mini'),
        prompt: 'weather?',
        tools: { weather },
        stopWhen: stepCountIs(5),
        ...telemetry,
      });
      await result.consumeStream();
    });
    expect(differences(server.tally.entries(), ledger, [])).toEqual([]);
    expect(ledger.totals.calls).toBe(2);
  });

  test('counts the Responses API with reasoning, Anthropic with its cache, and objects', async () => {
    const { ledger, server } = await run(async (openai, baseURL) => {
      await generateText({ model: openai('gpt-5-mini'), prompt: 'one', ...telemetry });
      const anthropic = createAnthropic({ apiKey: 'test', baseURL });
      await generateText({ model: anthropic('claude-haiku-4-5'), prompt: 'two', ...telemetry });
      await generateObject({
        model: openai.chat('gpt-4.1-mini'),
        schema: z.object({ city: z.string() }),
        prompt: 'three',
        ...telemetry,
      });
    });
    // generateObject puts no cached tokens on its spans.
    expect(differences(server.tally.entries(), ledger, ['openai/gpt-4.1-mini-2025-04-14'])).toEqual([]);
    expect(ledger.totals.calls).toBe(3);
  });

  test('counts embeddings once', async () => {
    const { ledger, server } = await run((openai) =>
      embedMany({
        model: openai.textEmbeddingModel('text-embedding-3-small'),
        values: ['one', 'two'],
        ...telemetry,
      }),
    );
    expect(differences(server.tally.entries(), ledger, [])).toEqual([]);
    expect(ledger.totals.calls).toBe(1);
  });

  test('counts a retried step once, with the failed attempt as an error', async () => {
    const { ledger, server } = await run((openai) =>
      generateText({ model: openai.chat('gpt-4.1-mini'), prompt: 'one #flaky=500', ...telemetry }),
    );
    expect(differences(server.tally.entries(), ledger, [])).toEqual([]);
    expect(ledger.totals).toMatchObject({ calls: 1, errors: 1 });
  });
});
