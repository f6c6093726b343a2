import type { UsageSink } from '../usage/usage-sink.js';
import { isCovered, markAncestors, takeBack, uncoveredTokens, type MarkHooks } from './ancestors.js';
import type { CallLabels } from './call-labels.js';
import { readCall, type CallReading } from './call-reading.js';
import { CountedCall } from './counted-call.js';
import { dialectOf, scopeName } from './recognize.js';
import type { SpanAudit } from './span-audit.js';
import { BY_ID, type SpanNode } from './span-node.js';
import type { EndedSpan } from './span-shape.js';
import { IdNode, tokensOf, type TrackerState } from './tracker-state.js';

/** A call may seem to start this much before the aggregate above it: clocks round to milliseconds. */
const CLOCK_SLACK_MILLIS = 2;

/**
 * Decides on spans that repeat or sum what happened below them (agents, chains, outer AI SDK spans): a wrapper where
 * anything below was counted, else counted whole, and reversed if something below is counted later (DESIGN §3.2).
 */
export class AggregateBooker implements MarkHooks {
  readonly #sink: UsageSink;
  readonly #state: TrackerState;
  readonly #labels: CallLabels;
  readonly #audit: SpanAudit;

  constructor(sink: UsageSink, state: TrackerState, labels: CallLabels, audit: SpanAudit) {
    this.#sink = sink;
    this.#state = state;
    this.#labels = labels;
    this.#audit = audit;
  }

  /** `never`: a span of a kind that is never counted, whatever is below it. */
  end(span: EndedSpan, node: SpanNode, never: boolean): void {
    const scope = scopeName(span);
    const reading = readCall(span, span.attributes, dialectOf(scope, span.attributes), scope);
    if (!reading.call.metered) return;
    const { traceId, spanId } = span.spanContext();
    this.#labels.put(span, node, reading.call);
    this.#state.seen.add(traceId, spanId);
    this.#audit.saw(span, reading);
    if (never || isCovered(node.below, reading.call) || this.#mayBeCovered(traceId, node, reading)) {
      this.#audit.count('wrapperSpans', 1);
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

  onUncovered(tokens: number): void {
    this.#audit.count('uncoveredTokens', tokens);
  }

  /** Reverses an aggregate that was counted whole before something below it was counted. */
  onCovered(aggregate: SpanNode): void {
    const counted = aggregate.counted;
    if (counted === undefined || !isCovered(aggregate.below, counted.call)) return;
    aggregate.counted = undefined;
    counted.reverse();
    takeBack(aggregate, tokensOf(counted));
    this.#audit.count('wrapperSpans', 1);
    this.#noteUncovered(aggregate, counted.call);
  }

  /** Calls below spans that were not recorded, started then, may be below any whole aggregate of the trace. */
  reverseWholes(traceId: string, startMillis: number): void {
    for (const whole of this.#state.notesOn(traceId)?.wholes ?? []) {
      if (wasUnderWay(whole, startMillis)) this.#reverseWhole(whole.node);
    }
  }

  #reverseWhole(node: SpanNode): void {
    const counted = node.counted;
    if (counted === undefined || !counted.aggregate) return;
    node.counted = undefined;
    counted.reverse();
    takeBack(node, tokensOf(counted));
    this.#audit.count('wrapperSpans', 1);
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
    this.#audit.count('uncoveredTokens', uncovered);
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
