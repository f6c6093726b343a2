import { ROOT_CONTEXT, trace, type Context, type Span } from '@opentelemetry/api';
import type {
  EndedSpan,
  SpanAttributes,
  SpanIds,
  SpanResource,
  SpanScope,
  SpanTime,
} from '../../../src/span/span-shape.js';

export interface FakeSpanInit {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly name?: string;
  readonly kind?: number;
  readonly scope?: SpanScope;
  readonly startTime?: SpanTime;
  readonly endTime?: SpanTime;
  readonly attributes?: SpanAttributes;
  readonly status?: number;
  readonly resource?: SpanResource;
  readonly droppedAttributesCount?: number;
  /** Attributes are only there from the moment the span ends, as many libraries do it. */
  readonly late?: boolean;
}

/** A span as the SDK's, for replaying: attributes may come late, and nothing else of it can be changed. */
export class FakeSpan implements EndedSpan {
  readonly name: string;
  readonly kind: number;
  readonly startTime: SpanTime;
  readonly endTime: SpanTime;
  readonly status: { code: number };
  readonly attributes: Record<string, unknown>;
  readonly resource: SpanResource;
  readonly instrumentationScope: SpanScope;
  readonly droppedAttributesCount: number;
  readonly parentSpanContext: SpanIds | undefined;
  readonly #ids: SpanIds;
  readonly #final: SpanAttributes;

  constructor(init: FakeSpanInit) {
    this.#ids = { traceId: init.traceId, spanId: init.spanId };
    this.name = init.name ?? 'span';
    this.kind = init.kind ?? 0;
    this.startTime = init.startTime ?? [1_795_321_618, 0];
    this.endTime = init.endTime ?? [1_795_321_619, 0];
    this.status = { code: init.status ?? 0 };
    this.#final = init.attributes ?? {};
    this.attributes = init.late === true ? {} : { ...this.#final };
    this.resource = init.resource ?? { attributes: { 'service.name': 'spans-lab' } };
    this.instrumentationScope = init.scope ?? { name: 'test' };
    this.droppedAttributesCount = init.droppedAttributesCount ?? 0;
    this.parentSpanContext =
      init.parentSpanId === undefined ? undefined : { traceId: init.traceId, spanId: init.parentSpanId };
  }

  spanContext(): SpanIds {
    return this.#ids;
  }

  /** Fills in late attributes; to be called right before `onEnd`. */
  finish(): this {
    Object.assign(this.attributes, this.#final);
    return this;
  }
}

/** The context in which a child of `parent` starts. */
export function contextOf(parent: EndedSpan | undefined, base: Context = ROOT_CONTEXT): Context {
  return parent === undefined ? base : trace.setSpan(base, parent as unknown as Span);
}
