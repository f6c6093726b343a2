import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GenAIUsageSpanProcessor, readLedger, UsageLedgerExporter } from '../../src/index.js';
import { auditBalance } from '../../src/ledger/audit-balance.js';
import { loadCaptures, replay } from '../span/support/captures.js';

const CHAT = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.usage.input_tokens': 10,
  'gen_ai.usage.output_tokens': 2,
};

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'genai-ledger-reconcile-'));
  path = join(folder, 'usage-ledger.json');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Lets late calls be put on record. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('spans and records seen = calls + errors without usage + wrappers + twins + repeats + late', () => {
  test.each([{}, { late: true }, { way: 'ends' as const }])(
    'in the ledger of the whole corpus, %j',
    async (options) => {
      const exporter = new UsageLedgerExporter({ path });
      const captures = loadCaptures();
      // One ledger, and a quiet turn between captures: each is of a process of its own.
      for (const capture of captures) {
        replay(capture, exporter, options);
        await turn();
      }
      await exporter.shutdown();
      const ledger = await readLedger(path);
      expect(auditBalance(ledger)).toBe(0);
      expect(ledger.audit.spansSeen).toBeGreaterThan(captures.length);
      for (const counter of ['wrapperSpans', 'twinSpans', 'errorsWithoutUsage'] as const) {
        expect(ledger.audit[counter], counter).toBeGreaterThan(0);
      }
    },
  );

  test('when calls come late, below an agent that was counted whole, and by every way', async () => {
    const exporter = new UsageLedgerExporter({ path });
    const provider = new BasicTracerProvider({ spanProcessors: [new GenAIUsageSpanProcessor(exporter)] });
    const tracer = provider.getTracer('app');
    const agent = tracer.startSpan('invoke_agent', {
      attributes: { ...CHAT, 'gen_ai.operation.name': 'invoke_agent' },
    });
    const child = tracer.startSpan('chat', { attributes: CHAT }, trace.setSpan(ROOT_CONTEXT, agent));
    const plain = tracer.startSpan('GET /', {});
    agent.end();
    await provider.shutdown();
    child.end();
    plain.end();
    exporter.record({ provider: 'openai', model: 'gpt-4o-mini', inputTokens: 1 });
    exporter.export([child as unknown as ReadableSpan, plain as unknown as ReadableSpan], () => {});
    await turn();
    const ledger = await readLedger(path);
    // The agent stays counted: what would have taken its place came too late.
    expect(ledger.totals).toMatchObject({ calls: 1, inputTokens: 10 });
    expect(ledger.audit).toMatchObject({ spansSeen: 3, recordsSeen: 1, lateSpans: 3, wrapperSpans: 0 });
    expect(auditBalance(ledger)).toBe(0);
  });

  test('when spans lost attributes, cannot be read, have impossible values or times', async () => {
    const exporter = new UsageLedgerExporter({ path });
    const provider = new BasicTracerProvider({
      spanLimits: { attributeCountLimit: 5 },
      spanProcessors: [new GenAIUsageSpanProcessor(exporter)],
    });
    const tracer = provider.getTracer('app');
    tracer.startSpan('chat', { attributes: { ...CHAT, 'user.id': 'ada' } }).end();
    tracer.startSpan('chat', { attributes: { ...CHAT, 'gen_ai.usage.input_tokens': -1 } }).end();
    tracer.startSpan('chat', { attributes: CHAT }).end(new Date('2126-01-01T00:00:00Z'));
    const failed = tracer.startSpan('chat', { attributes: { 'gen_ai.operation.name': 'chat' } });
    failed.setStatus({ code: 2 });
    failed.end();
    const hostile = {
      get attributes(): never {
        throw new Error('hostile');
      },
    };
    exporter.export([hostile as unknown as ReadableSpan], () => {});
    await provider.shutdown();
    const ledger = await readLedger(path);
    expect(ledger.totals).toMatchObject({ calls: 3, errors: 1 });
    expect(ledger.audit).toMatchObject({
      spansSeen: 4,
      errorsWithoutUsage: 1,
      incompleteSpans: 1,
      rejectedValues: 2,
      clampedTimes: 1,
    });
    expect(auditBalance(ledger)).toBe(0);
  });

  test('when records and spans tell of the same responses', async () => {
    const exporter = new UsageLedgerExporter({ path });
    const provider = new BasicTracerProvider({ spanProcessors: [new GenAIUsageSpanProcessor(exporter)] });
    const record = { provider: 'openai', model: 'gpt-4o-mini', inputTokens: 10, outputTokens: 2 };
    const chat = (id: string): void =>
      provider
        .getTracer('app')
        .startSpan('chat', { attributes: { ...CHAT, 'gen_ai.response.id': id } })
        .end();
    exporter.record({ ...record, responseId: 'first' });
    exporter.record({ ...record, responseId: 'first' });
    chat('first');
    chat('second');
    exporter.record({ ...record, responseId: 'second' });
    exporter.record({ error: true });
    exporter.record('nothing' as never);
    await provider.shutdown();
    const ledger = await readLedger(path);
    expect(ledger.totals).toMatchObject({ calls: 2, errors: 1 });
    expect(ledger.audit).toMatchObject({
      spansSeen: 2,
      recordsSeen: 4,
      repeatedResponses: 3,
      rejectedValues: 1,
    });
    expect(auditBalance(ledger)).toBe(0);
  });
});
