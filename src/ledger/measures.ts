/**
 * The numbers of one row, as integers (money in nano-USD). The order is the order on disk and in the document.
 * Each is a plain sum over calls, so rows merge by adding field by field; reversing entries make negative ones.
 * `unpriced…` are the tokens of the calls counted in `unpricedCalls`: what `reprice` needs and reports show.
 */
export const MEASURES = [
  'calls',
  'errors',
  'unmeteredCalls',
  'unpricedCalls',
  'inputTokens',
  'cacheReadInputTokens',
  'cacheWriteInputTokens',
  'audioInputTokens',
  'outputTokens',
  'reasoningOutputTokens',
  'audioOutputTokens',
  'costNanoUsd',
  'inputCostNanoUsd',
  'cacheReadCostNanoUsd',
  'cacheWriteCostNanoUsd',
  'outputCostNanoUsd',
  'cacheSavingsNanoUsd',
  'unpricedInputTokens',
  'unpricedCacheReadInputTokens',
  'unpricedCacheWriteInputTokens',
  'unpricedAudioInputTokens',
  'unpricedOutputTokens',
  'unpricedAudioOutputTokens',
  'durationMillis',
] as const;

export type Measure = (typeof MEASURES)[number];

/** One integer per measure. */
export type Measures = Record<Measure, number>;

/** All zero, always in the same shape (one literal), so that every row stays monomorphic. */
export function zeroMeasures(): Measures {
  return {
    calls: 0,
    errors: 0,
    unmeteredCalls: 0,
    unpricedCalls: 0,
    inputTokens: 0,
    cacheReadInputTokens: 0,
    cacheWriteInputTokens: 0,
    audioInputTokens: 0,
    outputTokens: 0,
    reasoningOutputTokens: 0,
    audioOutputTokens: 0,
    costNanoUsd: 0,
    inputCostNanoUsd: 0,
    cacheReadCostNanoUsd: 0,
    cacheWriteCostNanoUsd: 0,
    outputCostNanoUsd: 0,
    cacheSavingsNanoUsd: 0,
    unpricedInputTokens: 0,
    unpricedCacheReadInputTokens: 0,
    unpricedCacheWriteInputTokens: 0,
    unpricedAudioInputTokens: 0,
    unpricedOutputTokens: 0,
    unpricedAudioOutputTokens: 0,
    durationMillis: 0,
  };
}

/** `into += sign × from`, field by field; exact while every sum stays below 2^53 (in money: below $8,388,608). */
export function addMeasures(into: Measures, from: Measures, sign: 1 | -1 = 1): void {
  into.calls += sign * from.calls;
  into.errors += sign * from.errors;
  into.unmeteredCalls += sign * from.unmeteredCalls;
  into.unpricedCalls += sign * from.unpricedCalls;
  into.inputTokens += sign * from.inputTokens;
  into.cacheReadInputTokens += sign * from.cacheReadInputTokens;
  into.cacheWriteInputTokens += sign * from.cacheWriteInputTokens;
  into.audioInputTokens += sign * from.audioInputTokens;
  into.outputTokens += sign * from.outputTokens;
  into.reasoningOutputTokens += sign * from.reasoningOutputTokens;
  into.audioOutputTokens += sign * from.audioOutputTokens;
  into.costNanoUsd += sign * from.costNanoUsd;
  into.inputCostNanoUsd += sign * from.inputCostNanoUsd;
  into.cacheReadCostNanoUsd += sign * from.cacheReadCostNanoUsd;
  into.cacheWriteCostNanoUsd += sign * from.cacheWriteCostNanoUsd;
  into.outputCostNanoUsd += sign * from.outputCostNanoUsd;
  into.cacheSavingsNanoUsd += sign * from.cacheSavingsNanoUsd;
  into.unpricedInputTokens += sign * from.unpricedInputTokens;
  into.unpricedCacheReadInputTokens += sign * from.unpricedCacheReadInputTokens;
  into.unpricedCacheWriteInputTokens += sign * from.unpricedCacheWriteInputTokens;
  into.unpricedAudioInputTokens += sign * from.unpricedAudioInputTokens;
  into.unpricedOutputTokens += sign * from.unpricedOutputTokens;
  into.unpricedAudioOutputTokens += sign * from.unpricedAudioOutputTokens;
  into.durationMillis += sign * from.durationMillis;
}

/** True when no field counts anything: such a row need not be kept. */
export function isZero(measures: Measures): boolean {
  for (const name of MEASURES) if (measures[name] !== 0) return false;
  return true;
}

/** True when every field can be written and read back as it is. */
export function isExact(measures: Measures): boolean {
  for (const name of MEASURES) if (!Number.isSafeInteger(measures[name])) return false;
  return true;
}
