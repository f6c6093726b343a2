// The ledger as a plain span exporter, for set-ups that take exporters only. The processor is the better way in: it
// sees unsampled spans, ancestors, and bursts that a BatchSpanProcessor drops.
import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { UsageLedgerExporter } from 'otel-genai-ledger';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url); // for ES modules

const provider = new NodeTracerProvider({
  spanProcessors: [new BatchSpanProcessor(new UsageLedgerExporter())],
});
provider.register();
registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()] });

process.once('beforeExit', () => void provider.shutdown());
