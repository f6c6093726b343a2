import type { Cost } from './cost.js';
import { inUnits, toDecimal } from './decimal.js';
import type { TokenCounts } from './token-leaves.js';

/** A report this many times the book's cost, or this small a part of it, is in another unit (cents are 100 times). */
const UNIT_FACTOR = 50;
/** Highest cost believed without a book: $1 a call and $1,000 per million tokens (the dearest model listed: $600). */
const MAX_PER_CALL_USD = 1;
const MAX_PER_TOKEN_USD = 0.001;

/**
 * The cost a span reports, if it can be in USD: finite, above 0, and of the order of what the book says, or where the
 * book knows no price, of what any model costs. `undefined` = not believed. A reported 0 is never taken: a tool without a
 * price reports the same; where the book agrees that the call is free, the book's own 0 stands.
 *
 * Example: book $0.0001335; $0.000134 is taken, 0.0134 (cents) and 133,500 (nano-dollars) are not.
 */
export function reportedCost(
  usd: number | undefined,
  tokens: TokenCounts,
  book: Cost | undefined,
): Cost | undefined {
  if (usd === undefined || !Number.isFinite(usd) || usd <= 0) return undefined;
  const bookUsd = (book?.costNanoUsd ?? 0) / 1e9;
  const most =
    bookUsd > 0
      ? bookUsd * UNIT_FACTOR
      : MAX_PER_CALL_USD + (tokens.inputTokens + tokens.outputTokens) * MAX_PER_TOKEN_USD;
  if (usd > most || usd < bookUsd / UNIT_FACTOR) return undefined;
  return {
    costNanoUsd: Number(inUnits(toDecimal(usd), -9)),
    inputCostNanoUsd: 0,
    cacheReadCostNanoUsd: 0,
    cacheWriteCostNanoUsd: 0,
    outputCostNanoUsd: 0,
    cacheSavingsNanoUsd: 0,
    source: 'reported',
  };
}
