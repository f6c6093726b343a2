import Anthropic from '@anthropic-ai/sdk';
import { createOpenAI } from '@ai-sdk/openai';
import { trace, type Span } from '@opentelemetry/api';
import { generateText } from 'ai';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { differences } from '../../examples/demo/compare.js';
import { live, WAYS, type LiveRun, type Way } from './live.js';

const WITHOUT_DETAILS = ['openai/gpt-4o-mini-2024-07-18'];

/** An agent span that claims the sum of what its calls reported, as frameworks do. */
async function agent(name: string, claims: { input: number; output: number }, work: () => Promise<unknown>) {
  const attributes = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name };
  await trace
    .getTracer('agents')
    .startActiveSpan(`invoke_agent ${name}`, { attributes }, async (span: Span) => {
      await work();
      span.setAttributes({
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.usage.input_tokens': claims.input,
        'gen_ai.usage.output_tokens': claims.output,
      });
      span.end();
    });
}

describe.each(WAYS)('an agent with calls below it, %s', (way) => {
  test('counts the calls of several libraries and not the agent', async () => {
    const { ledger, server } = await live({ way, libraries: ['openai', 'anthropic'] }, async (url) => {
      const baseURL = `${url}/v1`;
      const openai = new OpenAI({ apiKey: 'test', baseURL });
      const anthropic = new Anthropic({ apiKey: 'test', baseURL: url });
      await agent('planner', { input: 4000, output: 200 }, async () => {
        await openai.chat.completions.create({
          model: 'gpt-4o-mini',
          messages: [{ role: 'user', content: 'one' }],
        });
        await anthropic.messages.create({
          model: 'claude-haiku-4-5',
          max_tokens: 10,
          messages: [{ role: 'user', content: 'two' }],
        });
        await generateText({
          model: createOpenAI({ apiKey: 'test', baseURL }).chat('gpt-4.1-mini'),
          prompt: 'three',
          experimental_telemetry: { isEnabled: true },
        });
      });
    });
    expect(differences(server.tally.entries(), ledger, WITHOUT_DETAILS)).toEqual([]);
    expect(ledger.totals.calls).toBe(3);
  });

  test('counts an agent whose library is not instrumented by what it claims', async () => {
    const { ledger } = await live({ way, libraries: [] }, () =>
      agent('loner', { input: 120, output: 30 }, () => Promise.resolve()),
    );
    expect(ledger.totals).toMatchObject({ calls: 1, inputTokens: 120, outputTokens: 30 });
  });

  test('keeps nested agents and their calls apart', async () => {
    const { ledger, server } = await nestedAgents(way);
    expect(differences(server.tally.entries(), ledger, WITHOUT_DETAILS)).toEqual([]);
    expect(ledger.totals.calls).toBe(3);
  });
});

test('books each call to the nearest agent around it', async () => {
  const { ledger } = await nestedAgents('processor');
  const callsByAgent = Object.fromEntries(ledger.rows.map((row) => [row.dimensions?.['agent'], row.calls]));
  expect(callsByAgent).toEqual({ outer: 1, inner: 2 });
});

function nestedAgents(way: Way): Promise<LiveRun> {
  return live({ way, libraries: ['openai'] }, async (url) => {
    const openai = new OpenAI({ apiKey: 'test', baseURL: `${url}/v1` });
    const call = () =>
      openai.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'x' }] });
    await agent('outer', { input: 3060, output: 156 }, async () => {
      await call();
      await agent('inner', { input: 2050, output: 105 }, () => Promise.all([call(), call()]));
    });
  });
}
