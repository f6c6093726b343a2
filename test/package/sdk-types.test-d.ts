// Compiled by `npm run types` against the SDK installed here; the matrix compiles the same against the others.
import {
  InMemorySpanExporter,
  type Sampler,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { AlwaysOffSampler, BatchSpanProcessor, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { GenAIUsageSpanProcessor, UsageLedgerExporter, UsageRecordingSampler } from '../../src/index.js';
import type { UsageSink } from '../../src/usage/usage-sink.js';

const exporter = new UsageLedgerExporter();

export const asExporter: SpanExporter = exporter;
export const asProcessor: SpanProcessor = new GenAIUsageSpanProcessor(exporter);
export const asSampler: Sampler = new UsageRecordingSampler(new AlwaysOffSampler());
export const lossy: Sampler = new UsageRecordingSampler(new AlwaysOffSampler(), { only: 'genai' });
export const provider: NodeTracerProvider = new NodeTracerProvider({
  sampler: asSampler,
  spanProcessors: [asProcessor, new BatchSpanProcessor(exporter), new SimpleSpanProcessor(exporter)],
});

// @ts-expect-error an exporter is no processor
export const wrongProcessor: SpanProcessor = exporter;
// @ts-expect-error a processor takes what can book calls, not any exporter
export const wrongSink: GenAIUsageSpanProcessor = new GenAIUsageSpanProcessor(new InMemorySpanExporter());
// @ts-expect-error tokens are numbers
exporter.record({ provider: 'openai', inputTokens: '10' });

export const takesASink = (sink: UsageSink): GenAIUsageSpanProcessor => new GenAIUsageSpanProcessor(sink);
