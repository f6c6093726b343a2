import type { Call } from '../usage/call.js';
import type { Cost } from './cost.js';
import type { Tariff } from './tariff.js';

/** What pricing reads of a call: names, end time (prices are dated) and tokens. */
export type PricedUsage = Pick<
  Call,
  | 'provider'
  | 'model'
  | 'endTimeUnixMillis'
  | 'inputTokens'
  | 'cacheReadInputTokens'
  | 'cacheWriteInputTokens'
  | 'audioInputTokens'
  | 'outputTokens'
  | 'reasoningOutputTokens'
  | 'audioOutputTokens'
>;

/**
 * Prices one call at the price in force at its end time. `undefined` = no price known (never $0, never a guess).
 * Pure and synchronous; a known model takes ≤ 3 µs. Never throws.
 */
export interface PriceBook {
  /** Name and version, as written to the ledger's `prices.source`. */
  readonly source: string;
  price(usage: PricedUsage): Cost | undefined;
  /** All prices of a model, for pricing sums of calls (`reprice`); `undefined` = not in the book. */
  tariff?(provider: string, model: string): Tariff | undefined;
}

/** The book of who has none: no model has a price in it. */
export const NO_BOOK: PriceBook = { source: 'none', price: () => undefined };
