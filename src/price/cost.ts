/**
 * The frozen cost of one call, or the sum of many, in integer nano-USD (1e-9 USD). `costNanoUsd` is the exact sum of
 * the price components of the call, rounded once, half up. The four parts add up to it to the last digit (what rounding
 * adds goes to the largest remainders; a request fee is part of the input cost); a reported cost has no parts, all are 0.
 * `cacheSavingsNanoUsd` is what caching saved: cached reads at the plain input rate minus their own cost, less what cache
 * writes cost beyond the plain input rate; rounded half up, negative when caching cost more than it saved.
 *
 * Example: 1,010 input tokens of which 640 cached, 50 output, at $0.15 / $0.075 / $0.60 per million tokens:
 * 370 × 150 + 640 × 75 + 50 × 600 = 133,500 nano-USD = $0.0001335; saved 640 × 75 = 48,000.
 */
export interface Cost {
  readonly costNanoUsd: number;
  readonly inputCostNanoUsd: number;
  readonly cacheReadCostNanoUsd: number;
  readonly cacheWriteCostNanoUsd: number;
  readonly outputCostNanoUsd: number;
  readonly cacheSavingsNanoUsd: number;
  /** Where the price came from: the bundled book, the user's own prices, or the span's reported cost. */
  readonly source: PriceSource;
}

export type PriceSource = 'book' | 'override' | 'reported';
