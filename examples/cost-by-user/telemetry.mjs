// Cost by user: the LLM spans carry no user, the request span around them does.
import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { GenAIUsageSpanProcessor, UsageLedgerExporter } from 'otel-genai-ledger';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url); // for ES modules

const exporter = new UsageLedgerExporter({ dimensions: ['user', 'agent'] });
const provider = new NodeTracerProvider({
  spanProcessors: [new GenAIUsageSpanProcessor(exporter)],
});
provider.register();
registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()] });

process.once('beforeExit', () => void provider.shutdown());
