import type { CountedCall } from './counted-call.js';
import { Below, ENDED, type InnerCall, type SpanNode } from './span-node.js';

/** What a claim of an aggregate is measured against. */
export interface Claim {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What ancestors are told, and whom to tell of the consequences. */
export interface MarkHooks {
  /** An ended aggregate that was counted whole turns out to repeat what is counted below it. */
  onCovered(aggregate: SpanNode): void;
  /** The audit's `uncoveredTokens` change by so many. */
  onUncovered(tokens: number): void;
}

/**
 * Tells every ancestor of `from` that `counted`, started at `startMillis`, was counted below it (DESIGN §3.2), and returns the
 * topmost. `tokens` are credited to each; a failed attempt (`marks` false) covers nothing.
 */
export function markAncestors(
  from: SpanNode,
  counted: CountedCall,
  tokens: number,
  startMillis: number,
  marks: boolean,
  hooks: MarkHooks,
): SpanNode {
  let top = from;
  let inner: InnerCall | undefined;
  for (let node = from.parent; node !== undefined; node = node.parent) {
    const below = (node.below ??= new Below());
    below.add((inner ??= { counted, from }));
    if (startMillis > below.newestMillis) below.newestMillis = startMillis;
    if (marks) {
      credit(below, counted, tokens, hooks);
      if (node.counted?.aggregate === true) hooks.onCovered(node);
    }
    top = node;
  }
  return top;
}

function credit(below: Below, counted: CountedCall, tokens: number, hooks: MarkHooks): void {
  if (below.credited === counted.serial) return;
  below.credited = counted.serial;
  if (!counted.generating) {
    below.otherTokens += tokens;
    return;
  }
  below.generating = true;
  below.tokens += tokens;
  coverLate(below, tokens, hooks);
}

/** What an ended aggregate claimed beyond what was counted then may be counted only now. */
function coverLate(below: Below, tokens: number, hooks: MarkHooks): void {
  const covered = Math.min(below.uncovered, tokens);
  if (covered === 0) return;
  below.uncovered -= covered;
  hooks.onUncovered(-covered);
}

/** Takes a reversed call's tokens back from the ancestors of `from`. */
export function takeBack(from: SpanNode, tokens: number): void {
  for (let node = from.parent; node !== undefined; node = node.parent) {
    if (node.below !== undefined) node.below.tokens -= tokens;
  }
}

/** Tells the ancestors of `node` what it was told while nobody knew who they are. */
export function raise(told: Below, node: SpanNode, hooks: MarkHooks): void {
  for (let up = node.parent; up !== undefined; up = up.parent) {
    const below = (up.below ??= new Below());
    merge(below, told);
    if (!told.generating) continue;
    coverLate(below, told.tokens, hooks);
    if (up.counted?.aggregate === true) hooks.onCovered(up);
  }
}

/**
 * Joins the note kept under a span's id (by calls that knew their parent only by id) to the span's own, and tells its
 * ancestors. The note stays as a link for later ones.
 */
export function adopt(byId: SpanNode, node: SpanNode, hooks: MarkHooks): void {
  if (byId === node || byId.parent !== undefined) return;
  byId.flags |= ENDED;
  byId.attach(node);
  const told = byId.below;
  if (told === undefined) return;
  byId.below = undefined;
  merge((node.below ??= new Below()), told);
  raise(told, node, hooks);
}

function merge(into: Below, told: Below): void {
  into.generating ||= told.generating;
  into.tokens += told.tokens;
  into.otherTokens += told.otherTokens;
  into.steps += told.steps;
  if (told.newestMillis > into.newestMillis) into.newestMillis = told.newestMillis;
  for (const inner of told.newest().toReversed()) into.add(inner);
}

/**
 * True if what was counted below stands for what an aggregate claims. Embeddings and rerank don't cover an agent that
 * generated, only a claim that holds no more than they do.
 */
export function isCovered(below: Below | undefined, claim: Claim): boolean {
  if (below === undefined) return false;
  if (below.generating) return true;
  return below.otherTokens > 0 && claim.inputTokens + claim.outputTokens <= below.otherTokens;
}

/** What an aggregate claims beyond what was counted below it: some library is not instrumented. */
export function uncoveredTokens(below: Below | undefined, claim: Claim): number {
  const counted = below === undefined ? 0 : below.tokens + below.otherTokens;
  const uncovered = claim.inputTokens + claim.outputTokens - counted;
  return Math.min(Math.max(0, uncovered), Number.MAX_SAFE_INTEGER);
}
