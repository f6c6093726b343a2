import type { Cost, PriceSource } from './cost.js';
import { exactCost } from './exact-cost.js';
import type { Rates } from './rates.js';
import { floorUnits, roundUnits, spreadRounding } from './round-cost.js';
import type { TokenCounts } from './token-leaves.js';
import { tokenLeaves } from './token-leaves.js';

/**
 * Cost of `calls` calls with these tokens in sum (for one call exactly what it costs), or `undefined` when they have
 * tokens that `rates` has no rate for. Products and sums are exact: in doubles while all stay below 2^53, else in big
 * integers; the total is rounded once, half up, to the nano-dollar. A request fee is part of the input cost.
 *
 * Example: 10 input tokens at $0.0375 per million (rate 375, divisor 10) → 3,750 / 10 = 375 nano-USD.
 */
export function costOf(
  rates: Rates,
  tokens: TokenCounts,
  calls: number,
  source: PriceSource,
): Cost | undefined {
  if (!rates.pricesInput && tokens.inputTokens > 0) return undefined;
  if (!rates.pricesOutput && tokens.outputTokens > 0) return undefined;
  const leaves = tokenLeaves(tokens);
  const { rate, divisor } = rates;
  const input = leaves.textInput * rate.input + leaves.audioInput * rate.audioInput + calls * rate.request;
  const cacheRead = leaves.textCacheRead * rate.cacheRead + leaves.audioCacheRead * rate.audioCacheRead;
  const cacheWrite = leaves.textCacheWrite * rate.cacheWrite + leaves.audioCacheWrite * rate.audioCacheWrite;
  const output =
    leaves.textOutput * rate.output +
    leaves.reasoningOutput * rate.reasoningOutput +
    leaves.audioOutput * rate.audioOutput;
  const uncached =
    (leaves.textCacheRead + leaves.textCacheWrite) * rate.input +
    (leaves.audioCacheRead + leaves.audioCacheWrite) * rate.audioInput;
  // No term is negative, so a sum that is still safe had no inexact step.
  const total = input + cacheRead + cacheWrite + output;
  if (!rates.safe || total + uncached > Number.MAX_SAFE_INTEGER)
    return exactCost(rates, leaves, calls, source);
  const savings = uncached - cacheRead - cacheWrite;
  if (divisor !== 1) return roundedCost([input, cacheRead, cacheWrite, output], savings, divisor, source);
  return {
    costNanoUsd: total,
    inputCostNanoUsd: input,
    cacheReadCostNanoUsd: cacheRead,
    cacheWriteCostNanoUsd: cacheWrite,
    outputCostNanoUsd: output,
    cacheSavingsNanoUsd: savings,
    source,
  };
}

function roundedCost(parts: number[], savings: number, divisor: number, source: PriceSource): Cost {
  const costNanoUsd = roundUnits(
    parts.reduce((sum, part) => sum + part, 0),
    divisor,
  );
  const nanoUsd = parts.map((part) => floorUnits(part, divisor));
  spreadRounding(
    nanoUsd,
    parts.map((part) => part % divisor),
    costNanoUsd,
  );
  return {
    costNanoUsd,
    inputCostNanoUsd: nanoUsd[0] ?? 0,
    cacheReadCostNanoUsd: nanoUsd[1] ?? 0,
    cacheWriteCostNanoUsd: nanoUsd[2] ?? 0,
    outputCostNanoUsd: nanoUsd[3] ?? 0,
    cacheSavingsNanoUsd: roundUnits(savings, divisor),
    source,
  };
}
