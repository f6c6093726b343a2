import type { Decimal } from './decimal.js';
import { inUnits } from './decimal.js';

/** What can have a rate of its own: kinds of tokens, and the request. The first of each kind is its plain rate. */
export const RATE_NAMES = [
  'input',
  'audioInput',
  'cacheRead',
  'audioCacheRead',
  'cacheWrite',
  'audioCacheWrite',
  'output',
  'reasoningOutput',
  'audioOutput',
  'request',
] as const;

export type RateName = (typeof RATE_NAMES)[number];

/** Prices as published, in nano-USD per token or per request; absent = no rate of its own. */
export type RateSheet = Partial<Record<RateName, Decimal>>;

/**
 * Rates as integers, so that a cost is an exact sum of products. A rate of `n` is `n / divisor` nano-USD, and `divisor`
 * is a power of ten (1 for most models: $0.15 per million tokens is 150 nano-USD per token; 10 for $0.0375).
 * Every rate is filled in: what has no rate of its own takes the plain one.
 */
export interface Rates {
  readonly divisor: number;
  readonly rate: Readonly<Record<RateName, number>>;
  /** The same as big integers, for sums beyond 2^53 and rates too fine for a double. */
  readonly exactDivisor: bigint;
  readonly exactRate: Readonly<Record<RateName, bigint>>;
  /** False: some rate or the divisor is no safe integer, so only the exact ones count. */
  readonly safe: boolean;
  /** False: input (output) tokens have no rate, so a call that has some cannot be priced. */
  readonly pricesInput: boolean;
  readonly pricesOutput: boolean;
}

/**
 * Brings published prices to integers over one common divisor. A cached, cache-written or audio token without a rate
 * costs what a plain input token costs, reasoning and audio output what plain output costs: providers list such a rate
 * only where it differs. `pricesInput` and `pricesOutput` are false only where `lenient` is false and the rate is absent.
 */
export function compileRates(sheet: RateSheet, lenient: boolean): Rates {
  const input = sheet.input;
  const cacheRead = sheet.cacheRead ?? input;
  const audioInput = sheet.audioInput ?? input;
  const written: Record<RateName, Decimal | undefined> = {
    input,
    audioInput,
    cacheRead,
    audioCacheRead: sheet.audioCacheRead ?? (sheet.cacheRead ? cacheRead : audioInput),
    cacheWrite: sheet.cacheWrite ?? input,
    audioCacheWrite: sheet.audioCacheWrite ?? sheet.cacheWrite ?? audioInput,
    output: sheet.output,
    reasoningOutput: sheet.reasoningOutput ?? sheet.output,
    audioOutput: sheet.audioOutput ?? sheet.output,
    request: sheet.request,
  };
  const exponent = Math.min(0, ...RATE_NAMES.map((name) => written[name]?.exponent ?? 0));
  const exactDivisor = 10n ** BigInt(-exponent);
  const exact = (name: RateName): bigint => {
    const decimal = written[name];
    return decimal ? inUnits(decimal, exponent) : 0n;
  };
  const exactRate = byName(exact);
  const rate = byName((name) => Number(exactRate[name]));
  const divisor = Number(exactDivisor);
  return {
    divisor,
    rate,
    exactDivisor,
    exactRate,
    safe: Number.isSafeInteger(divisor) && RATE_NAMES.every((name) => Number.isSafeInteger(rate[name])),
    pricesInput: lenient || sheet.input !== undefined,
    pricesOutput: lenient || sheet.output !== undefined,
  };
}

function byName<T>(value: (name: RateName) => T): Record<RateName, T> {
  return {
    input: value('input'),
    audioInput: value('audioInput'),
    cacheRead: value('cacheRead'),
    audioCacheRead: value('audioCacheRead'),
    cacheWrite: value('cacheWrite'),
    audioCacheWrite: value('audioCacheWrite'),
    output: value('output'),
    reasoningOutput: value('reasoningOutput'),
    audioOutput: value('audioOutput'),
    request: value('request'),
  };
}
