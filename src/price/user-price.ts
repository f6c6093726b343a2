/**
 * Rates of your own, in USD. All optional; 0 is a price (free). Cached, cache-written and audio input without a rate cost
 * what plain input costs, reasoning and audio output what plain output costs. A call with input (or output) tokens for
 * which only the other side has a rate stays unpriced, unless `requestUsd` says that the request is what costs.
 */
export interface UserRates {
  readonly inputUsdPerMTok?: number | undefined;
  readonly cacheReadUsdPerMTok?: number | undefined;
  readonly cacheWriteUsdPerMTok?: number | undefined;
  readonly audioInputUsdPerMTok?: number | undefined;
  readonly outputUsdPerMTok?: number | undefined;
  readonly reasoningOutputUsdPerMTok?: number | undefined;
  readonly audioOutputUsdPerMTok?: number | undefined;
  /** Per call, on top of the tokens. */
  readonly requestUsd?: number | undefined;
}

/** Rates for the whole call once its input is above a threshold; what a tier leaves out stays as below it. */
export interface UserTier extends UserRates {
  readonly aboveInputTokens: number;
}

/** A price: rates, long-context tiers, and when they hold (`from` inclusive, `until` exclusive; default always). */
export interface UserPrice extends UserRates {
  readonly tiers?: readonly UserTier[] | undefined;
  /** `2026-11-22` (midnight UTC) or a time with zone, `2026-11-22T08:00:00+01:00`. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** `provider/model` → price, or prices over time, of which the one that began last counts. `*` stands for any text. */
export type UserPrices = Readonly<Record<string, UserPrice | readonly UserPrice[]>>;
