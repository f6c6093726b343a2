import type { Context } from '@opentelemetry/api';
import { systemClock } from '../config/clock.js';
import type { Call } from '../usage/call.js';
import type { UsageSink } from '../usage/usage-sink.js';
import { adopt, raise } from './ancestors.js';
import { bookRecord } from './book-record.js';
import { CallBooker } from './call-booker.js';
import type { Role } from './dialects/dialect.js';
import { dialectOf, scopeName } from './recognize.js';
import { ParentFinder } from './parent-finder.js';
import { ProblemLog } from './problem-log.js';
import { parentIds } from './parent-ids.js';
import type { EndedSpan, StartedSpan } from './span-shape.js';
import { ENDED, hangNote, hangParentNote, noteOn, PARENT, parentNoteOn, SpanNode } from './span-node.js';
import { TrackerState } from './tracker-state.js';

const INCOMPLETE = 'spans lost attributes, maybe usage; raise OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT';

const states = new WeakMap<object, TrackerState>();

/**
 * Follows spans from start to end and books each LLM call once (DESIGN §3). Processors and exporters of one ledger share
 * their bookkeeping: `CallTracker.of` keys it by `sink.ledger`. No method throws; a span it can't read is counted as one
 * rejected value.
 */
export class CallTracker {
  readonly #sink: UsageSink;
  readonly #state: TrackerState;
  readonly #noteKey: symbol;
  readonly #parentKey: symbol;
  readonly #booker: CallBooker;
  readonly #parents: ParentFinder;
  readonly #problems: ProblemLog = new ProblemLog();

  private constructor(sink: UsageSink, state: TrackerState) {
    this.#sink = sink;
    this.#state = state;
    this.#noteKey = state.noteKey;
    this.#parentKey = state.parentKey;
    this.#booker = new CallBooker(sink, state, () => this.#problems.warn(INCOMPLETE));
    this.#parents = new ParentFinder(state, (attributes, node) => this.#booker.capture(attributes, node));
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

  /** True for a span that tells of an LLM call; never throws. */
  static isCall(span: EndedSpan): boolean {
    try {
      return dialectOf(scopeName(span), span.attributes).role(span.attributes, span.kind) === 'call';
    } catch {
      return false;
    }
  }

  /** Links the span to its local parent; nothing is read yet, attributes may come late. */
  onStart(span: StartedSpan, parentContext: Context): void {
    try {
      const parent = this.#parents.parentOf(span, parentContext);
      hangParentNote(span, this.#parentKey, parent ?? null);
      const { baggage } = this.#parents;
      if (baggage !== undefined && noteOn(span, this.#noteKey) === undefined)
        hangNote(span, this.#noteKey, new SpanNode(parent, span.attributes, baggage, 0));
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Books what the span tells, if it tells of a call. */
  onEnd(span: EndedSpan): void {
    try {
      const parent = parentNoteOn(span, this.#parentKey);
      if (parent === undefined) {
        this.#endById(span);
        return;
      }
      const role = this.#booker.roleOf(span);
      const node = noteOn(span, this.#noteKey);
      if (role !== 'none' || node !== undefined || this.#state.knowsIds) {
        this.#endStarted(span, role, parent ?? undefined, node);
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The exporter-only way: no start was seen, ancestors are known by id. A span that a processor saw is left alone. */
  onExport(span: EndedSpan): void {
    try {
      if (parentNoteOn(span, this.#parentKey) === undefined) this.#endById(span);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** A call that `record()` tells of with its response id: one call with the spans that tell of the same response. */
  onRecord(call: Call, responseId: string): void {
    bookRecord(call, responseId, this.#sink, this.#state.recent, systemClock);
  }

  #endStarted(span: EndedSpan, role: Role, parent: SpanNode | undefined, known: SpanNode | undefined): void {
    let node = known;
    if (node === undefined && role !== 'none') {
      node = new SpanNode(parent, span.attributes, undefined, 0);
      hangNote(span, this.#noteKey, node);
    }
    if (this.#state.knowsIds) node = this.#adoptById(span, parent, node);
    if (node === undefined) return;
    this.#parents.ended(node);
    if ((node.flags & ENDED) !== 0) return;
    node.flags |= ENDED;
    try {
      if (role !== 'none') this.#booker.end(span, node, role);
    } finally {
      if ((node.flags & PARENT) !== 0) this.#booker.capture(span.attributes, node);
      else node.attributes = undefined;
    }
  }

  /** Calls may have known this span by its id only: what they told of it is told on. */
  #adoptById(
    span: EndedSpan,
    parent: SpanNode | undefined,
    node: SpanNode | undefined,
  ): SpanNode | undefined {
    const { traceId, spanId } = span.spanContext();
    const byId = this.#state.knownById(traceId, spanId);
    if (byId === undefined || byId === node) return node;
    const own = node ?? new SpanNode(parent, span.attributes, undefined, 0);
    if (node === undefined) hangNote(span, this.#noteKey, own);
    adopt(byId, own, this.#booker.aggregates);
    return own;
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
      if (node.below !== undefined) raise(node.below, node, this.#booker.aggregates);
    }
    const role = this.#booker.roleOf(span);
    if (role !== 'none') this.#booker.end(span, node, role);
    this.#booker.capture(span.attributes, node);
  }

  #failed(error: unknown): void {
    this.#sink.count?.('rejectedValues', 1);
    this.#problems.warn('a span could not be read; see audit.rejectedValues', error);
  }
}
