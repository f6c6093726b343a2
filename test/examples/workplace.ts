import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LlmServer } from '../../examples/demo/llm-server/llm-server.js';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';
import { OtlpCollector } from './otlp-collector.js';

/** What an example needs around it: a folder to run in, an LLM provider, an OTLP endpoint. */
export interface Workplace {
  readonly folder: string;
  readonly llm: LlmServer;
  readonly collector: OtlpCollector;
  /** Settings that lead clients and exporters to the two servers. */
  readonly env: Record<string, string>;
  /** The ledger as `usage-ledger.json` in the folder has it. */
  ledger(): Promise<LedgerDocument>;
  close(): Promise<void>;
}

export async function openWorkplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'genai-ledger-example-'));
  const llm = new LlmServer();
  const collector = new OtlpCollector();
  const llmUrl = await llm.start();
  return {
    folder,
    llm,
    collector,
    env: {
      OPENAI_API_KEY: 'test',
      OPENAI_BASE_URL: `${llmUrl}/v1`,
      ANTHROPIC_API_KEY: 'test',
      ANTHROPIC_BASE_URL: llmUrl,
      OTEL_EXPORTER_OTLP_ENDPOINT: await collector.start(),
      OTEL_SERVICE_NAME: 'example',
    },
    ledger: async () =>
      JSON.parse(await readFile(join(folder, 'usage-ledger.json'), 'utf8')) as LedgerDocument,
    close: async () => {
      await Promise.all([llm.stop(), collector.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
