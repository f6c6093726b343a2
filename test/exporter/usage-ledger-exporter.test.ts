import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { diag } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenAIUsageSpanProcessor, UsageLedgerExporter, readLedger } from '../../src/index.js';
import type { BudgetCrossing, LedgerDocument, LedgerExportResult } from '../../src/index.js';

const warn = vi.fn<(...told: unknown[]) => void>();
const ignore = (): void => undefined;
let folder: string;
let path: string;

beforeEach(() => {
  warn.mockClear();
  const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { suppressOverrideMessage: true });
  folder = mkdtempSync(join(tmpdir(), 'ledger-exporter-'));
  path = join(folder, 'usage-ledger.json');
});

afterEach(() => {
  diag.disable();
  rmSync(folder, { recursive: true, force: true });
});

const CALL = {
  provider: 'openai',
  model: 'gpt-4o-mini',
  inputTokens: 1010,
  cacheReadInputTokens: 640,
  outputTokens: 50,
};
/** 370 × $0.15 + 640 × $0.075 + 50 × $0.60 per million. */
const COST = 0.0001335;

const onDisk = (): LedgerDocument => JSON.parse(readFileSync(path, 'utf8'));
const journals = (): string[] => readdirSync(`${path}.d`).filter((name) => name.startsWith('w-'));

/** Ends `count` spans of LLM calls, all in one turn. */
function endCalls(provider: BasicTracerProvider, count: number, change: Attributes = {}): void {
  const tracer = provider.getTracer('test');
  for (let i = 0; i < count; i++) {
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.response.model': 'gpt-4o-mini',
      'gen_ai.usage.input_tokens': 1010,
      'gen_ai.usage.cache_read.input_tokens': 640,
      'gen_ai.usage.output_tokens': 50,
      ...change,
    };
    tracer.startSpan('chat gpt-4o-mini', { attributes }).end();
  }
}

function providerOf(...spanProcessors: SpanProcessor[]): BasicTracerProvider {
  return new BasicTracerProvider({ spanProcessors });
}

describe('record()', () => {
  test('is in the file, priced, once forceFlush has resolved', async () => {
    const exporter = new UsageLedgerExporter({ path });
    for (let i = 0; i < 3; i++) exporter.record(CALL);
    await exporter.forceFlush();
    expect(onDisk()).toMatchObject({
      format: 'genai-usage-ledger',
      version: 1,
      totals: {
        calls: 3,
        unpricedCalls: 0,
        inputTokens: 3030,
        cacheReadInputTokens: 1920,
        outputTokens: 150,
        costUsd: 3 * COST,
      },
      prices: { source: expect.stringMatching(/^@pydantic\/genai-prices \d/), book: 3, overrides: 0 },
    });
    expect(exporter.stats()).toMatchObject({
      queued: 0,
      recorded: 3,
      flushes: 1,
      recordsPerFlush: 3,
      lastError: undefined,
    });
    await exporter.shutdown();
  });

  test('prices of your own win over the book', async () => {
    const prices = { 'openai/*': { inputUsdPerMTok: 1, outputUsdPerMTok: 2 } };
    const exporter = new UsageLedgerExporter({ path, prices });
    exporter.record(CALL);
    await exporter.shutdown();
    expect(onDisk()).toMatchObject({ totals: { costUsd: 0.00111 }, prices: { overrides: 1, book: 0 } });
  });

  test('by own prices from a file that the environment names; a bad file is warned about and left out', async () => {
    const file = `${path}.prices.json`;
    writeFileSync(file, '{"openai/gpt-4o-mini": {"inputUsdPerMTok": 1000, "outputUsdPerMTok": 0}}');
    vi.stubEnv('GENAI_LEDGER_PRICES_FILE', file);
    const exporter = new UsageLedgerExporter({ path });
    exporter.record({ provider: 'openai', model: 'gpt-4o-mini', inputTokens: 7, outputTokens: 1 });
    await exporter.shutdown();
    expect(onDisk()).toMatchObject({ totals: { costUsd: 0.007 }, prices: { overrides: 1, book: 0 } });
    writeFileSync(file, '{"openai/gpt-4o-mini": {"inputUsd": 1000}}');
    const next = new UsageLedgerExporter({ path });
    vi.unstubAllEnvs();
    next.record({ provider: 'openai', model: 'gpt-4o-mini', inputTokens: 1_000_000, outputTokens: 0 });
    await next.shutdown();
    expect(onDisk()).toMatchObject({ totals: { costUsd: 0.157 }, prices: { overrides: 1, book: 1 } });
    expect(warn.mock.calls.map((args) => args[1])).toContainEqual(
      expect.stringMatching(/^GENAI_LEDGER_PRICES_FILE: .*inputUsd.*left out$/),
    );
  });

  test('a reported cost is used only when it is preferred', async () => {
    for (const [reportedCost, costUsd] of [
      ['ignore', COST],
      ['prefer', 0.0002],
    ] as const) {
      const own = join(folder, `${reportedCost}.json`);
      const exporter = new UsageLedgerExporter({ path: own, reportedCost });
      exporter.record({ ...CALL, costUsd: 0.0002 });
      await exporter.shutdown();
      expect((await readLedger(own)).totals.costUsd).toBe(costUsd);
    }
  });

  test('of a response that a span told of is one call with it, in either order', async () => {
    const exporter = new UsageLedgerExporter({ path });
    const provider = providerOf(new GenAIUsageSpanProcessor(exporter));
    endCalls(provider, 1, { 'gen_ai.response.id': 'first' });
    exporter.record({ ...CALL, responseId: 'first' });
    exporter.record({ ...CALL, responseId: 'second', dimensions: { agent: 'refunds' } });
    endCalls(provider, 1, { 'gen_ai.response.id': 'second' });
    exporter.record({ ...CALL, responseId: 'third' });
    endCalls(provider, 1, { 'gen_ai.response.id': 'third', 'gen_ai.usage.input_tokens': 1011 });
    await provider.shutdown();
    expect(onDisk()).toMatchObject({
      totals: { calls: 4, costUsd: 4 * COST + 0.00000015 },
      audit: { repeatedResponses: 2 },
    });
    expect(onDisk().rows.map(({ dimensions, calls }) => [dimensions?.['agent'], calls])).toContainEqual([
      'refunds',
      1,
    ]);
  });

  test('takes anything without throwing', async () => {
    const exporter = new UsageLedgerExporter({ path });
    for (const value of [
      undefined,
      null,
      5,
      'x',
      [],
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('no');
          },
        },
      ),
    ]) {
      exporter.record(value as never);
    }
    exporter.record({ ...CALL, inputTokens: Number.NaN });
    await exporter.shutdown();
    const { totals, audit } = await readLedger(path);
    expect(totals.calls).toBe(1);
    expect(audit.rejectedValues).toBeGreaterThanOrEqual(6);
  });
});

describe('what is read back', () => {
  test('summary flushes first, then adds up; today is today', async () => {
    const exporter = new UsageLedgerExporter({ path });
    expect((await exporter.summary()).totals.calls).toBe(0);
    expect((await exporter.today()).costUsd).toBe(0);
    exporter.record(CALL);
    exporter.record({ ...CALL, model: 'gpt-4o', endTimeUnixMillis: Date.now() - 3 * 86_400_000 });
    const { groups, totals } = await exporter.summary({ by: ['model'], since: '7d' });
    expect(groups.map(({ key, calls }) => [key['model'], calls])).toEqual([
      ['gpt-4o', 1],
      ['gpt-4o-mini', 1],
    ]);
    expect(totals.calls).toBe(2);
    expect(await exporter.today()).toMatchObject({ calls: 1, costUsd: COST });
    await expect(exporter.summary({ since: 'whenever' })).rejects.toThrow(/since/);
    await exporter.shutdown();
  });

  test('forceFlush with nothing new touches nothing', async () => {
    const exporter = new UsageLedgerExporter({ path });
    await exporter.forceFlush();
    expect(existsSync(path)).toBe(false);
    exporter.record(CALL);
    await exporter.forceFlush();
    const { publishes, journalBytes, lastFlushMillis } = exporter.stats();
    expect(lastFlushMillis).toBeGreaterThan(0);
    for (let i = 0; i < 10; i++) await exporter.forceFlush();
    expect(exporter.stats()).toMatchObject({ publishes, journalBytes, lastFlushMillis });
    await exporter.shutdown();
  });
});

describe('exporters on one path', () => {
  test('share one journal, one queue and the repeats; each path spelling is the same', async () => {
    const first = new UsageLedgerExporter({ path });
    const second = new UsageLedgerExporter({ path: join(folder, 'x', '..', 'usage-ledger.json') });
    first.record({ ...CALL, responseId: 'r' });
    second.record({ ...CALL, responseId: 'r' });
    second.record(CALL);
    await second.forceFlush();
    expect(journals()).toHaveLength(1);
    expect(onDisk()).toMatchObject({ totals: { calls: 2 }, audit: { repeatedResponses: 1 } });
    expect(first.ledger).toBe(second.ledger);
    expect(first.stats()).toEqual(second.stats());
    await first.shutdown();
    await second.shutdown();
  });

  test('the first to shut down flushes, the last closes; each one’s own late records are late', async () => {
    const first = new UsageLedgerExporter({ path });
    const second = new UsageLedgerExporter({ path });
    first.record(CALL);
    await first.shutdown();
    expect(onDisk().totals.calls).toBe(1);
    first.record(CALL);
    second.record(CALL);
    await second.shutdown();
    second.record(CALL);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await readLedger(path)).toMatchObject({ totals: { calls: 2 }, audit: { lateSpans: 2 } });
    const third = new UsageLedgerExporter({ path });
    third.record(CALL);
    await third.shutdown();
    expect(onDisk()).toMatchObject({ totals: { calls: 3 }, audit: { lateSpans: 2 } });
  });

  test('that want different things are warned about', async () => {
    const first = new UsageLedgerExporter({ path });
    const second = new UsageLedgerExporter({ path, flushThreshold: 3, dimensions: ['user'] });
    expect(warn.mock.calls.map((args) => args[1])).toEqual([
      expect.stringContaining('flushThreshold, dimensions'),
    ]);
    await Promise.all([first.shutdown(), second.shutdown()]);
  });
});

describe('as a span exporter', () => {
  test('behind a BatchSpanProcessor', async () => {
    const exporter = new UsageLedgerExporter({ path });
    const provider = providerOf(new BatchSpanProcessor(exporter));
    endCalls(provider, 100);
    await provider.shutdown();
    expect(onDisk().totals).toMatchObject({ calls: 100, costUsd: 0.01335 });
  });

  test('behind a SimpleSpanProcessor', async () => {
    const exporter = new UsageLedgerExporter({ path });
    const provider = providerOf(new SimpleSpanProcessor(exporter));
    endCalls(provider, 7);
    await provider.forceFlush();
    expect(onDisk().totals.calls).toBe(7);
    await provider.shutdown();
  });

  test('calls back once the calls are in the journal', async () => {
    const exporter = new UsageLedgerExporter({ path });
    const finished = new InMemorySpanExporter();
    endCalls(providerOf(new SimpleSpanProcessor(finished)), 3);
    const results: LedgerExportResult[] = [];
    let journalled = 0;
    exporter.export(finished.getFinishedSpans(), (result) => {
      journalled = exporter.stats().journalBytes;
      results.push(result);
    });
    expect(results).toEqual([{ code: 0 }]);
    expect(journalled).toBeGreaterThan(0);
    await exporter.shutdown();
    exporter.export(finished.getFinishedSpans(), (result) => results.push(result));
    expect(results[1]).toMatchObject({ code: 1, error: expect.any(Error) });
    await new Promise((resolve) => setImmediate(resolve));
    expect(await readLedger(path)).toMatchObject({ totals: { calls: 3 }, audit: { lateSpans: 3 } });
  });

  test('a span that cannot be read does not fail the others', async () => {
    const exporter = new UsageLedgerExporter({ path });
    const finished = new InMemorySpanExporter();
    endCalls(providerOf(new SimpleSpanProcessor(finished)), 2);
    const results: LedgerExportResult[] = [];
    const spans = [{} as ReadableSpan, ...finished.getFinishedSpans()];
    exporter.export(spans, (result) => results.push(result));
    expect(results).toEqual([{ code: 0 }]);
    await exporter.shutdown();
    expect(onDisk()).toMatchObject({ totals: { calls: 2 }, audit: { rejectedValues: 1 } });
  });

  test('beside the processor on the same exporter, a span counts once', async () => {
    const exporter = new UsageLedgerExporter({ path });
    const provider = providerOf(new GenAIUsageSpanProcessor(exporter), new BatchSpanProcessor(exporter));
    endCalls(provider, 20);
    await provider.shutdown();
    expect(onDisk().totals.calls).toBe(20);
  });
});

describe('behind processors of our own', () => {
  test('a burst in one turn is one flush', async () => {
    const exporter = new UsageLedgerExporter({ path });
    const provider = providerOf(new GenAIUsageSpanProcessor(exporter));
    endCalls(provider, 1000);
    await provider.forceFlush();
    expect(exporter.stats()).toMatchObject({
      recorded: 1000,
      flushes: 1,
      recordsPerFlush: 1000,
      publishes: 1,
    });
    expect(onDisk().totals).toMatchObject({ calls: 1000, costUsd: 0.1335 });
    await provider.shutdown();
  });

  test('the last of several closes the exporter', async () => {
    const exporter = new UsageLedgerExporter({ path });
    const one = providerOf(new GenAIUsageSpanProcessor(exporter));
    const two = providerOf(new GenAIUsageSpanProcessor(exporter));
    endCalls(one, 1);
    await one.shutdown();
    expect(onDisk().totals.calls).toBe(1);
    endCalls(two, 1);
    await two.shutdown();
    expect(onDisk().totals.calls).toBe(2);
    exporter.record(CALL);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await readLedger(path)).toMatchObject({ totals: { calls: 2 }, audit: { lateSpans: 1 } });
  });

  test('shutdown is once only', async () => {
    const exporter = new UsageLedgerExporter({ path });
    const provider = providerOf(new GenAIUsageSpanProcessor(exporter));
    endCalls(provider, 1);
    const first = exporter.shutdown();
    expect(exporter.shutdown()).toBe(first);
    expect(exporter.forceFlush()).toBe(first);
    await first;
    await provider.shutdown();
    expect(onDisk().totals.calls).toBe(1);
  });
});

describe('trouble', () => {
  test('a file that is something else is never touched; nothing is thrown, the journal has the calls', async () => {
    writeFileSync(path, '{"name": "my settings"}');
    const exporter = new UsageLedgerExporter({ path });
    for (let i = 0; i < 20; i++) exporter.record(CALL);
    await expect(exporter.forceFlush()).rejects.toMatchObject({ name: 'LedgerError', code: 'ENOTLEDGER' });
    expect(readFileSync(path, 'utf8')).toBe('{"name": "my settings"}');
    expect(exporter.stats()).toMatchObject({
      recorded: 20,
      lastError: expect.objectContaining({ code: 'ENOTLEDGER' }),
    });
    await expect(exporter.shutdown()).resolves.toBeUndefined();
    rmSync(path);
    expect((await readLedger(path)).totals.calls).toBe(20);
    expect(warn.mock.calls.length).toBeLessThanOrEqual(2);
  });

  test('a path that cannot be: nothing is thrown at construction or record', async () => {
    writeFileSync(join(folder, 'file'), '');
    const exporter = new UsageLedgerExporter({ path: join(folder, 'file', 'usage-ledger.json') });
    exporter.record(CALL);
    await expect(exporter.forceFlush()).rejects.toMatchObject({ name: 'LedgerError' });
    expect(exporter.stats().pendingInMemory).toBeGreaterThan(0);
    await exporter.shutdown();
  });

  test.each([
    [{ path: '' }, RangeError],
    [{ flushThreshold: '10' as never }, TypeError],
    [{ timezone: 'Mars/Olympus' }, RangeError],
  ])('the bad option %j throws at construction', (options, kind) => {
    expect(() => new UsageLedgerExporter(options)).toThrow(kind);
  });
});

describe('budgets', () => {
  test('are told once, also after a restart', async () => {
    const told: BudgetCrossing[] = [];
    const budgets = [
      { maxDayUsd: 2 * COST, by: 'model', onCrossed: (crossing: BudgetCrossing) => told.push(crossing) },
    ];
    for (let start = 0; start < 4; start++) {
      const exporter = new UsageLedgerExporter({ path, budgets });
      exporter.record(CALL);
      await exporter.forceFlush();
      expect(told).toHaveLength(start < 2 ? 0 : 1);
      await exporter.shutdown();
    }
    expect(told).toMatchObject([{ period: 'day', group: { model: 'gpt-4o-mini' }, costUsd: 3 * COST }]);
  });
});
