import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { Resource } from '@opentelemetry/resources';
import { expect } from 'vitest';
import { LlmServer } from '../../examples/demo/llm-server/llm-server.js';
import { GenAIUsageSpanProcessor, readLedger, UsageLedgerExporter } from '../../src/index.js';
import { auditBalance } from '../../src/ledger/audit-balance.js';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';
import { instrumented, type Library } from './instrumented.js';

/** How spans get to the ledger. */
export const WAYS = [
  'processor',
  'exporter behind BatchSpanProcessor',
  'exporter behind SimpleSpanProcessor',
] as const;
export type Way = (typeof WAYS)[number];

/** What a live run left: the ledger file, the server it called, and the spans an ordinary trace exporter got. */
export interface LiveRun {
  readonly ledger: LedgerDocument;
  readonly server: LlmServer;
  readonly traces: InMemorySpanExporter;
}

/**
 * Runs `work` with real libraries against a fresh loopback server, with the ledger attached in the given way beside a
 * `BatchSpanProcessor`, and reads the ledger file after shutdown.
 */
export async function live(
  setup: {
    way: Way;
    libraries: readonly Library[];
    dimensions?: string[];
    /** More processors, registered before the ledger. */
    beside?: readonly SpanProcessor[];
    resource?: Resource;
  },
  work: (baseUrl: string) => Promise<void>,
): Promise<LiveRun> {
  const folder = await mkdtemp(join(tmpdir(), 'genai-ledger-live-'));
  const server = new LlmServer();
  try {
    const path = join(folder, 'usage-ledger.json');
    const exporter = new UsageLedgerExporter({ path, dimensions: setup.dimensions ?? ['agent'] });
    const traces = new KeptSpans();
    const baseUrl = await server.start();
    const processors = [...(setup.beside ?? []), new BatchSpanProcessor(traces), attach(setup.way, exporter)];
    await instrumented(setup.libraries, processors, () => work(baseUrl), setup.resource);
    const ledger = await readLedger(path);
    expect(auditBalance(ledger), 'spans seen that nothing accounts for').toBe(0);
    return { ledger, server, traces };
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function attach(way: Way, exporter: UsageLedgerExporter): SpanProcessor {
  switch (way) {
    case 'processor':
      return new GenAIUsageSpanProcessor(exporter);
    case 'exporter behind BatchSpanProcessor':
      return new BatchSpanProcessor(exporter);
    case 'exporter behind SimpleSpanProcessor':
      return new SimpleSpanProcessor(exporter);
  }
}

/** The SDK's in-memory exporter forgets its spans at shutdown. */
class KeptSpans extends InMemorySpanExporter {
  override shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
