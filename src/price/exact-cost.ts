import type { Cost, PriceSource } from './cost.js';
import type { Rates } from './rates.js';
import { spreadRounding } from './round-cost.js';
import type { TokenLeaves } from './token-leaves.js';

/**
 * `costOf` in big integers: for prices too fine for a double and token sums so large that a product leaves 2^53. The one
 * limit left is the ledger's own: a cost beyond 2^53 nano-USD ($9 million) is `undefined`.
 */
export function exactCost(
  rates: Rates,
  leaves: TokenLeaves,
  calls: number,
  source: PriceSource,
): Cost | undefined {
  const { exactRate: rate, exactDivisor: divisor } = rates;
  const sum = (...terms: [count: number, rate: bigint][]): bigint =>
    terms.reduce((total, [count, unitRate]) => total + BigInt(count) * unitRate, 0n);
  const parts = [
    sum([leaves.textInput, rate.input], [leaves.audioInput, rate.audioInput], [calls, rate.request]),
    sum([leaves.textCacheRead, rate.cacheRead], [leaves.audioCacheRead, rate.audioCacheRead]),
    sum([leaves.textCacheWrite, rate.cacheWrite], [leaves.audioCacheWrite, rate.audioCacheWrite]),
    sum(
      [leaves.textOutput, rate.output],
      [leaves.reasoningOutput, rate.reasoningOutput],
      [leaves.audioOutput, rate.audioOutput],
    ),
  ];
  const uncached = sum(
    [leaves.textCacheRead + leaves.textCacheWrite, rate.input],
    [leaves.audioCacheRead + leaves.audioCacheWrite, rate.audioInput],
  );
  const cost = round(
    parts.reduce((total, part) => total + part, 0n),
    divisor,
  );
  const savings = round(uncached - (parts[1] ?? 0n) - (parts[2] ?? 0n), divisor);
  if (!Number.isSafeInteger(cost) || !Number.isSafeInteger(savings)) return undefined;
  const nanoUsd = parts.map((part) => Number(part / divisor));
  spreadRounding(
    nanoUsd,
    parts.map((part) => part % divisor),
    cost,
  );
  return {
    costNanoUsd: cost,
    inputCostNanoUsd: nanoUsd[0] ?? 0,
    cacheReadCostNanoUsd: nanoUsd[1] ?? 0,
    cacheWriteCostNanoUsd: nanoUsd[2] ?? 0,
    outputCostNanoUsd: nanoUsd[3] ?? 0,
    cacheSavingsNanoUsd: savings,
    source,
  };
}

/** `value / divisor`, half up (towards +∞). */
function round(value: bigint, divisor: bigint): number {
  const doubled = 2n * value + divisor;
  const quotient = doubled / (2n * divisor);
  return Number(doubled < 0n && doubled % (2n * divisor) !== 0n ? quotient - 1n : quotient);
}
