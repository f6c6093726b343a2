import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOpenAI } from '@ai-sdk/openai';
import { HumanMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { context, propagation, trace } from '@opentelemetry/api';
import { BaggageSpanProcessor, ALLOW_ALL_BAGGAGE_KEYS } from '@opentelemetry/baggage-span-processor';
import { generateText } from 'ai';
import OpenAI from 'openai';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { expect, test } from 'vitest';
import { summarize } from '../../src/ledger/summarize.js';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';
import { resolveDimensions } from '../../src/span/resolve-dimensions.js';
import { loadCaptures, replay } from '../span/support/captures.js';
import { SummingSink } from '../span/support/summing-sink.js';
import { live } from './live.js';

const way = 'processor' as const;

/** Calls by the value of one dimension. */
function callsBy(ledger: LedgerDocument, dimension: string): Record<string, number> {
  const calls: Record<string, number> = {};
  for (const row of ledger.rows) {
    const value = row.dimensions?.[dimension] ?? '';
    calls[value] = (calls[value] ?? 0) + (row.calls ?? 0);
  }
  return calls;
}

test('concurrent HTTP requests: each call goes to the user of its own request span', async () => {
  const users = Array.from({ length: 30 }, (_, index) => `user-${index % 7}`);
  const { ledger } = await live({ way, libraries: ['openai'], dimensions: ['user'] }, async (url) => {
    const openai = new OpenAI({ apiKey: 'test', baseURL: `${url}/v1` });
    const server = createServer((request, response) => {
      void trace.getTracer('http').startActiveSpan('GET /ask', async (span) => {
        // The user is known only after some waiting, as after a session look-up.
        await new Promise((resolve) => setImmediate(resolve));
        span.setAttribute('user.id', String(request.headers['x-user']));
        await trace.getTracer('app').startActiveSpan('answer', async (inner) => {
          await openai.chat.completions.create({
            model: 'gpt-4o-mini',
            messages: [{ role: 'user', content: 'x' }],
          });
          inner.end();
        });
        span.end();
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await Promise.all(
      users.map((user) => fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-user': user } })),
    );
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const expected: Record<string, number> = {};
  for (const user of users) expected[user] = (expected[user] ?? 0) + 1;
  expect(callsBy(ledger, 'user')).toEqual(expected);
});

test('AI SDK: functionId is the agent, metadata tells user, session and tenant', async () => {
  const dimensions = ['agent', 'user', 'session', 'tenant'];
  const { ledger } = await live({ way, libraries: [], dimensions }, async (url) => {
    const openai = createOpenAI({ apiKey: 'test', baseURL: `${url}/v1` });
    await generateText({
      model: openai.chat('gpt-4.1-mini'),
      prompt: 'x',
      experimental_telemetry: {
        isEnabled: true,
        functionId: 'refunds',
        metadata: { userId: 'ada', sessionId: 's-1', tenant: 'acme' },
      },
    });
  });
  expect(ledger.rows.map((row) => row.dimensions)).toEqual([
    { agent: 'refunds', user: 'ada', session: 's-1', tenant: 'acme' },
  ]);
});

test('baggage, with and without the baggage processor beside the ledger', async () => {
  const ask = async (openai: OpenAI, user: string) => {
    const baggage = propagation.createBaggage({ 'user.id': { value: user } });
    await context.with(propagation.setBaggage(context.active(), baggage), () =>
      openai.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'x' }] }),
    );
  };
  for (const beside of [[], [new BaggageSpanProcessor(ALLOW_ALL_BAGGAGE_KEYS)]]) {
    const { ledger } = await live(
      { way, libraries: ['openai'], dimensions: ['user'], beside },
      async (url) => {
        const openai = new OpenAI({ apiKey: 'test', baseURL: `${url}/v1` });
        await Promise.all([ask(openai, 'ada'), ask(openai, 'grace'), ask(openai, 'ada')]);
      },
    );
    expect(callsBy(ledger, 'user')).toEqual({ ada: 2, grace: 1 });
  }
});

test('LangChain beside the OpenAI instrumentation: the enclosing span tells user and session', async () => {
  const dimensions = ['user', 'session'];
  const { ledger } = await live({ way, libraries: ['openai', 'langchain'], dimensions }, async (url) => {
    const chat = new ChatOpenAI({
      model: 'gpt-4o-mini',
      apiKey: 'test',
      configuration: { baseURL: `${url}/v1` },
    });
    await trace.getTracer('app').startActiveSpan('turn', async (span) => {
      span.setAttributes({ 'session.id': 's-1', 'enduser.id': 'ada' });
      await chat.invoke([new HumanMessage('x')]);
      span.end();
    });
  });
  expect(ledger.rows.map((row) => row.dimensions)).toEqual([{ user: 'ada', session: 's-1' }]);
});

test('LangChain: metadata of a call tells user and session, as its OpenInference instrumentation writes it', async () => {
  const sink = new SummingSink(resolveDimensions(['user', 'session']));
  const capture = loadCaptures().find(({ file }) => file === 'langchain-openinference__invoke.json');
  if (capture === undefined) throw new Error('no such capture');
  replay(capture, sink);
  expect(sink.calls.map(({ dimensions }) => ({ ...dimensions }))).toEqual([
    { user: 'user-42', session: 'sess-1' },
  ]);
});

test('cost by agent, user and session, although the LLM spans carry none of them', async () => {
  const dimensions = ['agent', 'user', 'session'];
  const { ledger } = await live({ way, libraries: ['openai'], dimensions }, async (url) => {
    const openai = new OpenAI({ apiKey: 'test', baseURL: `${url}/v1` });
    const ask = () =>
      openai.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'x' }] });
    const request = (user: string, agent: string, calls: number) =>
      trace.getTracer('http').startActiveSpan('POST /ask', async (span) => {
        span.setAttributes({ 'user.id': user, 'session.id': `s-${user}` });
        const attributes = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': agent };
        await trace.getTracer('agents').startActiveSpan('invoke_agent', { attributes }, async (inner) => {
          await Promise.all(Array.from({ length: calls }, ask));
          inner.end();
        });
        span.end();
      });
    await Promise.all([
      request('ada', 'refunds', 3),
      request('grace', 'refunds', 2),
      request('ada', 'search', 1),
    ]);
  });
  const each = ledger.totals.costUsd / 6;
  expect(each).toBeGreaterThan(0);
  const costs = (by: string): unknown =>
    summarize(ledger, { by: [by] }).groups.map(({ key, costUsd }) => [key[by], Math.round(costUsd / each)]);
  expect(costs('agent')).toEqual([
    ['refunds', 5],
    ['search', 1],
  ]);
  expect(costs('user')).toEqual([
    ['ada', 4],
    ['grace', 2],
  ]);
  expect(costs('session')).toEqual([
    ['s-ada', 4],
    ['s-grace', 2],
  ]);
});

test('resource attributes that arrive late are those of every call that ends after', async () => {
  let arrive: (environment: string) => void = () => {};
  const late = new Promise<string>((resolve) => (arrive = resolve));
  const resource = resourceFromAttributes({ 'service.name': 'shop', 'deployment.environment.name': late });
  const setup = { way, libraries: ['openai'] as const, dimensions: ['environment'], resource };
  const { ledger } = await live(setup, async (url) => {
    const openai = new OpenAI({ apiKey: 'test', baseURL: `${url}/v1` });
    const calls = Array.from({ length: 3 }, () =>
      openai.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'x' }] }),
    );
    arrive('production');
    await resource.waitForAsyncAttributes?.();
    await Promise.all(calls);
  });
  expect(ledger.rows.map(({ service, dimensions, calls }) => [service, dimensions, calls])).toEqual([
    ['shop', { environment: 'production' }, 3],
  ]);
});
