/** Attributes as any SDK keeps them; values are looked at, never trusted. */
export type SpanAttributes = Readonly<Record<string, unknown>>;

/** Seconds and nanoseconds since the Unix epoch. */
export type SpanTime = readonly [number, number];

/** Name and version of the instrumentation that made a span. */
export interface SpanScope {
  readonly name: string;
  readonly version?: string | undefined;
}

/** The ids of a span; `isRemote` marks a context that came over the wire. */
export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
  readonly isRemote?: boolean | undefined;
}

/** What both the 1.x (`parentSpanId`) and the 2.x and 3.x SDKs (`parentSpanContext`) tell about a span's parent. */
interface SpanParent {
  readonly parentSpanContext?: SpanIds | undefined;
  readonly parentSpanId?: string | undefined;
}

/** A span as `SpanProcessor.onStart` gets it, in SDK 1.30, 2.x and 3.x alike. */
export interface StartedSpan extends SpanParent {
  spanContext(): SpanIds;
  readonly attributes: SpanAttributes;
}

/** A resource, read at booking time: its async attributes may settle late. */
export interface SpanResource {
  readonly attributes: SpanAttributes;
  readonly asyncAttributesPending?: boolean | undefined;
  getRawAttributes?(): readonly (readonly [string, unknown])[];
  waitForAsyncAttributes?(): Promise<void>;
}

/**
 * A span as `SpanProcessor.onEnd` and `SpanExporter.export` get it. Structural, so that SDK 1.30, 2.x and 3.x fit
 * without importing any of them: 1.x has `instrumentationLibrary`, later ones `instrumentationScope`.
 */
export interface EndedSpan extends SpanParent {
  readonly name: string;
  readonly kind: number;
  spanContext(): SpanIds;
  readonly startTime: SpanTime;
  readonly endTime: SpanTime;
  readonly status: { readonly code: number };
  readonly attributes: SpanAttributes;
  readonly resource: SpanResource;
  readonly instrumentationScope?: SpanScope | undefined;
  readonly instrumentationLibrary?: SpanScope | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

/** `SpanKind.CLIENT` of the API. */
export const KIND_CLIENT = 2;

/** `SpanStatusCode.ERROR` of the API. */
export const STATUS_ERROR = 2;
