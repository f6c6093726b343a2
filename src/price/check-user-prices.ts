import { isFields } from '../config/option-rule.js';
import type { UserPrice, UserRates, UserTier } from './user-price.js';

type Fields = Readonly<Record<string, unknown>>;

/** A value that breaks its rule, in the words of `place … must be …; got …`. */
export interface PriceProblem {
  /** Where in the value, like `[1].tiers[0].requestUsd`; empty = the value itself. */
  readonly field: string;
  readonly rule: string;
  readonly got: unknown;
}

/** Prices of one key, in the order written, or the first problem. */
export type CheckedPrices =
  | { readonly ok: true; readonly prices: readonly UserPrice[] }
  | ({ readonly ok: false } & PriceProblem);

const RATE_FIELDS = [
  'inputUsdPerMTok',
  'cacheReadUsdPerMTok',
  'cacheWriteUsdPerMTok',
  'audioInputUsdPerMTok',
  'outputUsdPerMTok',
  'reasoningOutputUsdPerMTok',
  'audioOutputUsdPerMTok',
  'requestUsd',
] as const satisfies readonly (keyof UserRates)[];
const PRICE_FIELDS = [...RATE_FIELDS, 'tiers', 'from', 'until'];
const TIER_FIELDS = ['aboveInputTokens', ...RATE_FIELDS];

const PER_MTOK_RULE = 'USD per million tokens: a number from 0 to 1000000';
const REQUEST_RULE = 'USD per request: a number from 0 to 10000';
const THRESHOLD_RULE = 'a number of tokens: an integer from 0';
const TIME_RULE = 'a date like 2026-11-22 or a time like 2026-11-22T08:00:00Z';

/**
 * Checks the value of one key of the user's prices. Unknown fields are errors: a misspelt rate must not become "free". By
 * hand: a schema library takes 3 to 4 ms to load, and so much longer would every process start, with prices or without.
 */
export function checkUserPrices(value: unknown): CheckedPrices {
  const reader = new PriceReader();
  const prices = Array.isArray(value)
    ? Array.from(value, (price: unknown, index) => reader.price(price, `[${index}]`))
    : [reader.price(value, '')];
  if (prices.length === 0) reader.refuse('', 'given at least one price', value);
  return reader.problem === undefined ? { ok: true, prices } : { ok: false, ...reader.problem };
}

/** Reads prices and keeps the first problem; what it reads counts only if there is none. */
class PriceReader {
  problem: PriceProblem | undefined;

  refuse(field: string, rule: string, got: unknown): undefined {
    this.problem ??= { field, rule, got };
  }

  price(value: unknown, place: string): UserPrice {
    const fields = this.#fields(value, place, PRICE_FIELDS);
    const price = {
      ...this.#rates(fields, place),
      tiers: this.#tiers(fields['tiers'], `${place}.tiers`),
      from: this.#time(fields['from'], `${place}.from`),
      until: this.#time(fields['until'], `${place}.until`),
    };
    const { from, until } = price;
    if (from !== undefined && until !== undefined && Date.parse(from) >= Date.parse(until)) {
      this.refuse(place, 'given a from before its until', value);
    }
    return price;
  }

  #tiers(value: unknown, place: string): readonly UserTier[] | undefined {
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) return this.refuse(place, 'an array of tiers', value);
    return Array.from(value, (tier: unknown, index) => this.#tier(tier, `${place}[${index}]`));
  }

  #tier(value: unknown, place: string): UserTier {
    const fields = this.#fields(value, place, TIER_FIELDS);
    const above = fields['aboveInputTokens'];
    const isThreshold = isNumber(above) && Number.isSafeInteger(above) && above >= 0;
    if (!isThreshold) this.refuse(`${place}.aboveInputTokens`, THRESHOLD_RULE, above);
    return { aboveInputTokens: isThreshold ? above : 0, ...this.#rates(fields, place) };
  }

  /** The rates among the fields; there must be one. */
  #rates(fields: Fields, place: string): UserRates {
    const rates: { -readonly [Name in keyof UserRates]: UserRates[Name] } = {};
    for (const name of RATE_FIELDS) {
      const value = fields[name];
      if (value === undefined) continue;
      const [rule, most] = name === 'requestUsd' ? [REQUEST_RULE, 10_000] : [PER_MTOK_RULE, 1_000_000];
      if (isNumber(value) && value >= 0 && value <= most) rates[name] = value;
      else this.refuse(`${place}.${name}`, rule, value);
    }
    if (Object.keys(rates).length === 0) {
      this.refuse(place, `given at least one rate: ${RATE_FIELDS.join(', ')}`, fields);
    }
    return rates;
  }

  #time(value: unknown, place: string): string | undefined {
    if (value === undefined || (typeof value === 'string' && isInstant(value))) return value;
    return this.refuse(place, TIME_RULE, value);
  }

  /** The fields of an object that has no others than `names`. */
  #fields(value: unknown, place: string, names: readonly string[]): Fields {
    if (!isFields(value)) {
      this.refuse(place, `an object of ${names.join(', ')}`, value);
      return {};
    }
    const fields: Fields = { ...value };
    for (const [name, got] of Object.entries(fields)) {
      if (!names.includes(name)) {
        this.refuse(`${place}.${name}`, `left out: it is no field of ${names.join(', ')}`, got);
      }
    }
    return fields;
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

/** ISO dates and zoned times only; 2026-02-30 is refused, though `Date.parse` would take it for the 2nd of March. */
function isInstant(text: string): boolean {
  const [, date = ''] =
    /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(text) ?? [];
  const midnight = Date.parse(date);
  return (
    !Number.isNaN(Date.parse(text)) &&
    !Number.isNaN(midnight) &&
    new Date(midnight).toISOString().startsWith(date)
  );
}
