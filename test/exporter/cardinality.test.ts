import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { GenAIUsageSpanProcessor, readLedger, UsageLedgerExporter } from '../../src/index.js';
import { computeReport } from '../../src/report/compute-report.js';
import { honestyLines } from '../../src/report/honesty-lines.js';
import { mergeLedgers } from '../../src/report/merge-ledgers.js';

/** Distinct users, one call each. At full size (LEDGER_USERS=1000000) it takes a minute. */
const USERS = Number(process.env['LEDGER_USERS'] ?? 20_000);
const TIMEOUT_MILLIS = Number(process.env['LEDGER_TEST_TIMEOUT_MILLIS'] ?? 60_000);
/** DESIGN §10. */
const MAX_GROWTH_BYTES = 20 * 1024 * 1024;
const LIMIT = 2000;
const ENDED = new Date(Date.now() - 1000);

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

test(
  `${USERS.toLocaleString('en')} users stay within cap and memory, and nothing is lost in (other)`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'genai-ledger-users-'));
    try {
      const path = join(folder, 'usage-ledger.json');
      const exporter = new UsageLedgerExporter({ path, dimensions: ['user'] });
      const provider = new BasicTracerProvider({ spanProcessors: [new GenAIUsageSpanProcessor(exporter)] });
      const tracer = provider.getTracer('app');
      let before = 0;
      for (let user = 0; user < USERS; user++) {
        const attributes = {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'gpt-4o-mini',
          'gen_ai.usage.input_tokens': 1000,
          'gen_ai.usage.output_tokens': 100,
          'user.id': `user-${user}`,
        };
        tracer.startSpan('chat', { attributes }).end(ENDED);
        if (user % 500 === 499) await new Promise((resolve) => setImmediate(resolve));
        if (user === 2 * LIMIT) {
          await exporter.forceFlush();
          before = heapBytes();
        }
      }
      await exporter.forceFlush();
      const growth = heapBytes() - before;
      await provider.shutdown();
      const document = await readLedger(path);
      expect(document.rows.length).toBeLessThanOrEqual(2 * LIMIT + 1);
      expect(document.rows.length).toBeGreaterThan(LIMIT);
      // $0.15 and $0.60 per million tokens: 210,000 nano-USD a call.
      const each = { inputTokens: 1000, outputTokens: 100, costNanoUsd: 210_000 };
      const totals = (calls: number) => ({
        calls,
        unpricedCalls: 0,
        inputTokens: calls * each.inputTokens,
        outputTokens: calls * each.outputTokens,
        costUsd: (calls * each.costNanoUsd) / 1e9,
      });
      expect(document.totals).toMatchObject(totals(USERS));
      const hidden = USERS - LIMIT;
      expect(document.audit.overflowCalls).toBe(hidden);
      const report = computeReport(mergeLedgers([{ path, document }]), {
        now: Date.now(),
        by: ['user'],
        top: 3,
      });
      expect(report.completeness.overflow).toMatchObject(totals(hidden));
      expect(honestyLines(report)).toContainEqual(
        expect.stringMatching(
          `^In \\(other\\), past the cardinality limit: ${hidden.toLocaleString('en')} calls, ${(hidden * 1100).toLocaleString('en')} tokens, `,
        ),
      );
      expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
      if (process.env['LEDGER_USERS'] !== undefined) {
        console.info(`heap growth ${Math.round(growth / 1024)} KiB, ${document.rows.length} rows`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  TIMEOUT_MILLIS,
);
