import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ROOT_CONTEXT, trace, type Attributes, type Span } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { CallTracker } from '../../src/span/call-tracker.js';
import { GenAIUsageSpanProcessor } from '../../src/span/genai-usage-span-processor.js';
import { resolveDimensions } from '../../src/span/resolve-dimensions.js';
import type { UsageSink } from '../../src/usage/usage-sink.js';
import { FakeSpan } from './support/fake-span.js';
import { agent, chat } from './support/lab.js';

/** Spans per scenario; CI takes a million. Half of them may fill the windows, the other half must add nothing. */
const SPANS = Number(process.env['LEDGER_MEMORY_SPANS'] ?? 48_000);
const FLAT_BYTES = 3_000_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** A ledger that books and forgets. */
function forgetful(): UsageSink {
  return {
    record: (call) => void (call.booking = {}),
    replace: () => {},
    count: () => {},
    forceFlush: async () => {},
    shutdown: async () => {},
    dimensions: resolveDimensions(['agent', 'user', { name: 'session', hash: true }]),
  };
}

/** Grows by how much from the first half of the work to the second. */
function growth(work: (i: number) => void): number {
  for (let i = 0; i < SPANS / 2; i++) work(i);
  const half = heapBytes();
  for (let i = SPANS / 2; i < SPANS; i++) work(i);
  return heapBytes() - half;
}

function tracerOf(sink: UsageSink, scope = 'app') {
  return new BasicTracerProvider({ spanProcessors: [new GenAIUsageSpanProcessor(sink)] }).getTracer(scope);
}

const CHAT = chat(10, 1) as Attributes;
const AGENT = agent(10, 1) as Attributes;

describe('memory stays flat', () => {
  it('over parents that never end, each with a call below', () => {
    const tracer = tracerOf(forgetful());
    const grown = growth((i) => {
      const parent = tracer.startSpan(
        'agent',
        { attributes: { ...AGENT, 'user.id': `u${i}` } },
        ROOT_CONTEXT,
      );
      const attributes = { ...CHAT, 'gen_ai.response.id': `r${i}` };
      tracer.startSpan('chat', { attributes }, trace.setSpan(ROOT_CONTEXT, parent)).end();
    });
    expect(grown).toBeLessThan(FLAT_BYTES);
  });

  it('over calls that never end (streams broken off) below a parent that does', () => {
    const tracer = tracerOf(forgetful());
    const grown = growth(() => {
      const parent = tracer.startSpan('agent', { attributes: AGENT }, ROOT_CONTEXT);
      tracer.startSpan('chat', { attributes: CHAT }, trace.setSpan(ROOT_CONTEXT, parent));
      parent.end();
    });
    expect(grown).toBeLessThan(FLAT_BYTES);
  });

  it('over one endless chain: every span the child of the last, none ever ends, the newest is held', () => {
    const tracer = tracerOf(forgetful());
    let newest: Span = tracer.startSpan('root', {}, ROOT_CONTEXT);
    const grown = growth((i) => {
      newest = tracer.startSpan(
        'next',
        { attributes: { 'user.id': `u${i}` } },
        trace.setSpan(ROOT_CONTEXT, newest),
      );
    });
    expect(newest.isRecording()).toBe(true);
    expect(grown).toBeLessThan(FLAT_BYTES);
  });

  it('over one endless chain in which each ends after its child has started', () => {
    const tracer = tracerOf(forgetful());
    let newest: Span = tracer.startSpan('root', {}, ROOT_CONTEXT);
    const grown = growth((i) => {
      const next = tracer.startSpan(
        'next',
        { attributes: { 'user.id': `u${i}`, ...CHAT } },
        trace.setSpan(ROOT_CONTEXT, newest),
      );
      newest.end();
      newest = next;
    });
    expect(grown).toBeLessThan(FLAT_BYTES);
  });

  it('over one span with all the calls below it', () => {
    const tracer = tracerOf(forgetful());
    const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
    const below = trace.setSpan(ROOT_CONTEXT, root);
    const grown = growth((i) => {
      tracer.startSpan('chat', { attributes: { ...CHAT, 'user.id': `u${i}` } }, below).end();
    });
    root.end();
    expect(grown).toBeLessThan(FLAT_BYTES);
  });

  it('over calls of clients and frameworks with ids of their own: twin and response windows are full at half time', () => {
    const sink = forgetful();
    const tracers = ['@opentelemetry/instrumentation-openai', '@traceloop/instrumentation-langchain'].map(
      (scope) => tracerOf(sink, scope),
    );
    const grown = growth((i) => {
      const attributes = { ...CHAT, 'gen_ai.usage.input_tokens': i, 'gen_ai.response.id': `r${i}` };
      tracers[i % 3 === 0 ? 1 : 0]?.startSpan('chat', { attributes }, ROOT_CONTEXT).end();
    });
    expect(grown).toBeLessThan(FLAT_BYTES);
  });

  it('over spans known by their ids only', () => {
    const tracker = CallTracker.of(forgetful());
    const grown = growth((i) => {
      const id = (n: number): string => n.toString(16).padStart(16, '0');
      const traceId = 'a'.repeat(32);
      tracker.onExport(
        new FakeSpan({ traceId, spanId: id(3 * i), parentSpanId: id(3 * i + 1), attributes: chat(1, 1) }),
      );
      tracker.onExport(new FakeSpan({ traceId, spanId: id(3 * i + 1), parentSpanId: id(3 * i + 2) }));
    });
    expect(grown).toBeLessThan(FLAT_BYTES);
  });

  it('holds no context once its span has ended, whichever of two processors saw that first', async () => {
    const sink = forgetful();
    const spanProcessors = [new GenAIUsageSpanProcessor(sink), new GenAIUsageSpanProcessor(sink)];
    const tracer = new BasicTracerProvider({ spanProcessors }).getTracer('app');
    const ended = ((): WeakRef<object> => {
      const parent = tracer.startSpan('parent', {}, ROOT_CONTEXT);
      const below = trace.setSpan(ROOT_CONTEXT, parent);
      for (let i = 0; i < 3; i++) tracer.startSpan('chat', { attributes: CHAT }, below).end();
      parent.end();
      return new WeakRef(below);
    })();
    // Whoever makes a weak reference holds the object until its turn is over.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(ended.deref()).toBeUndefined();
  });
});
