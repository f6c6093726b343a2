import type { Call } from './call.js';

/**
 * Audit counters of the ledger (DESIGN §6); each is a non-negative integer that only grows, reversals aside. They reconcile:
 * spansSeen + recordsSeen = calls + errorsWithoutUsage + wrapperSpans + twinSpans + repeatedResponses + lateSpans. A span or
 * record that cannot be read at all is a rejected value and none that was seen.
 */
export const AUDIT_FIELDS = [
  'spansSeen',
  'recordsSeen',
  'errorsWithoutUsage',
  'wrapperSpans',
  'uncoveredTokens',
  'twinSpans',
  'repeatedResponses',
  'rejectedValues',
  'incompleteSpans',
  'lateSpans',
  'clampedTimes',
  'overflowCalls',
  'corruptRecords',
  'failedFlushes',
] as const;

export type AuditField = (typeof AUDIT_FIELDS)[number];

/** One dimension as the span room looks it up: the first of `attributes` found on span, ancestors, baggage, resource. */
export interface DimensionSource {
  readonly name: string;
  /** Attribute (or baggage) keys in order of preference. */
  readonly attributes: readonly string[];
  /** True: a hash of the value is kept instead of the value. */
  readonly hash: boolean;
}

/**
 * What the span room books into. Implemented by the exporter's core; a processor takes this interface, not the class.
 * No method throws. `record` and `replace` may be called at any time, also after shutdown (then counted as late).
 */
export interface UsageSink {
  /** Books one call. The same object is the handle for a later `replace`. */
  record(call: Call): void;
  /** Reverses what was booked for `booked` (same slot, row and price) and books `by` instead, if given. */
  replace(booked: Call, by: Call | undefined): void;
  /** Resolves when the ledger file holds everything booked before. */
  forceFlush(): Promise<void>;
  /** Flushes, and closes once every owner called it; never rejects. */
  shutdown(): Promise<void>;
  /** Announces one more owner, e.g. a processor when it is built: `shutdown` then waits for the last one to close. */
  attach?(): void;
  /** Adds to an audit counter. */
  count?(field: AuditField, by: number): void;
  /** True once calls are late: what is booked then stays as it is. */
  readonly closed?: boolean;
  /** Dimensions to look up; absent or empty = none. */
  readonly dimensions?: readonly DimensionSource[];
  /** Identity of the ledger behind the sink: sinks with the same one share span bookkeeping. Default: the sink itself. */
  readonly ledger?: object;
}
