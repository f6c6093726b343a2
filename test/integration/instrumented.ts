import * as anthropicModule from '@anthropic-ai/sdk';
import * as callbackManagerModule from '@langchain/core/callbacks/manager';
import { context, metrics, propagation, ProxyTracerProvider, trace } from '@opentelemetry/api';
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { Resource } from '@opentelemetry/resources';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { AnthropicInstrumentation } from '@traceloop/instrumentation-anthropic';
import { LangChainInstrumentation } from '@traceloop/instrumentation-langchain';
import * as openaiModule from 'openai';

/** The instrumentations a test switches on; the others make no spans. */
export type Library = 'openai' | 'anthropic' | 'langchain';

// Each patches its library once for the whole file; which provider gets the spans changes from test to test.
const openai = new OpenAIInstrumentation();
openai.setMeterProvider(metrics.getMeterProvider()); // it breaks streams and errors without one
const [openaiDefinition] = openai.getModuleDefinitions();
openaiDefinition?.patch?.(openaiModule, '6.0.0');
const anthropic = new AnthropicInstrumentation();
// Its types are those of the CommonJS build.
anthropic.manuallyInstrument(
  anthropicModule as unknown as Parameters<typeof anthropic.manuallyInstrument>[0],
);
const langchain = new LangChainInstrumentation();
langchain.manuallyInstrument({ callbackManagerModule });

const instrumentations = { openai, anthropic, langchain };
const silent = new ProxyTracerProvider();

/**
 * Runs `work` with a global tracer provider that has `spanProcessors` and with the named instrumentations on, then
 * shuts the provider down and takes all of it away again.
 */
export async function instrumented(
  libraries: readonly Library[],
  spanProcessors: SpanProcessor[],
  work: () => Promise<void>,
  resource?: Resource,
): Promise<void> {
  const provider = new NodeTracerProvider({
    spanProcessors,
    ...(resource === undefined ? {} : { resource }),
  });
  provider.register();
  for (const [name, instrumentation] of Object.entries(instrumentations)) {
    instrumentation.setTracerProvider(libraries.includes(name as Library) ? provider : silent);
  }
  try {
    await work();
  } finally {
    await provider.shutdown();
    for (const instrumentation of Object.values(instrumentations)) instrumentation.setTracerProvider(silent);
    trace.disable();
    context.disable();
    propagation.disable();
  }
}
