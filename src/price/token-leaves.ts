import type { PricedUsage } from './price-book.js';

/** The tokens of `PricedUsage`. */
export type TokenCounts = Omit<PricedUsage, 'provider' | 'model' | 'endTimeUnixMillis'>;

/**
 * A call's tokens cut into pieces that do not overlap, each with one rate: all but the last three add up to
 * `inputTokens`, those to `outputTokens`.
 */
export interface TokenLeaves {
  readonly textInput: number;
  readonly audioInput: number;
  readonly textCacheRead: number;
  readonly audioCacheRead: number;
  readonly textCacheWrite: number;
  readonly audioCacheWrite: number;
  readonly textOutput: number;
  readonly reasoningOutput: number;
  readonly audioOutput: number;
}

/**
 * Takes the subsets out of their totals. Nobody reports how much audio was cached, so audio is taken to be uncached as
 * far as the uncached input holds it, and only the rest is cached audio; of the output, audio comes before reasoning.
 * Subsets that claim more than their total are cut to it, so no piece is ever negative.
 *
 * Example: input 1,000 of which cached 640 and audio 500 → audio 360, cached audio 140, cached text 500.
 */
export function tokenLeaves(usage: TokenCounts): TokenLeaves {
  const cacheRead = Math.min(usage.cacheReadInputTokens, usage.inputTokens);
  const cacheWrite = Math.min(usage.cacheWriteInputTokens, usage.inputTokens - cacheRead);
  const uncached = usage.inputTokens - cacheRead - cacheWrite;
  const audioInput = Math.min(usage.audioInputTokens, uncached);
  const audioCacheRead = Math.min(usage.audioInputTokens - audioInput, cacheRead);
  const audioCacheWrite = Math.min(usage.audioInputTokens - audioInput - audioCacheRead, cacheWrite);
  const audioOutput = Math.min(usage.audioOutputTokens, usage.outputTokens);
  const reasoningOutput = Math.min(usage.reasoningOutputTokens, usage.outputTokens - audioOutput);
  return {
    textInput: uncached - audioInput,
    audioInput,
    textCacheRead: cacheRead - audioCacheRead,
    audioCacheRead,
    textCacheWrite: cacheWrite - audioCacheWrite,
    audioCacheWrite,
    textOutput: usage.outputTokens - audioOutput - reasoningOutput,
    reasoningOutput,
    audioOutput,
  };
}
