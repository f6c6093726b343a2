import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { differences } from '../../examples/demo/compare.js';
import { live, WAYS } from './live.js';

// The instrumentation puts no cache and no reasoning tokens on its spans.
const WITHOUT_DETAILS = ['openai/gpt-4o-mini-2024-07-18', 'openai/gpt-5-mini-2025-08-07'];
const model = 'gpt-4o-mini';

describe.each(WAYS)('the openai client with @opentelemetry/instrumentation-openai, %s', (way) => {
  const run = (work: (client: OpenAI) => Promise<unknown>) =>
    live({ way, libraries: ['openai'] }, async (baseUrl) => {
      await work(new OpenAI({ apiKey: 'test', baseURL: `${baseUrl}/v1` }));
    });

  test('counts chat completions', async () => {
    const { ledger, server } = await run(async (client) => {
      await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'one' }] });
      await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'two' }] });
    });
    expect(differences(server.tally.entries(), ledger, WITHOUT_DETAILS)).toEqual([]);
    expect(ledger.totals).toMatchObject({ calls: 2, errors: 0, unmeteredCalls: 0, unpricedCalls: 0 });
    expect(ledger.totals.costUsd).toBeGreaterThan(0);
  });

  test('counts parallel chat completions', async () => {
    const { ledger, server } = await run((client) =>
      Promise.all(
        Array.from({ length: 10 }, () =>
          client.chat.completions.create({ model, messages: [{ role: 'user', content: 'the same' }] }),
        ),
      ),
    );
    expect(ledger.totals.calls).toBe(10);
    expect(differences(server.tally.entries(), ledger, WITHOUT_DETAILS)).toEqual([]);
  });

  test('counts a stream that tells its usage', async () => {
    const { ledger, server } = await run(async (client) => {
      const stream = await client.chat.completions.create({
        model,
        messages: [{ role: 'user', content: 'one' }],
        stream: true,
        stream_options: { include_usage: true },
      });
      await drain(stream);
    });
    expect(differences(server.tally.entries(), ledger, WITHOUT_DETAILS)).toEqual([]);
    expect(ledger.totals).toMatchObject({ calls: 1, unmeteredCalls: 0 });
  });

  test('counts a stream that does not tell its usage as unmetered, with no tokens', async () => {
    const { ledger, server } = await run(async (client) => {
      const stream = await client.chat.completions.create({
        model,
        messages: [{ role: 'user', content: 'one' }],
        stream: true,
      });
      await drain(stream);
    });
    expect(differences(server.tally.entries(), ledger, WITHOUT_DETAILS)).toEqual([]);
    expect(ledger.totals).toMatchObject({
      calls: 1,
      unmeteredCalls: 1,
      unpricedCalls: 0,
      inputTokens: 0,
      outputTokens: 0,
      costUsd: 0,
    });
  });

  test('counts the Responses API, streamed and not', async () => {
    const { ledger, server } = await run(async (client) => {
      await client.responses.create({ model: 'gpt-5-mini', input: 'one' });
      await drain(await client.responses.create({ model: 'gpt-5-mini', input: 'two', stream: true }));
    });
    expect(differences(server.tally.entries(), ledger, WITHOUT_DETAILS)).toEqual([]);
    expect(ledger.totals).toMatchObject({ calls: 2, unmeteredCalls: 0 });
  });

  test('counts embeddings', async () => {
    const { ledger, server } = await run((client) =>
      client.embeddings.create({ model: 'text-embedding-3-small', input: ['one', 'two'] }),
    );
    expect(differences(server.tally.entries(), ledger, [])).toEqual([]);
    expect(ledger.totals).toMatchObject({ calls: 1, outputTokens: 0 });
    expect(ledger.rows.map((row) => row.operation)).toEqual(['embeddings']);
  });

  test('counts a request the client retried once, and one that failed for good as an error only', async () => {
    const { ledger, server } = await run(async (client) => {
      await client.chat.completions.create({
        model,
        messages: [{ role: 'user', content: 'one #flaky=500' }],
      });
      await expect(
        client.chat.completions.create({ model, messages: [{ role: 'user', content: '#fail=429' }] }),
      ).rejects.toThrow('429');
    });
    expect(differences(server.tally.entries(), ledger, WITHOUT_DETAILS)).toEqual([]);
    expect(ledger.totals).toMatchObject({ calls: 1, errors: 1 });
  });
});

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}
