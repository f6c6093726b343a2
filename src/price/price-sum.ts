import type { Cost } from './cost.js';
import { costOf } from './cost-of.js';
import type { PricePeriod, Tariff, TieredRates } from './tariff.js';
import { periodAt, ratesFor } from './tariff.js';
import type { TokenCounts } from './token-leaves.js';

/** Tokens of `calls` calls to one model that ended at `startMillis` or later and before `endMillis`, summed. */
export interface UsageSum extends Omit<TokenCounts, 'reasoningOutputTokens'> {
  readonly calls: number;
  readonly startMillis: number;
  readonly endMillis: number;
  /** `undefined` = not known of these calls. */
  readonly reasoningOutputTokens: number | undefined;
}

/** `estimated` = the sum does not determine the cost; an assumption was made (`priceSum`). */
export interface PricedSum {
  readonly cost: Cost;
  readonly estimated: boolean;
}

/**
 * Cost of calls of which only the sum is left, by the first of `tariffs` with prices in force at `atMillis` (default: the
 * start of the sum); `undefined` = no price known, or nothing to price. Exact, but for one rounding of the whole sum, unless `estimated`:
 * - a long-context tier could apply to some of the calls: each is taken to have had the average input;
 * - prices changed within the time of the sum: those at its start are taken;
 * - reasoning has a rate of its own and its tokens are unknown: they are taken as plain output;
 * - cached audio has a rate of its own: how much audio was cached is cut from the sum, not call by call.
 */
export function priceSum(
  tariffs: readonly Tariff[],
  sum: UsageSum,
  atMillis?: number,
): PricedSum | undefined {
  if (sum.calls <= 0 || Object.values(tokensOf(sum)).some((count) => count < 0)) return undefined;
  const at = atMillis ?? sum.startMillis;
  const found = inForce(tariffs, at);
  if (!found?.period.prices) return undefined;
  const { prices } = found.period;
  const rates = ratesFor(prices, sum.inputTokens / sum.calls);
  const cost = costOf(rates, tokensOf(sum), sum.calls, found.tariff.source);
  if (!cost) return undefined;
  const estimated =
    (sum.calls > 1 &&
      (mayReachTier(prices, sum) || (splitsAudio(sum) && rates.rate.audioInput !== rates.rate.input))) ||
    (sum.reasoningOutputTokens === undefined && rates.exactRate.reasoningOutput !== rates.exactRate.output) ||
    (atMillis === undefined && changesWithin(tariffs, sum));
  return { cost, estimated };
}

function tokensOf(sum: UsageSum): TokenCounts {
  const {
    inputTokens,
    cacheReadInputTokens,
    cacheWriteInputTokens,
    audioInputTokens,
    outputTokens,
    audioOutputTokens,
  } = sum;
  return {
    inputTokens,
    cacheReadInputTokens,
    cacheWriteInputTokens,
    audioInputTokens,
    outputTokens,
    reasoningOutputTokens: sum.reasoningOutputTokens ?? 0,
    audioOutputTokens,
  };
}

function mayReachTier(prices: TieredRates, sum: UsageSum): boolean {
  return prices.tiers.some((tier) => sum.inputTokens > tier.aboveInputTokens);
}

function splitsAudio(sum: UsageSum): boolean {
  return sum.audioInputTokens > 0 && sum.cacheReadInputTokens + sum.cacheWriteInputTokens > 0;
}

function inForce(
  tariffs: readonly Tariff[],
  millis: number,
): { tariff: Tariff; period: PricePeriod } | undefined {
  for (const tariff of tariffs) {
    const period = periodAt(tariff, millis);
    if (period) return { tariff, period };
  }
  return undefined;
}

const DAY_MILLIS = 86_400_000;

function changesWithin(tariffs: readonly Tariff[], sum: UsageSum): boolean {
  const first = inForce(tariffs, sum.startMillis)?.period.prices;
  const periods = tariffs.flatMap((tariff) => tariff.periods);
  const changes = periods.flatMap(({ fromMillis, untilMillis }) => [fromMillis, untilMillis]);
  const daily = periods.flatMap((period) =>
    period.daily ? [period.daily.fromMillis, period.daily.untilMillis] : [],
  );
  const firstDay = Math.floor(sum.startMillis / DAY_MILLIS) * DAY_MILLIS;
  for (let day = firstDay; daily.length > 0 && day < sum.endMillis; day += DAY_MILLIS) {
    changes.push(...daily.map((time) => day + time));
  }
  return changes.some(
    (at) => at > sum.startMillis && at < sum.endMillis && inForce(tariffs, at)?.period.prices !== first,
  );
}
