import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOpenAI } from '@ai-sdk/openai';
import { HumanMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { context, propagation, trace } from '@opentelemetry/api';
import { BaggageSpanProcessor, ALLOW_ALL_BAGGAGE_KEYS } from '@opentelemetry/baggage-span-processor';
import { generateText } from 'ai';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';
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
