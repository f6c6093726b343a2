import * as v from 'valibot';

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

const PER_MTOK_RULE = 'USD per million tokens: a number from 0 to 1000000';
const PER_MTOK = v.optional(
  v.pipe(v.number(PER_MTOK_RULE), v.minValue(0, PER_MTOK_RULE), v.maxValue(1_000_000, PER_MTOK_RULE)),
);
const REQUEST_RULE = 'USD per request: a number from 0 to 10000';
const REQUEST = v.optional(
  v.pipe(v.number(REQUEST_RULE), v.minValue(0, REQUEST_RULE), v.maxValue(10_000, REQUEST_RULE)),
);
const THRESHOLD_RULE = 'a number of tokens: an integer from 0';
const TIME_RULE = 'a date like 2026-11-22 or a time like 2026-11-22T08:00:00Z';
const TIME = v.optional(v.pipe(v.string(TIME_RULE), v.check(isInstant, TIME_RULE)));

const RATES = {
  inputUsdPerMTok: PER_MTOK,
  cacheReadUsdPerMTok: PER_MTOK,
  cacheWriteUsdPerMTok: PER_MTOK,
  audioInputUsdPerMTok: PER_MTOK,
  outputUsdPerMTok: PER_MTOK,
  reasoningOutputUsdPerMTok: PER_MTOK,
  audioOutputUsdPerMTok: PER_MTOK,
  requestUsd: REQUEST,
};

const RATE_FIELDS = Object.keys(RATES);
const TIER_RULE = `an object of aboveInputTokens and ${RATE_FIELDS.join(', ')}`;
const TIER = v.pipe(
  v.strictObject(
    {
      aboveInputTokens: v.pipe(
        v.number(THRESHOLD_RULE),
        v.safeInteger(THRESHOLD_RULE),
        v.minValue(0, THRESHOLD_RULE),
      ),
      ...RATES,
    },
    TIER_RULE,
  ),
  v.check((price) => hasRate(price), `given at least one rate: ${RATE_FIELDS.join(', ')}`),
);

const PRICE_RULE = `an object of ${[...RATE_FIELDS, 'tiers', 'from', 'until'].join(', ')}`;
const PRICE = v.pipe(
  v.strictObject(
    { ...RATES, tiers: v.optional(v.array(TIER, 'an array of tiers')), from: TIME, until: TIME },
    PRICE_RULE,
  ),
  v.check((price) => hasRate(price), `given at least one rate: ${RATE_FIELDS.join(', ')}`),
  v.check(
    (price) =>
      price.from === undefined ||
      price.until === undefined ||
      Date.parse(price.from) < Date.parse(price.until),
    'given a from before its until',
  ),
);

/** Prices of one key, in the order written, or the problem in the words of `place … must be …; got …`. */
export type CheckedPrices =
  | { readonly ok: true; readonly prices: readonly UserPrice[] }
  | { readonly ok: false; readonly field: string; readonly rule: string; readonly got: unknown };

/** Checks the value of one key of the user's prices. Unknown fields are errors: a misspelt rate must not become "free". */
export function checkUserPrices(value: unknown): CheckedPrices {
  const result = Array.isArray(value)
    ? v.safeParse(v.pipe(v.array(PRICE), v.minLength(1, 'given at least one price')), value)
    : v.safeParse(PRICE, value);
  if (result.success)
    return { ok: true, prices: Array.isArray(result.output) ? result.output : [result.output] };
  const issue = result.issues[0];
  const path = issue.path ?? [];
  const field = path
    .map((step) => (typeof step.key === 'number' ? `[${step.key}]` : `.${String(step.key)}`))
    .join('');
  return issue.expected === 'never'
    ? {
        ok: false,
        field,
        rule: `left out: it is no field of ${issue.message.slice('an object of '.length)}`,
        got: path.at(-1)?.value,
      }
    : { ok: false, field, rule: issue.message, got: issue.input };
}

function hasRate(price: object): boolean {
  return Object.entries(price).some(([field, value]) => value !== undefined && field in RATES);
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
