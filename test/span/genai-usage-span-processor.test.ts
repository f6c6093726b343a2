import { ROOT_CONTEXT, SpanKind, trace, type Attributes } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { CallTracker } from '../../src/span/call-tracker.js';
import { GenAIUsageSpanProcessor } from '../../src/span/genai-usage-span-processor.js';
import type { UsageSink } from '../../src/usage/usage-sink.js';
import { chat } from './support/lab.js';
import { SummingSink } from './support/summing-sink.js';

const CHAT = chat(10, 1) as Attributes;

class ClosingSink extends SummingSink {
  readonly asked: string[] = [];

  override async forceFlush(): Promise<void> {
    this.asked.push('forceFlush');
  }

  override async shutdown(): Promise<void> {
    this.asked.push('shutdown');
  }
}

describe('GenAIUsageSpanProcessor in the real SDK', () => {
  it('counts calls, leaves spans as they are, and hands flush and shutdown on, once', async () => {
    const sink = new ClosingSink();
    const exporter = new InMemorySpanExporter();
    const processor = new GenAIUsageSpanProcessor(sink);
    const provider = new BasicTracerProvider({
      spanProcessors: [processor, new SimpleSpanProcessor(exporter)],
    });
    const tracer = provider.getTracer('@opentelemetry/instrumentation-openai', '0.20.0');
    const parent = tracer.startSpan('GET /', { kind: SpanKind.SERVER });
    tracer.startSpan('chat', { attributes: CHAT }, trace.setSpan(ROOT_CONTEXT, parent)).end();
    parent.end();
    expect(sink.totals()).toMatchObject({ calls: 1, inputTokens: 10, outputTokens: 1 });
    const [call] = exporter.getFinishedSpans();
    expect(Object.keys(call ?? {})).not.toContain('otel-genai-ledger');
    expect(JSON.stringify(Object.keys(call?.attributes ?? {}))).not.toContain('ledger');
    expect(call?.attributes).toEqual(CHAT);
    await provider.forceFlush();
    await provider.shutdown();
    await processor.shutdown();
    expect(sink.asked).toEqual(['forceFlush', 'shutdown']);
  });

  it('behind BatchSpanProcessor as well, the same spans add nothing', async () => {
    const sink = new SummingSink();
    const tracker = CallTracker.of(sink);
    const exporter = {
      export: (
        spans: Parameters<BatchSpanProcessor['onEnd']>[0][],
        done: (result: { code: number }) => void,
      ) => {
        for (const span of spans) tracker.onExport(span);
        done({ code: 0 });
      },
      shutdown: async () => {},
    };
    const provider = new BasicTracerProvider({
      spanProcessors: [new BatchSpanProcessor(exporter), new GenAIUsageSpanProcessor(sink)],
    });
    const tracer = provider.getTracer('t');
    for (let i = 0; i < 50; i++) tracer.startSpan('chat', { attributes: CHAT }).end();
    await provider.forceFlush();
    expect(sink.totals()).toMatchObject({ calls: 50, inputTokens: 500 });
  });

  it.each([undefined, null, {}, { record: () => {} }, 5])('refuses %s as a sink', (sink) => {
    expect(() => new GenAIUsageSpanProcessor(sink as unknown as UsageSink)).toThrow(TypeError);
  });

  it('takes a sink that counts no audit and has no dimensions', () => {
    const booked: unknown[] = [];
    const sink: UsageSink = {
      record: (call) => booked.push(call),
      replace: () => {},
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const provider = new BasicTracerProvider({ spanProcessors: [new GenAIUsageSpanProcessor(sink)] });
    provider.getTracer('t').startSpan('chat', { attributes: CHAT }).end();
    expect(booked).toHaveLength(1);
  });
});
