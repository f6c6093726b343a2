// Tracing set up by hand: traces go to the OTLP endpoint as before, usage goes to the ledger.
import { register } from 'node:module';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { GenAIUsageSpanProcessor, UsageLedgerExporter } from 'otel-genai-ledger';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url); // for ES modules

const provider = new NodeTracerProvider({
  spanProcessors: [
    new BatchSpanProcessor(new OTLPTraceExporter()),
    new GenAIUsageSpanProcessor(new UsageLedgerExporter()), // ./usage-ledger.json, or GENAI_LEDGER_PATH
  ],
});
provider.register();
registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()] });

// A collector that is away must not fail the application.
process.once('beforeExit', () => void provider.shutdown().catch(console.error));
