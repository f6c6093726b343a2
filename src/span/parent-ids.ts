import type { EndedSpan, SpanIds, StartedSpan } from './span-shape.js';

/** What may be in a context as the parent span: of any SDK, or not recording. */
export type MaybeStarted = object & Partial<StartedSpan> & { isRecording?(): boolean };

/** The ids of a local parent; `undefined` for a root and below a parent in another process. */
export function parentIds(span: StartedSpan | EndedSpan): SpanIds | undefined {
  const parent = span.parentSpanContext;
  if (parent !== undefined) return parent.isRemote === true ? undefined : parent;
  const spanId = span.parentSpanId;
  return spanId === undefined || spanId === '' ? undefined : { traceId: span.spanContext().traceId, spanId };
}
