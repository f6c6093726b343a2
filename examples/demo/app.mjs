// An application that uses three LLM client libraries. It knows nothing of the ledger.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { trace } from '@opentelemetry/api';
import { generateText, stepCountIs, streamText, tool } from 'ai';
import OpenAI from 'openai';
import { z } from 'zod';

const baseUrl = process.env.LLM_BASE_URL;
const ask = (content) => [{ role: 'user', content }];

await openAiClient();
await anthropicClient();
await aiSdk();

async function openAiClient() {
  const client = new OpenAI({ apiKey: 'demo', baseURL: `${baseUrl}/v1` });
  const model = 'gpt-4o-mini';
  await client.chat.completions.create({ model, messages: ask('Name a city.') });
  await drain(
    await client.chat.completions.create({
      model,
      messages: ask('Name a river.'),
      stream: true,
      stream_options: { include_usage: true },
    }),
  );
  // Nobody tells the client what this stream costs: an unmetered call.
  await drain(await client.chat.completions.create({ model, messages: ask('Name a lake.'), stream: true }));
  await client.responses.create({ model: 'gpt-5-mini', input: 'Name a mountain.' });
  await drain(await client.responses.create({ model: 'gpt-5-mini', input: 'Name a sea.', stream: true }));
  await client.embeddings.create({ model: 'text-embedding-3-small', input: ['Paris', 'Rome'] });
  // The first attempt fails and the client tries again: one call.
  await client.chat.completions.create({ model, messages: ask('Name an island. #flaky=500') });
  // Every attempt fails: an error and no call.
  await client.chat.completions.create({ model, messages: ask('#fail=429') }).catch(() => undefined);
  // A model nobody published a price for.
  await client.chat.completions.create({ model: 'house-model-1', messages: ask('Name a street.') });

  // An agent: the calls below it carry no agent name of their own.
  await trace
    .getTracer('city-guide')
    .startActiveSpan(
      'invoke_agent planner',
      { attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner' } },
      async (span) => {
        await client.chat.completions.create({ model, messages: ask('Plan a day.') });
        await client.chat.completions.create({ model, messages: ask('Plan another day.') });
        span.end();
      },
    );
}

async function anthropicClient() {
  const client = new Anthropic({ apiKey: 'demo', baseURL: baseUrl });
  const request = { model: 'claude-sonnet-4-6', max_tokens: 100, messages: ask('Name a museum.') };
  await client.messages.create(request);
  await drain(await client.messages.create({ ...request, stream: true }));
}

async function aiSdk() {
  const telemetry = (functionId) => ({ experimental_telemetry: { isEnabled: true, functionId } });
  const openai = createOpenAI({ apiKey: 'demo', baseURL: `${baseUrl}/v1` });
  const anthropic = createAnthropic({ apiKey: 'demo', baseURL: `${baseUrl}/v1` });
  await generateText({
    model: openai.chat('gpt-4.1-mini'),
    prompt: 'What is the weather in Paris? #rounds=2',
    tools: {
      weather: tool({
        description: 'Tells the weather of a city',
        inputSchema: z.object({ city: z.string() }),
        execute: async ({ city }) => `${city}: sunny`,
      }),
    },
    stopWhen: stepCountIs(5),
    ...telemetry('weather'),
  });
  const story = streamText({
    model: anthropic('claude-haiku-4-5'),
    prompt: 'Tell a story about Paris.',
    ...telemetry('stories'),
  });
  await drain(story.textStream);
}

async function drain(stream) {
  for await (const _ of stream);
}
