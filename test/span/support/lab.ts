import { ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import { GenAIUsageSpanProcessor } from '../../../src/span/genai-usage-span-processor.js';
import type { SpanResource, SpanScope } from '../../../src/span/span-shape.js';
import type { DimensionSource } from '../../../src/usage/usage-sink.js';
import { contextOf, FakeSpan } from './fake-span.js';
import { SummingSink } from './summing-sink.js';

export interface SpanInit {
  readonly parent?: FakeSpan | undefined;
  readonly scope?: string;
  readonly version?: string;
  readonly kind?: number;
  readonly name?: string;
  readonly traceId?: string;
  readonly status?: number;
  readonly late?: boolean;
  /** Milliseconds since the lab opened; default: one later than the last. */
  readonly startMillis?: number;
  readonly endMillis?: number;
  readonly base?: Context;
  readonly resource?: SpanResource;
  readonly droppedAttributesCount?: number;
  /** Not given to the processor: a sampler dropped it. It still is the parent of others. */
  readonly unrecorded?: boolean;
}

const EPOCH_SECONDS = 1_795_321_618;

/** Starts and ends hand-made spans on one processor, as a tracer would. */
export class Lab {
  readonly sink: SummingSink;
  readonly processor: GenAIUsageSpanProcessor;
  #spans = 0;
  #millis = 0;

  constructor(dimensions: readonly DimensionSource[] = [], sink = new SummingSink(dimensions)) {
    this.sink = sink;
    this.processor = new GenAIUsageSpanProcessor(sink);
  }

  start(attributes: Record<string, unknown>, init: SpanInit = {}): FakeSpan {
    const serial = ++this.#spans;
    const startMillis = init.startMillis ?? ++this.#millis;
    const scope: SpanScope = { name: init.scope ?? 'app', version: init.version };
    const span = new FakeSpan({
      traceId: init.traceId ?? init.parent?.spanContext().traceId ?? serial.toString(16).padStart(32, 'a'),
      spanId: serial.toString(16).padStart(16, '0'),
      parentSpanId: init.parent?.spanContext().spanId,
      name: init.name ?? 'span',
      kind: init.kind ?? 0,
      scope,
      startTime: time(startMillis),
      endTime: time(init.endMillis ?? startMillis + 1000),
      attributes,
      ...(init.status === undefined ? {} : { status: init.status }),
      ...(init.resource === undefined ? {} : { resource: init.resource }),
      ...(init.droppedAttributesCount === undefined
        ? {}
        : { droppedAttributesCount: init.droppedAttributesCount }),
      ...(init.late === undefined ? {} : { late: init.late }),
    });
    if (init.unrecorded === true) this.#unrecorded.add(span);
    else this.processor.onStart(span, this.#contextOf(init));
    return span;
  }

  end(...spans: readonly FakeSpan[]): void {
    for (const span of spans) {
      span.finish();
      if (!this.#unrecorded.has(span)) this.processor.onEnd(span);
    }
  }

  /** Starts and ends one span. */
  span(attributes: Record<string, unknown>, init: SpanInit = {}): FakeSpan {
    const span = this.start(attributes, init);
    this.end(span);
    return span;
  }

  readonly #unrecorded = new Set<FakeSpan>();
  readonly #contexts = new Map<FakeSpan, Context>();

  /** As in an application, all spans started below one that is active are started in one context. */
  #contextOf({ parent, base }: SpanInit): Context {
    if (parent === undefined || base !== undefined) return this.#newContext(parent, base ?? ROOT_CONTEXT);
    const context = this.#contexts.get(parent) ?? this.#newContext(parent, ROOT_CONTEXT);
    this.#contexts.set(parent, context);
    return context;
  }

  #newContext(parent: FakeSpan | undefined, base: Context): Context {
    if (parent === undefined || !this.#unrecorded.has(parent)) return contextOf(parent, base);
    const { traceId, spanId } = parent.spanContext();
    return trace.setSpan(base, trace.wrapSpanContext({ traceId, spanId, traceFlags: 0 }));
  }
}

function time(millis: number): [number, number] {
  return [EPOCH_SECONDS + Math.floor(millis / 1000), (millis % 1000) * 1_000_000];
}

/** Attributes of a call by the current conventions. */
export function chat(
  input: number,
  output: number,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.usage.input_tokens': input,
    'gen_ai.usage.output_tokens': output,
    ...more,
  };
}

/** Attributes of an agent span that claims so many tokens. */
export function agent(
  input: number,
  output: number,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return { ...chat(input, output), 'gen_ai.operation.name': 'invoke_agent', ...more };
}
