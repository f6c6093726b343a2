import { systemClock, type Clock } from '../config/clock.js';
import type { AuditField, UsageSink } from '../usage/usage-sink.js';
import { AggregateBooker } from './aggregate-booker.js';
import { markAncestors } from './ancestors.js';
import { readCall, type CallReading } from './call-reading.js';
import { CallLabels } from './call-labels.js';
import { CountedCall } from './counted-call.js';
import type { Dialect, Role } from './dialects/dialect.js';
import { innerTwin, outerTwin } from './nested-call.js';
import { dialectOf, scopeName } from './recognize.js';
import type { Twin } from './recent-calls.js';
import { fitsAll, isFailure, usageAgrees } from './same-call.js';
import type { EndedSpan } from './span-shape.js';
import { Below, BY_ID, CAPTURED, ENDED, TOOL, type SpanNode } from './span-node.js';
import { SpanAudit } from './span-audit.js';
import { splitCall } from './split-call.js';
import { tokensOf, type TrackerState } from './tracker-state.js';

/**
 * Decides what an ended span is to the ledger and books it: one call, a repetition of one booked before (wrapper, twin,
 * repeated response), or nothing. Corrections go through `sink.replace`; audit counters through `sink.count`.
 */
export class CallBooker {
  readonly #sink: UsageSink;
  readonly #state: TrackerState;
  readonly #clock: Clock;
  readonly #labels: CallLabels;
  readonly #audit: SpanAudit;
  /** What it is told of ancestors, it decides there. */
  readonly aggregates: AggregateBooker;

  constructor(sink: UsageSink, state: TrackerState, onIncomplete: () => void, clock: Clock = systemClock) {
    this.#sink = sink;
    this.#state = state;
    this.#clock = clock;
    this.#labels = new CallLabels(sink.dimensions);
    this.#audit = new SpanAudit(sink, clock, onIncomplete);
    this.aggregates = new AggregateBooker(sink, state, this.#labels, this.#audit);
  }

  /** What an ended span is to the ledger; cheap, since every span of the application is asked. */
  roleOf(span: EndedSpan): Role {
    return dialectOf(scopeName(span), span.attributes).role(span.attributes, span.kind);
  }

  /** Books what an ended span tells. `node` is its note, with the ancestors known so far. */
  end(span: EndedSpan, node: SpanNode, role: Role): void {
    if (role === 'tool') node.flags |= TOOL;
    else if (role === 'step') addStep(node);
    else if (role === 'call') this.#endCall(span, node);
    else this.aggregates.end(span, node, role === 'repeat');
  }

  /** What descendants may still inherit of an ended span: copied at its end if some are open, or when one starts later. */
  capture(attributes: EndedSpan['attributes'], node: SpanNode): void {
    node.flags |= CAPTURED;
    node.attributes = this.#labels.capture(attributes);
  }

  #endCall(span: EndedSpan, node: SpanNode): void {
    const scope = scopeName(span);
    const dialect = dialectOf(scope, span.attributes);
    const reading = readCall(span, span.attributes, dialect, scope);
    const { traceId, spanId } = span.spanContext();
    this.#labels.put(span, node, reading.call);
    this.#state.seen.add(traceId, spanId);
    this.#audit.saw(span, reading);
    const recent = this.#state.recent;
    recent.meet(reading, this.#clock);
    const inner = innerTwin(node, reading);
    if (inner !== undefined) {
      if (fitsAll(inner, reading, usageAgrees)) this.#join(inner, reading);
      node.counted = inner;
      this.#audit.count('wrapperSpans', 1);
      return;
    }
    const now = recent.open ? this.#clock.monotonicMillis() : 0;
    const counted = this.#bookedBefore(node, reading, now) ?? this.#book(node, reading, dialect, now);
    node.counted = counted;
    this.#mark(traceId, node, counted, reading);
  }

  /** The call that an outer span, another scope's response or a twin told of already, joined by this reading. */
  #bookedBefore(node: SpanNode, reading: CallReading, now: number): CountedCall | undefined {
    const outer = outerTwin(node, reading);
    if (outer !== undefined) {
      if (!fitsAll(outer, reading, usageAgrees)) outer.supersede(reading);
      return this.#joinAs('wrapperSpans', outer, reading);
    }
    const recent = this.#state.recent;
    if (!recent.open) return undefined;
    const response = recent.sameResponse(reading, now);
    if (response !== undefined) return this.#joinAs('repeatedResponses', response, reading);
    const twin = recent.twinOf(reading, now);
    if (twin === undefined) return undefined;
    if (twin.leaves !== undefined) this.#part(twin, twin.leaves, now);
    return this.#joinAs('twinSpans', twin.counted, reading);
  }

  #joinAs(field: AuditField, counted: CountedCall, reading: CallReading): CountedCall {
    this.#join(counted, reading);
    this.#audit.count(field, 1);
    return counted;
  }

  #join(counted: CountedCall, reading: CallReading): void {
    if (!counted.readings.includes(reading)) counted.join(reading);
    this.#state.recent.update(counted, reading);
  }

  /** A span paired for want of usage gives way to one with equal numbers, and is a call of its own again. */
  #part(twin: Twin, leaves: CallReading, now: number): void {
    twin.counted.leave(leaves);
    this.#audit.count('twinSpans', -1);
    const own: CallReading = { ...leaves, call: { ...leaves.call, booking: undefined } };
    const counted = new CountedCall(this.#sink, own, false, now);
    counted.book();
    this.#state.recent.add(counted, own);
  }

  #book(node: SpanNode, reading: CallReading, dialect: Dialect, now: number): CountedCall {
    const counted = new CountedCall(this.#sink, reading, false, now);
    const steps = dialect.sumsSteps === true ? (node.below?.steps ?? 0) : 0;
    if (steps > 1 && reading.call.metered) {
      counted.extras = splitCall(reading.call, steps);
      this.#audit.count('spansSeen', steps - 1);
    }
    counted.book();
    this.#state.recent.add(counted, reading);
    return counted;
  }

  #mark(traceId: string, node: SpanNode, counted: CountedCall, reading: CallReading): void {
    // A call that came too late is nowhere on record, so what is above it stays counted.
    if (this.#sink.closed === true) return;
    const tokens = tokensOf(counted);
    const marks = !isFailure(reading);
    const top = markAncestors(node, counted, tokens, reading.startMillis, marks, this.aggregates);
    if (!marks || (top.flags & (BY_ID | ENDED)) !== BY_ID || (node.flags & BY_ID) !== 0) return;
    // Some span above was not recorded: any aggregate of the trace under way then may be an ancestor.
    this.aggregates.reverseWholes(traceId, reading.startMillis);
    this.#state.noteOrphan(traceId, { top, tokens, startMillis: reading.startMillis });
  }
}

function addStep(node: SpanNode): void {
  for (let up = node.parent; up !== undefined; up = up.parent) (up.below ??= new Below()).steps++;
}
