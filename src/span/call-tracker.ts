import { diag, propagation, trace, type Context } from '@opentelemetry/api';
import type { UsageSink } from '../usage/usage-sink.js';
import { adopt, raise } from './ancestors.js';
import { CallBooker } from './call-booker.js';
import type { EndedSpan, SpanIds, StartedSpan } from './span-shape.js';
import { CAPTURED, ENDED, hangOn, linkTo, nodeOn, release, SpanNode } from './span-node.js';
import { TrackerState } from './tracker-state.js';

const log = diag.createComponentLogger({ namespace: 'otel-genai-ledger' });

const states = new WeakMap<object, TrackerState>();

/**
 * Follows spans from start to end and books each LLM call once (DESIGN §3). Processors and exporters of one ledger share
 * their bookkeeping: `CallTracker.of` keys it by `sink.ledger`. No method throws; a span it can't read is counted as one
 * rejected value.
 */
export class CallTracker {
  readonly #sink: UsageSink;
  readonly #state: TrackerState;
  readonly #key: symbol;
  readonly #booker: CallBooker;
  readonly #warned = new Set<string>();

  private constructor(sink: UsageSink, state: TrackerState) {
    this.#sink = sink;
    this.#state = state;
    this.#key = state.key;
    this.#booker = new CallBooker(sink, state, () =>
      this.#warnOnce('spans lost attributes; raise OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT'),
    );
  }

  /** The tracker of a sink; trackers of sinks with one `ledger` see each other's spans. */
  static of(sink: UsageSink): CallTracker {
    const ledger = sink.ledger ?? sink;
    let state = states.get(ledger);
    if (state === undefined) {
      state = new TrackerState();
      states.set(ledger, state);
    }
    return new CallTracker(sink, state);
  }

  /** Links the span to its local parent; nothing is read yet, attributes may come late. */
  onStart(span: StartedSpan, parentContext: Context): void {
    try {
      if (nodeOn(span, this.#key) !== undefined) return;
      const parent = this.#parentOf(span, parentContext);
      hangOn(
        span,
        this.#key,
        new SpanNode(parent, span.attributes, propagation.getBaggage(parentContext), 0),
      );
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Books what the span tells, if it tells of a call. */
  onEnd(span: EndedSpan): void {
    try {
      const node = nodeOn(span, this.#key);
      if (node === undefined) this.#endById(span);
      else if ((node.flags & ENDED) === 0) this.#endStarted(span, node);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The exporter-only way: no start was seen, ancestors are known by id. A span that a processor saw is left alone. */
  onExport(span: EndedSpan): void {
    try {
      if (nodeOn(span, this.#key) === undefined) this.#endById(span);
    } catch (error) {
      this.#failed(error);
    }
  }

  #parentOf(span: StartedSpan, parentContext: Context): SpanNode | undefined {
    const parentSpan: (object & Partial<StartedSpan>) | undefined = trace.getSpan(parentContext);
    const parent = parentSpan === undefined ? undefined : nodeOn(parentSpan, this.#key);
    if (parent === undefined) {
      if (parentSpan?.spanContext?.().isRemote === true) return undefined;
      const ids = parentIds(span);
      return ids === undefined ? undefined : this.#state.nodeById(ids.traceId, ids.spanId);
    }
    if ((parent.flags & (ENDED | CAPTURED)) === ENDED && parentSpan?.attributes !== undefined) {
      this.#booker.capture(parentSpan.attributes, parent);
    }
    return linkTo(parent);
  }

  #endStarted(span: EndedSpan, node: SpanNode): void {
    node.flags |= ENDED;
    const state = this.#state;
    if (state.knowsIds) {
      const { traceId, spanId } = span.spanContext();
      const byId = state.knownById(traceId, spanId);
      if (byId !== undefined) adopt(byId, node, this.#booker);
    }
    try {
      this.#booker.end(span, node);
    } finally {
      if (node.open > 0) this.#booker.capture(span.attributes, node);
      else node.attributes = undefined;
      release(node);
    }
  }

  #endById(span: EndedSpan): void {
    const state = this.#state;
    const { traceId, spanId } = span.spanContext();
    if (state.seen.has(traceId, spanId)) return;
    const node = state.nodeById(traceId, spanId);
    if ((node.flags & ENDED) !== 0) return;
    node.flags |= ENDED;
    const parent = parentIds(span);
    if (parent !== undefined && parent.spanId !== spanId) {
      node.attach(state.nodeById(traceId, parent.spanId));
      if (node.below !== undefined) raise(node.below, node, this.#booker);
    }
    this.#booker.end(span, node);
    this.#booker.capture(span.attributes, node);
  }

  #failed(error: unknown): void {
    this.#sink.count?.('rejectedValues', 1);
    this.#warnOnce('a span could not be read; see audit.rejectedValues', error);
  }

  #warnOnce(message: string, ...details: readonly unknown[]): void {
    if (this.#warned.has(message)) {
      log.debug(message, ...details);
    } else {
      this.#warned.add(message);
      log.warn(message, ...details);
    }
  }
}

/** The ids of a local parent; `undefined` for a root and below a parent in another process. */
function parentIds(span: StartedSpan | EndedSpan): SpanIds | undefined {
  const parent = span.parentSpanContext;
  if (parent !== undefined) return parent.isRemote === true ? undefined : parent;
  const spanId = span.parentSpanId;
  return spanId === undefined || spanId === '' ? undefined : { traceId: span.spanContext().traceId, spanId };
}
