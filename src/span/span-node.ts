import type { Baggage } from '@opentelemetry/api';
import type { CountedCall } from './counted-call.js';
import type { SpanAttributes } from './span-shape.js';

/** Bits of `SpanNode.flags`. */
export const ENDED = 1;
export const TOOL = 2;
/** Known by its id only: a parent that was not seen starting. */
export const BY_ID = 4;
/** Its attributes were copied at its end, or after it, for descendants. */
export const CAPTURED = 8;
/** Some span started below it. */
export const PARENT = 16;

/** One counted call as its ancestors know it: `from` is the node it was counted at. */
export interface InnerCall {
  readonly counted: CountedCall;
  readonly from: SpanNode;
}

/** How many calls below one span are remembered one by one; sums know all of them. */
const MAX_INNER = 16;

/** What was counted below one span. */
export class Below {
  /** True once a generating call (no embedding, no rerank) was counted: an agent above repeats it. */
  generating = false;
  /** Input and output tokens of the generating calls, and of the others. */
  tokens = 0;
  otherTokens = 0;
  /** Requests that an enclosing sum counts as one (mastra). */
  steps = 0;
  /** What this span claimed beyond `tokens`, as counted in the audit. */
  uncovered = 0;
  /** Serial of the call credited last, so that twins under one ancestor are credited once. */
  credited = 0;
  /** Start of the newest call, milliseconds since the Unix epoch. */
  newestMillis: number = -Infinity;
  /** How many calls were told of, and a ring of the newest. */
  #count = 0;
  readonly #ring: InnerCall[] = [];

  add(inner: InnerCall): void {
    this.#ring[this.#count++ % MAX_INNER] = inner;
  }

  /** The newest calls, newest first. */
  newest(): InnerCall[] {
    const start = this.#count % MAX_INNER;
    return [...this.#ring.slice(0, start).toReversed(), ...this.#ring.slice(start).toReversed()];
  }
}

/**
 * The ledger's own note on one span that has children or tells of a call (most have none and get none); it hangs on the
 * span (or, by id, in a bounded map) and lives as long as that does. It refers to its parent's note, never to a span; an
 * open span's attributes are referred to until it ends.
 */
export class SpanNode {
  parent: SpanNode | undefined;
  /** Open: the live attributes. Ended: the few that descendants may still inherit, or nothing. */
  attributes: SpanAttributes | undefined;
  readonly baggage: Baggage | undefined;
  below: Below | undefined;
  /** What this span was counted as. */
  counted: CountedCall | undefined;
  flags: number;
  readonly depth: number;

  constructor(
    parent: SpanNode | undefined,
    attributes: SpanAttributes | undefined,
    baggage: Baggage | undefined,
    flags: number,
  ) {
    this.parent = parent;
    this.attributes = attributes;
    this.baggage = baggage;
    this.below = undefined;
    this.counted = undefined;
    this.flags = flags;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
  }

  /** Sets the parent of a note that had none. */
  attach(parent: SpanNode): void {
    this.parent = parent;
    parent.flags |= PARENT;
  }
}

/** Longest chain of ancestors kept: beyond it, endless nesting would keep every ancestor's note alive. */
const MAX_DEPTH = 128;

/**
 * The nearest ancestor worth linking to: ended spans with nothing to inherit, reverse or separate are passed over, so that a
 * chain of spans that each outlive their parent does not grow. Chains that never end are cut every 128 levels.
 */
export function linkTo(parent: SpanNode): SpanNode {
  const nearest = isSpent(parent) ? passSpent(parent) : parent;
  const above = nearest.parent;
  if (above !== undefined && isSpent(above)) nearest.parent = passSpent(above);
  if (nearest.depth !== 0 && nearest.depth % MAX_DEPTH === 0) cutAbove(nearest);
  nearest.flags |= PARENT;
  return nearest;
}

function passSpent(node: SpanNode): SpanNode {
  let nearest = node;
  while (isSpent(nearest) && nearest.parent !== undefined) nearest = nearest.parent;
  return nearest;
}

function isSpent(node: SpanNode): boolean {
  return (
    (node.flags & (ENDED | TOOL)) === ENDED && node.attributes === undefined && node.counted === undefined
  );
}

function cutAbove(node: SpanNode): void {
  let last = node;
  for (let i = 0; i < MAX_DEPTH && last.parent !== undefined; i++) last = last.parent;
  last.parent = undefined;
}

/** An object notes can hang on; `null` stands for "has no local parent". */
interface Carrier {
  [key: symbol]: SpanNode | null | undefined;
}

function isCarrier(span: object): span is Carrier {
  return typeof span === 'object';
}

/** The span's own note, if it has one. */
export function noteOn(span: object, noteKey: symbol): SpanNode | undefined {
  return isCarrier(span) ? (span[noteKey] ?? undefined) : undefined;
}

/** The note of the span's local parent, `null` if it has none; `undefined` if the span was not seen starting. */
export function parentNoteOn(span: object, parentKey: symbol): SpanNode | null | undefined {
  return isCarrier(span) ? span[parentKey] : undefined;
}

/**
 * Hangs its own note on a span: a symbol property, so nothing that lists, copies or exports the span by name sees it. False
 * for a frozen span, which is then known by its ids. (Two functions, so that each writes one property only.)
 */
export function hangNote(span: object, noteKey: symbol, note: SpanNode): boolean {
  try {
    if (isCarrier(span)) span[noteKey] = note;
    return true;
  } catch {
    return false;
  }
}

/** Hangs the parent's note on a span that starts; as `hangNote`. */
export function hangParentNote(span: object, parentKey: symbol, note: SpanNode | null): boolean {
  try {
    if (isCarrier(span)) span[parentKey] = note;
    return true;
  } catch {
    return false;
  }
}
