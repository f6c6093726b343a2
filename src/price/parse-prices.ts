import { isFields, shown } from '../config/option-rule.js';
import { checkUserPrices } from './check-user-prices.js';
import { shift, toDecimal } from './decimal.js';
import type { PricePattern } from './price-pattern.js';
import { pricePattern } from './price-pattern.js';
import type { RateSheet } from './rates.js';
import { compileRates } from './rates.js';
import type { PricePeriod, Tariff, TieredRates } from './tariff.js';
import type { UserPrice, UserRates } from './user-price.js';

/** A user's price, read: which calls it is for and what they cost. */
export interface UserTariff {
  readonly pattern: PricePattern;
  readonly tariff: Tariff;
}

/** The user's prices, most specific first: keys without wildcard, then the longest written, then in order. */
export type ParsedPrices =
  | { readonly ok: true; readonly prices: readonly UserTariff[] }
  | { readonly ok: false; readonly error: string };

/**
 * Reads the option `prices` or the text of a prices file of the same shape (`UserPrices`). The first problem is told in
 * one sentence with key, field, rule and value: `prices['openai/x'].outputUsdPerMTok must be USD per million tokens: a
 * number from 0 to 1000000; got -1`.
 */
export function parsePrices(value: unknown): ParsedPrices {
  let entries: unknown = value;
  if (typeof value === 'string') {
    try {
      entries = JSON.parse(value);
    } catch (error) {
      return refusal(`prices is no valid JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (!isFields(entries)) {
    return refusal(
      `prices must be an object of 'provider/model': { inputUsdPerMTok, … }; got ${shown(entries)}`,
    );
  }
  const tariffs: UserTariff[] = [];
  const keys = new Map<string, string>();
  for (const [key, entry] of Object.entries(entries)) {
    const place = `prices[${shown(key)}]`;
    const pattern = pricePattern(key);
    if (!pattern)
      return refusal(`${place}: the key must be 'provider/model', like 'openai/gpt-4o' or 'openai/*'`);
    const same = keys.get(pattern.canonical);
    if (same !== undefined)
      return refusal(`${place} must be left out: prices[${shown(same)}] is the same model`);
    keys.set(pattern.canonical, key);
    const checked = checkUserPrices(entry);
    if (!checked.ok)
      return refusal(`${place}${checked.field} must be ${checked.rule}; got ${shown(checked.got)}`);
    tariffs.push({ pattern, tariff: toTariff(checked.prices) });
  }
  const rank = ({ pattern }: UserTariff): number => (pattern.exact ? Infinity : pattern.written);
  // Infinity - Infinity is NaN, hence the comparison; sorting is stable, so equal ranks stay in the order written.
  return { ok: true, prices: tariffs.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a))) };
}

function refusal(error: string): ParsedPrices {
  return { ok: false, error };
}

function toTariff(prices: readonly UserPrice[]): Tariff {
  const periods = prices.map((price): PricePeriod => ({
    fromMillis: price.from === undefined ? -Infinity : Date.parse(price.from),
    untilMillis: price.until === undefined ? Infinity : Date.parse(price.until),
    daily: undefined,
    prices: toTieredRates(price),
  }));
  return {
    source: 'override',
    periods: periods.toSorted((a, b) => (a.fromMillis === b.fromMillis ? 0 : b.fromMillis - a.fromMillis)),
  };
}

function toTieredRates(price: UserPrice): TieredRates {
  let sheet = toSheet(price);
  const base = compileRates(sheet, price.requestUsd !== undefined);
  const tiers = (price.tiers ?? [])
    .toSorted((a, b) => a.aboveInputTokens - b.aboveInputTokens)
    .map((tier) => {
      sheet = { ...sheet, ...toSheet(tier) };
      return {
        aboveInputTokens: tier.aboveInputTokens,
        rates: compileRates(sheet, sheet.request !== undefined),
      };
    });
  return { base, tiers: tiers.toReversed() };
}

function toSheet(rates: UserRates): RateSheet {
  const sheet: RateSheet = {};
  const set = (name: keyof RateSheet, usd: number | undefined, power: number): void => {
    if (usd !== undefined) sheet[name] = shift(toDecimal(usd), power);
  };
  set('input', rates.inputUsdPerMTok, 3);
  set('cacheRead', rates.cacheReadUsdPerMTok, 3);
  set('cacheWrite', rates.cacheWriteUsdPerMTok, 3);
  set('audioInput', rates.audioInputUsdPerMTok, 3);
  set('output', rates.outputUsdPerMTok, 3);
  set('reasoningOutput', rates.reasoningOutputUsdPerMTok, 3);
  set('audioOutput', rates.audioOutputUsdPerMTok, 3);
  set('request', rates.requestUsd, 9);
  return sheet;
}
