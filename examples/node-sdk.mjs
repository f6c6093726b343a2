// The NodeSDK. Naming span processors switches off the trace exporter that OTEL_… variables configure, so it is named
// too: the OTLP exporter reads its endpoint and headers from the environment by itself.
import { register } from 'node:module';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { GenAIUsageSpanProcessor, UsageLedgerExporter } from 'otel-genai-ledger';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url); // for ES modules

const sdk = new NodeSDK({
  spanProcessors: [
    new BatchSpanProcessor(new OTLPTraceExporter()),
    new GenAIUsageSpanProcessor(new UsageLedgerExporter()),
  ],
  instrumentations: [new OpenAIInstrumentation()],
});
sdk.start();

// A collector that is away must not fail the application.
process.once('beforeExit', () => void sdk.shutdown().catch(console.error));
