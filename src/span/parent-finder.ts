import { propagation, trace, type Baggage, type Context } from '@opentelemetry/api';
import { parentIds, type MaybeStarted } from './parent-ids.js';
import { CAPTURED, ENDED, hangNote, linkTo, noteOn, parentNoteOn, SpanNode } from './span-node.js';
import type { SpanAttributes, StartedSpan } from './span-shape.js';
import type { TrackerState } from './tracker-state.js';

// Taken off once: the API's own exports are getters, and these run for every span.
const { getSpan } = trace;
const { getBaggage } = propagation;

/**
 * Finds the note of the span that another one starts below, and the baggage it starts with. Siblings start in one context:
 * what was found for the last one is kept while their parent is open, so that a context is searched once, not for every span.
 */
export class ParentFinder {
  readonly #state: TrackerState;
  readonly #capture: (attributes: SpanAttributes, node: SpanNode) => void;
  /** The context asked about last, if its span is still open. */
  #context: Context | null = null;
  #parent: SpanNode | undefined = undefined;
  /** The baggage of the context asked about last. */
  baggage: Baggage | undefined = undefined;

  /** `capture` keeps on a note what descendants may inherit of its ended span. */
  constructor(state: TrackerState, capture: (attributes: SpanAttributes, node: SpanNode) => void) {
    this.#state = state;
    this.#capture = capture;
  }

  /** The note to link `span` to; `undefined` for a root and below a parent in another process. */
  parentOf(span: StartedSpan, context: Context): SpanNode | undefined {
    if (context === this.#context) return this.#parent;
    this.#forget();
    this.baggage = getBaggage(context);
    const parentSpan: MaybeStarted | undefined = getSpan(context);
    if (parentSpan === undefined) return this.#parentById(span);
    const known = noteOn(parentSpan, this.#state.noteKey);
    if (known === undefined || (known.flags & (ENDED | CAPTURED)) === ENDED) {
      return this.#firstChild(span, parentSpan, known);
    }
    const parent = linkTo(known);
    if ((parent.flags & ENDED) === 0) {
      this.#context = context;
      this.#parent = parent;
    }
    return parent;
  }

  /** To be told of each note that ends, so that no context outlives its span here. */
  ended(node: SpanNode): void {
    if (node === this.#parent) this.#forget();
  }

  #forget(): void {
    this.#context = null;
    this.#parent = this.baggage = undefined;
  }

  /** The parent has no note yet, or ended before its first child and kept nothing then. */
  #firstChild(
    span: StartedSpan,
    parentSpan: MaybeStarted,
    known: SpanNode | undefined,
  ): SpanNode | undefined {
    const { noteKey, parentKey } = this.#state;
    const above = parentNoteOn(parentSpan, parentKey);
    if (above === undefined)
      return parentSpan.spanContext?.().isRemote === true ? undefined : this.#parentById(span);
    const parent = known ?? new SpanNode(above ?? undefined, parentSpan.attributes, undefined, 0);
    if (known === undefined) hangNote(parentSpan, noteKey, parent);
    if (parentSpan.isRecording?.() === false || (parent.flags & ENDED) !== 0) {
      parent.flags |= ENDED;
      if (parentSpan.attributes !== undefined) this.#capture(parentSpan.attributes, parent);
    }
    return linkTo(parent);
  }

  #parentById(span: StartedSpan): SpanNode | undefined {
    const ids = parentIds(span);
    return ids === undefined ? undefined : this.#state.nodeById(ids.traceId, ids.spanId);
  }
}
