import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { differences } from '../../examples/demo/compare.js';
import type { Library } from './instrumented.js';
import { live, WAYS } from './live.js';

const request = {
  model: 'claude-haiku-4-5',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: 'one' }],
};

// The client makes spans of its own (inclusive input tokens, with the response id); the Traceloop instrumentation puts
// its span (exclusive input tokens, no id) around them.
const SPANS_FROM: ReadonlyArray<{ name: string; libraries: Library[]; own: boolean }> = [
  { name: 'the client itself', libraries: [], own: true },
  { name: '@traceloop/instrumentation-anthropic', libraries: ['anthropic'], own: false },
  { name: 'both', libraries: ['anthropic'], own: true },
];

describe.each(WAYS)('the Anthropic client, %s', (way) => {
  describe.each(SPANS_FROM)('spans from $name', ({ libraries, own }) => {
    const run = (work: (client: Anthropic) => Promise<unknown>) =>
      live({ way, libraries }, async (baseURL) => {
        await work(new Anthropic({ apiKey: 'test', baseURL, ...(own ? {} : { openTelemetry: false }) }));
      });

    test('counts messages with cache reads and writes', async () => {
      const { ledger, server } = await run(async (client) => {
        await client.messages.create(request);
        await client.messages.create(request);
      });
      expect(differences(server.tally.entries(), ledger, [])).toEqual([]);
      expect(ledger.totals).toMatchObject({
        calls: 2,
        cacheReadInputTokens: 3000,
        cacheWriteInputTokens: 600,
      });
    });

    test('counts streamed messages', async () => {
      const { ledger, server } = await run(async (client) => {
        for await (const _ of await client.messages.create({ ...request, stream: true }));
        for await (const _ of await client.messages.create({ ...request, stream: true }));
      });
      expect(differences(server.tally.entries(), ledger, [])).toEqual([]);
      expect(ledger.totals).toMatchObject({ calls: 2, unmeteredCalls: 0 });
    });

    test('counts parallel messages and a failed one', async () => {
      const { ledger, server } = await run(async (client) => {
        await Promise.all(Array.from({ length: 5 }, () => client.messages.create(request)));
        const failing = { ...request, messages: [{ role: 'user' as const, content: '#fail=429' }] };
        await expect(client.messages.create(failing, { maxRetries: 0 })).rejects.toThrow('429');
      });
      expect(differences(server.tally.entries(), ledger, [])).toEqual([]);
      expect(ledger.totals).toMatchObject({ calls: 5, errors: 1 });
    });
  });
});
