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
