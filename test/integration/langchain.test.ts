import { HumanMessage } from '@langchain/core/messages';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { ChatOpenAI } from '@langchain/openai';
import { trace } from '@opentelemetry/api';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { differences } from '../../examples/demo/compare.js';
import { live, WAYS } from './live.js';

const WITHOUT_DETAILS = ['openai/gpt-4o-mini-2024-07-18'];

// Both instrumentations report every call, as siblings, in different traces when nothing encloses them.
describe.each(WAYS)('LangChain with the OpenAI instrumentation beside it, %s', (way) => {
  describe.each([{ enclosed: false }, { enclosed: true }])('enclosing span: $enclosed', ({ enclosed }) => {
    const run = (work: (chat: ChatOpenAI) => Promise<unknown>) =>
      live({ way, libraries: ['openai', 'langchain'] }, async (baseUrl) => {
        const chat = new ChatOpenAI({
          model: 'gpt-4o-mini',
          apiKey: 'test',
          maxRetries: 0,
          configuration: { baseURL: `${baseUrl}/v1` },
        });
        if (!enclosed) return void (await work(chat));
        await trace.getTracer('app').startActiveSpan('POST /ask', async (span) => {
          await work(chat);
          span.end();
        });
      });

    test('counts an answer once', async () => {
      const { ledger, server } = await run((chat) => chat.invoke([new HumanMessage('one')]));
      expect(differences(server.tally.entries(), ledger, WITHOUT_DETAILS)).toEqual([]);
      expect(ledger.totals.calls).toBe(1);
      expect(ledger.audit.twinSpans).toBe(1);
    });

    test('counts a streamed answer once', async () => {
      const { ledger, server } = await run(async (chat) => {
        for await (const _ of await chat.stream([new HumanMessage('one')]));
      });
      expect(differences(server.tally.entries(), ledger, WITHOUT_DETAILS)).toEqual([]);
      expect(ledger.totals.calls).toBe(1);
    });

    test('counts a streamed answer that does not tell its usage once, as unmetered', async () => {
      const { ledger, server } = await run(async (chat) => {
        const silent = chat.withConfig({ stream_options: { include_usage: false } });
        for await (const _ of await silent.stream([new HumanMessage('one')]));
      });
      expect(differences(server.tally.entries(), ledger, WITHOUT_DETAILS)).toEqual([]);
      expect(ledger.totals).toMatchObject({ calls: 1, unmeteredCalls: 1 });
    });

    test('counts a chain and parallel answers', async () => {
      const { ledger, server } = await run(async (chat) => {
        const chain = ChatPromptTemplate.fromTemplate('about {topic}').pipe(chat);
        await Promise.all(['a', 'b', 'c', 'd'].map((topic) => chain.invoke({ topic })));
      });
      expect(ledger.totals.calls).toBe(4);
      expect(differences(server.tally.entries(), ledger, WITHOUT_DETAILS)).toEqual([]);
    });
  });
});

describe('in a process that has been up for a day', () => {
  afterEach(() => vi.restoreAllMocks());

  test('the first answer is counted once', async () => {
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 86_400_000);
    const { ledger } = await live(
      { way: 'processor', libraries: ['openai', 'langchain'] },
      async (baseUrl) => {
        const chat = new ChatOpenAI({
          model: 'gpt-4o-mini',
          apiKey: 'test',
          configuration: { baseURL: `${baseUrl}/v1` },
        });
        await chat.invoke([new HumanMessage('one')]);
      },
    );
    expect(ledger.totals.calls).toBe(1);
  });
});

describe.each(WAYS)('LangChain by its own instrumentation alone, %s', (way) => {
  test('counts every answer, under the name of the model asked for', async () => {
    const { ledger, server } = await live({ way, libraries: ['langchain'] }, async (baseUrl) => {
      const chat = new ChatOpenAI({
        model: 'gpt-4o-mini',
        apiKey: 'test',
        configuration: { baseURL: `${baseUrl}/v1` },
      });
      await chat.invoke([new HumanMessage('one')]);
      for await (const _ of await chat.stream([new HumanMessage('two')]));
    });
    const billed = server.tally.total();
    expect(ledger.totals).toMatchObject({
      calls: 2,
      inputTokens: billed.inputTokens,
      outputTokens: billed.outputTokens,
    });
    expect(Object.keys(ledger.models)).toEqual(['openai/gpt-4o-mini']);
  });
});
