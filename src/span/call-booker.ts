import { systemClock, type Clock } from '../config/clock.js';
import { isCallTime } from '../usage/call-time.js';
import type { AuditField, UsageSink } from '../usage/usage-sink.js';
import { isCovered, markAncestors, takeBack, uncoveredTokens, type MarkHooks } from './ancestors.js';
import { readCall, type CallReading } from './call-reading.js';
import { CountedCall } from './counted-call.js';
import type { Dialect, Role } from './dialects/dialect.js';
import { DimensionLookup } from './dimensions.js';
import { innerTwin, outerTwin } from './nested-call.js';
import { dialectOf, scopeName } from './recognize.js';
import type { Twin } from './recent-calls.js';
import { ResourceReader } from './resource-reader.js';
import { fitsAll, isFailure, usageAgrees } from './same-call.js';
import type { EndedSpan } from './span-shape.js';
import { Below, BY_ID, CAPTURED, ENDED, TOOL, type SpanNode } from './span-node.js';
import { splitCall } from './split-call.js';
import { IdNode, tokensOf, type TrackerState } from './tracker-state.js';

/** A call may seem to start this much before the aggregate above it: clocks round to milliseconds. */
const CLOCK_SLACK_MILLIS = 2;

/**
 * Decides what an ended span is to the ledger and books it: one call, a repetition of one booked before (wrapper, twin,
 * repeated response), or nothing. Corrections go through `sink.replace`; audit counters through `sink.count`.
 */
export class CallBooker implements MarkHooks {
  readonly #sink: UsageSink;
  readonly #state: TrackerState;
  readonly #clock: Clock;
  readonly #resources = new ResourceReader();
  readonly #dimensions: DimensionLookup;
  readonly #onIncomplete: () => void;

  constructor(sink: UsageSink, state: TrackerState, onIncomplete: () => void, clock: Clock = systemClock) {
    this.#sink = sink;
    this.#state = state;
    this.#clock = clock;
    this.#onIncomplete = onIncomplete;
    this.#dimensions = new DimensionLookup(sink.dimensions);
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
    else this.#endAggregate(span, node, role === 'repeat');
  }

  /** What descendants may still inherit of an ended span: copied at its end if some are open, or when one starts later. */
  capture(attributes: EndedSpan['attributes'], node: SpanNode): void {
    node.flags |= CAPTURED;
    node.attributes = this.#dimensions.capture(attributes);
  }

  onUncovered(tokens: number): void {
    this.#count('uncoveredTokens', tokens);
  }

  /** Reverses an aggregate that was counted whole before something below it was counted. */
  onCovered(aggregate: SpanNode): void {
    const counted = aggregate.counted;
    if (counted === undefined || !isCovered(aggregate.below, counted.call)) return;
    aggregate.counted = undefined;
    counted.reverse();
    takeBack(aggregate, tokensOf(counted));
    this.#count('wrapperSpans', 1);
    this.#noteUncovered(aggregate, counted.call);
  }

  #endCall(span: EndedSpan, node: SpanNode): void {
    const scope = scopeName(span);
    const dialect = dialectOf(scope, span.attributes);
    const reading = readCall(span, span.attributes, dialect, scope);
    const { traceId, spanId } = span.spanContext();
    this.#label(span, node, reading);
    this.#state.seen.add(traceId, spanId);
    this.#audit(span, reading);
    const recent = this.#state.recent;
    recent.meet(reading, this.#clock);
    const inner = innerTwin(node, reading);
    if (inner !== undefined) {
      if (fitsAll(inner, reading, usageAgrees)) this.#join(inner, reading);
      node.counted = inner;
      this.#count('wrapperSpans', 1);
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
    this.#count(field, 1);
    return counted;
  }

  #join(counted: CountedCall, reading: CallReading): void {
    if (!counted.readings.includes(reading)) counted.join(reading);
    this.#state.recent.update(counted, reading);
  }

  /** A span paired for want of usage gives way to one with equal numbers, and is a call of its own again. */
  #part(twin: Twin, leaves: CallReading, now: number): void {
    twin.counted.leave(leaves);
    this.#count('twinSpans', -1);
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
      this.#count('spansSeen', steps - 1);
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
    const top = markAncestors(node, counted, tokens, reading.startMillis, marks, this);
    if (!marks || (top.flags & (BY_ID | ENDED)) !== BY_ID || (node.flags & BY_ID) !== 0) return;
    // Some span above was not recorded: any aggregate of the trace under way then may be an ancestor.
    for (const whole of this.#state.notesOn(traceId)?.wholes ?? []) {
      if (wasUnderWay(whole, reading.startMillis)) this.#reverseWhole(whole.node);
    }
    this.#state.noteOrphan(traceId, { top, tokens, startMillis: reading.startMillis });
  }

  #reverseWhole(node: SpanNode): void {
    const counted = node.counted;
    if (counted === undefined || !counted.aggregate) return;
    node.counted = undefined;
    counted.reverse();
    takeBack(node, tokensOf(counted));
    this.#count('wrapperSpans', 1);
  }

  #endAggregate(span: EndedSpan, node: SpanNode, never: boolean): void {
    const scope = scopeName(span);
    const reading = readCall(span, span.attributes, dialectOf(scope, span.attributes), scope);
    if (!reading.call.metered) return;
    const { traceId, spanId } = span.spanContext();
    this.#label(span, node, reading);
    this.#state.seen.add(traceId, spanId);
    this.#audit(span, reading);
    if (never || isCovered(node.below, reading.call) || this.#mayBeCovered(traceId, node, reading)) {
      this.#count('wrapperSpans', 1);
      this.#noteUncovered(node, reading.call);
      return;
    }
    const counted = new CountedCall(this.#sink, reading, true, 0);
    counted.book();
    node.counted = counted;
    if (this.#sink.closed === true) return;
    markAncestors(node, counted, tokensOf(counted), reading.startMillis, true, this);
    if ((node.flags & BY_ID) === 0) {
      this.#state.noteWhole(traceId, {
        node,
        startMillis: reading.startMillis,
        endMillis: reading.endMillis,
      });
    }
  }

  /** True where what is below can't be known: marks were forgotten, or spans between were not recorded. */
  #mayBeCovered(traceId: string, node: SpanNode, reading: CallReading): boolean {
    if (node instanceof IdNode) return reading.startMillis <= this.#state.forgottenMarkMillis;
    const orphans = this.#state.notesOn(traceId)?.orphans ?? [];
    return orphans.some(
      ({ top, startMillis }) => top.parent === undefined && wasUnderWay(reading, startMillis),
    );
  }

  #noteUncovered(node: SpanNode, claim: CallReading['call']): void {
    const uncovered = uncoveredTokens(node.below, claim);
    if (uncovered === 0) return;
    if (node.below !== undefined) node.below.uncovered = uncovered;
    this.#count('uncoveredTokens', uncovered);
  }

  #label(span: EndedSpan, node: SpanNode, reading: CallReading): void {
    const call = reading.call;
    call.service = this.#resources.service(span.resource);
    if (this.#dimensions.isEmpty) return;
    call.dimensions = this.#dimensions.find(span.attributes, node, () =>
      this.#resources.attributes(span.resource),
    );
  }

  #audit(span: EndedSpan, reading: CallReading): void {
    this.#count('spansSeen', 1);
    this.#count('rejectedValues', reading.rejected);
    const nowMillis = this.#clock.nowMillis();
    if (!isCallTime(reading.call.endTimeUnixMillis, nowMillis)) {
      reading.call.endTimeUnixMillis = nowMillis;
      this.#count('clampedTimes', 1);
    }
    if ((span.droppedAttributesCount ?? 0) <= 0) return;
    this.#count('incompleteSpans', 1);
    this.#onIncomplete();
  }

  #count(field: AuditField, by: number): void {
    if (by !== 0) this.#sink.count?.(field, by);
  }
}

function wasUnderWay(
  aggregate: { readonly startMillis: number; readonly endMillis: number },
  millis: number,
): boolean {
  return (
    millis >= aggregate.startMillis - CLOCK_SLACK_MILLIS && millis <= aggregate.endMillis + CLOCK_SLACK_MILLIS
  );
}

function addStep(node: SpanNode): void {
  for (let up = node.parent; up !== undefined; up = up.parent) (up.below ??= new Below()).steps++;
}
