// Everything the ledger does to files, with the file-system instrumentation on. Prints the names of the spans the
// instrumentation made, for a file of the application's own and for the ledger.
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';
import { trace } from '@opentelemetry/api';
import { FsInstrumentation } from '@opentelemetry/instrumentation-fs';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const spans = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
provider.register();
new FsInstrumentation().enable();
const fs = createRequire(import.meta.url)('fs');
syncBuiltinESMExports(); // ES modules see the patched functions too

const { UsageLedgerExporter, readLedger } = await import('otel-genai-ledger');
const path = process.env.GENAI_LEDGER_PATH;
const call = { provider: 'openai', model: 'gpt-4o-mini', inputTokens: 10, outputTokens: 2 };

const names = (work) => {
  spans.reset();
  return work().then(() => spans.getFinishedSpans().map((span) => span.name));
};

const own = await names(async () => fs.writeFileSync(join(dirname(path), 'own.txt'), 'x'));
const ours = await names(() =>
  trace.getTracer('app').startActiveSpan('request', async (span) => {
    const exporter = new UsageLedgerExporter({ path, flushThreshold: 1, flushIntervalMillis: 5 });
    for (let turn = 0; turn < 20; turn += 1) {
      exporter.record(call);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await exporter.forceFlush();
    await exporter.summary({ by: ['model'] });
    await exporter.today();
    await exporter.shutdown();
    await readLedger(path);
    // Each of these leaves a journal part; past 64 they are folded into a base.
    for (let writer = 0; writer < 70; writer += 1) {
      const next = new UsageLedgerExporter({ path });
      next.record(call);
      await next.shutdown();
    }
    span.end();
  }),
);
const folded = fs.readdirSync(`${path}.d`).some((name) => name.startsWith('base-'));
console.log(JSON.stringify({ own, ours, folded, calls: (await readLedger(path)).totals.calls }));
