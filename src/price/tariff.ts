import type { Cost, PriceSource } from './cost.js';
import { costOf } from './cost-of.js';
import type { PricedUsage } from './price-book.js';
import type { Rates } from './rates.js';

/** Rates that hold for a whole call whose input is above a threshold. */
interface Tier {
  readonly aboveInputTokens: number;
  readonly rates: Rates;
}

/** Prices of one period: plain rates, and long-context tiers, highest threshold first. */
export interface TieredRates {
  readonly base: Rates;
  readonly tiers: readonly Tier[];
}

/** When prices hold: `fromMillis` ≤ call end < `untilMillis`, and within the daily hours, if any (UTC, may pass midnight). */
export interface PricePeriod {
  readonly fromMillis: number;
  readonly untilMillis: number;
  readonly daily: { readonly fromMillis: number; readonly untilMillis: number } | undefined;
  /** `undefined` = known to be listed, but with no price per token or request. */
  readonly prices: TieredRates | undefined;
}

/** All prices of one model; of the periods that hold at a time the first counts. */
export interface Tariff {
  readonly source: PriceSource;
  readonly periods: readonly PricePeriod[];
}

const DAY_MILLIS = 86_400_000;

/** The period in force at `millis` (epoch milliseconds), or `undefined` when none is. */
export function periodAt(tariff: Tariff, millis: number): PricePeriod | undefined {
  for (const period of tariff.periods) {
    if (millis < period.fromMillis || millis >= period.untilMillis) continue;
    if (period.daily === undefined || isWithin(period.daily, millis)) return period;
  }
  return undefined;
}

/** Rates for a call with that much input: long-context prices replace the plain ones for the whole call. */
export function ratesFor(prices: TieredRates, inputTokens: number): Rates {
  for (const tier of prices.tiers) if (inputTokens > tier.aboveInputTokens) return tier.rates;
  return prices.base;
}

/** Cost of one call at the prices of `period`, or `undefined` when they do not cover it. */
export function costIn(period: PricePeriod, usage: PricedUsage, source: PriceSource): Cost | undefined {
  if (period.prices === undefined) return undefined;
  return costOf(ratesFor(period.prices, usage.inputTokens), usage, 1, source);
}

function isWithin(daily: { fromMillis: number; untilMillis: number }, millis: number): boolean {
  const timeOfDay = ((millis % DAY_MILLIS) + DAY_MILLIS) % DAY_MILLIS;
  return daily.untilMillis < daily.fromMillis
    ? timeOfDay >= daily.fromMillis || timeOfDay < daily.untilMillis
    : timeOfDay >= daily.fromMillis && timeOfDay < daily.untilMillis;
}
