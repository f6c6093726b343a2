// What an application puts in front of its own code: node --import ./telemetry.mjs app.mjs
import { register } from 'node:module';
import * as anthropic from '@anthropic-ai/sdk';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { AnthropicInstrumentation } from '@traceloop/instrumentation-anthropic';
import { GenAIUsageSpanProcessor, UsageLedgerExporter } from 'otel-genai-ledger';

// ES modules are instrumented through this hook; CommonJS needs none.
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

const traces = new InMemorySpanExporter(); // stands for the OTLP exporter of a real setup
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'city-guide' }),
  spanProcessors: [
    new BatchSpanProcessor(traces),
    new GenAIUsageSpanProcessor(new UsageLedgerExporter({ path: process.env.GENAI_LEDGER_PATH })),
  ],
});
provider.register();

const anthropicInstrumentation = new AnthropicInstrumentation();
registerInstrumentations({ instrumentations: [new OpenAIInstrumentation(), anthropicInstrumentation] });
anthropicInstrumentation.manuallyInstrument(anthropic);

process.once('beforeExit', () => void provider.shutdown());
