import type { Correction } from './corrections.js';
import type { AuditField } from '../usage/usage-sink.js';

/**
 * The numbers of a total, view entry or summary group. Tokens are counts, money is USD with at most 9 decimals
 * (a multiple of one nano-USD), durations are milliseconds. Subsets (`cacheRead…`, `reasoning…`, `audio…`) are part of
 * their totals and never added to them. The optional fields are left out when zero.
 */
export interface Usage {
  calls: number;
  errors: number;
  unmeteredCalls: number;
  unpricedCalls: number;
  inputTokens: number;
  cacheReadInputTokens: number;
  cacheWriteInputTokens: number;
  audioInputTokens: number;
  outputTokens: number;
  reasoningOutputTokens: number;
  audioOutputTokens: number;
  costUsd: number;
  durationMillis: number;
  /** Parts of `costUsd`; they add up to it wherever the source of the price gives parts (a reported cost does not). */
  inputCostUsd?: number;
  cacheReadCostUsd?: number;
  cacheWriteCostUsd?: number;
  outputCostUsd?: number;
  /** What caching saved, net of cache writes; negative when it cost more. */
  cacheSavingsUsd?: number;
  /** Tokens of the calls in `unpricedCalls`. */
  unpricedInputTokens?: number;
  unpricedCacheReadInputTokens?: number;
  unpricedCacheWriteInputTokens?: number;
  unpricedAudioInputTokens?: number;
  unpricedOutputTokens?: number;
  unpricedAudioOutputTokens?: number;
}

/** One period of one series. Zero fields, `service` and `dimensions` are left out when empty. */
export interface LedgerRow extends Partial<Usage> {
  /** ISO 8601 UTC, e.g. `2026-11-22T10:15:00Z`. */
  start: string;
  /** Length of the period in minutes: 15, a day (1380, 1440, 1500) or a month. */
  minutes: number;
  provider: string;
  model: string;
  operation: string;
  service?: string;
  dimensions?: Record<string, string>;
}

/** The ledger file, version 1 (DESIGN §6). `totals` = Σ `days` = Σ `models` = Σ `providers` = Σ `rows`. */
export interface LedgerDocument {
  format: 'genai-usage-ledger';
  version: 1;
  generation: number;
  /** ISO 8601 UTC with milliseconds. */
  createdAt: string;
  updatedAt: string;
  /** IANA zone the days are cut in. */
  timezone: string;
  currency: 'USD';
  /** Per writer the last journal sequence this document covers. */
  writers: Record<string, number>;
  /** Number of the base (folded journals) this was made from; absent = journals alone. */
  base?: number;
  /** Per writer the sequences (from, to) below that which are in no journal any more; absent = none. */
  missing?: Record<string, Array<[number, number]>>;
  /** CRC-32 of the three above, so that no flipped bit makes this file claim more than it holds. */
  writersCheck?: string;
  totals: Usage;
  /** Keyed by `YYYY-MM-DD` in `timezone`. */
  days: Record<string, Usage>;
  /** Keyed by `provider/model`. */
  models: Record<string, Usage>;
  providers: Record<string, Usage>;
  audit: Record<AuditField, number>;
  prices: {
    /** Name and version of the price book that priced last. */
    source: string;
    /** Calls priced by the user's own prices. */
    overrides: number;
    /** Calls priced by the bundled book. */
    book?: number;
    /** Calls whose reported cost was taken. */
    reported?: number;
  };
  /** Money changed after the fact, oldest first; past 100 the oldest are one. Absent = none. */
  corrections?: readonly Correction[];
  rows: LedgerRow[];
}
