// Builds an exporter while no file can be opened, as in a process that starts under load; later files can be opened again.
import { closeSync, openSync } from 'node:fs';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { UsageLedgerExporter } from '../../../src/index.js';
import { loadPriceList } from '../../../src/price/price-list.js';

const { path, resolved } = JSON.parse(process.argv[2] ?? '{}') as { path: string; resolved: boolean };
const warnings: string[] = [];
const ignore = (): void => undefined;
const warn = (...told: unknown[]): void => void warnings.push(told.map(String).join(' '));
diag.setLogger(
  { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore },
  { logLevel: DiagLogLevel.WARN },
);

// Where the package lies is known already, or is to be found when nothing can be opened.
if (resolved) import.meta.resolve('@pydantic/genai-prices');
const descriptors: number[] = [];
try {
  for (;;) descriptors.push(openSync('/dev/null', 'r'));
} catch {
  // that was the last one
}

const failures: string[] = [];
await loadPriceList().catch((error: unknown) => failures.push(String(error)));
const exporter = new UsageLedgerExporter({ path });
exporter.record({
  provider: 'openai',
  model: 'gpt-4o-mini',
  operation: 'chat',
  inputTokens: 1_000_000,
  outputTokens: 0,
});
await exporter.forceFlush().catch((error: unknown) => failures.push(String(error)));
for (const descriptor of descriptors) closeSync(descriptor);
await exporter.forceFlush();
const { totals } = await exporter.summary();
await exporter.shutdown();
console.log(JSON.stringify({ failures, totals, warnings }));
