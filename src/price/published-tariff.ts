import type { Decimal } from './decimal.js';
import { shift, toDecimal } from './decimal.js';
import type { PublishedModel, PublishedPeriod, PublishedPrices } from './published-model.js';
import type { RateName, RateSheet } from './rates.js';
import { compileRates } from './rates.js';
import type { PricePeriod, Tariff, TieredRates } from './tariff.js';

/** Published price key → our rate, and the power of ten from USD per million (or thousand) to nano-USD per one. */
const PRICE_KEYS: readonly (readonly [key: string, name: RateName, power: number])[] = [
  ['input_mtok', 'input', 3],
  ['input_audio_mtok', 'audioInput', 3],
  ['cache_read_mtok', 'cacheRead', 3],
  ['cache_audio_read_mtok', 'audioCacheRead', 3],
  ['cache_write_mtok', 'cacheWrite', 3],
  ['cache_audio_write_mtok', 'audioCacheWrite', 3],
  ['output_mtok', 'output', 3],
  ['output_reasoning_mtok', 'reasoningOutput', 3],
  ['output_audio_mtok', 'audioOutput', 3],
  ['requests_kcount', 'request', 6],
];

const TIME_OF_DAY = /^(\d{2}):(\d{2}):(\d{2}(?:\.\d+)?)(?:Z|([+-])(\d{2}):(\d{2}))$/;
const DAY_MILLIS = 86_400_000;

/**
 * A published model's prices as integers. A model listed without any price per token or request (audio by the hour,
 * pages, or an empty list) has none here: unknown, not free. The one exception are ids that end in `:free`, OpenRouter's
 * documented name for "costs nothing". A token kind without a rate in a list that has others is not billed by the token
 * (embeddings have no output rate), as in the list's own `calcPrice`.
 */
export function publishedTariff(model: PublishedModel): Tariff {
  const entries: PublishedPeriod[] = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  const free = model.id.endsWith(':free');
  const periods = entries.map((entry) => toPeriod(entry, free)).toReversed();
  const first = periods.at(-1);
  // Before the earliest start the first prices hold, whatever their own constraint.
  if (first) periods.push({ ...first, fromMillis: -Infinity, daily: undefined });
  return { source: 'book', periods };
}

function toPeriod(entry: PublishedPeriod, free: boolean): PricePeriod {
  const { constraint } = entry;
  const daily = constraint?.type === 'time_of_date' && {
    fromMillis: timeOfDayMillis(constraint.start_time),
    untilMillis: timeOfDayMillis(constraint.end_time),
  };
  return {
    fromMillis: constraint?.type === 'start_date' ? Date.parse(constraint.start_date) : -Infinity,
    untilMillis: Infinity,
    daily: daily || undefined,
    prices: toTieredRates(entry.prices, free),
  };
}

function toTieredRates(prices: PublishedPrices, free: boolean): TieredRates | undefined {
  const base = sheetAbove(prices, undefined);
  if (Object.keys(base).length === 0 && !free) return undefined;
  const starts = new Set<number>();
  for (const [key] of PRICE_KEYS) {
    const price = prices[key];
    if (typeof price === 'object') for (const tier of price.tiers) starts.add(tier.start);
  }
  return {
    base: compileRates(base, true),
    tiers: [...starts]
      .toSorted((a, b) => b - a)
      .map((start) => ({ aboveInputTokens: start, rates: compileRates(sheetAbove(prices, start), true) })),
  };
}

/** The rates for an input just above `start` tokens; `undefined` = below every tier. */
function sheetAbove(prices: PublishedPrices, start: number | undefined): RateSheet {
  const sheet: Record<string, Decimal> = {};
  for (const [key, name, power] of PRICE_KEYS) {
    const price = prices[key];
    if (price === undefined) continue;
    let amount = typeof price === 'object' ? price.base : price;
    if (typeof price === 'object' && start !== undefined) {
      const reached = price.tiers.filter((tier) => tier.start <= start).toSorted((a, b) => a.start - b.start);
      amount = reached.at(-1)?.price ?? amount;
    }
    sheet[name] = shift(toDecimal(amount), power);
  }
  return sheet;
}

function timeOfDayMillis(text: string): number {
  const [, hours = '0', minutes = '0', seconds = '0', sign, zoneHours = '0', zoneMinutes = '0'] =
    TIME_OF_DAY.exec(text) ?? [];
  const millis = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Math.round(Number(seconds) * 1000);
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  return (millis - (sign === '-' ? -zone : zone) + DAY_MILLIS) % DAY_MILLIS;
}
