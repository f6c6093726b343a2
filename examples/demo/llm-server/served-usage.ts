/**
 * What the provider bills for one served request. Token fields are counts and inclusive: cache reads and writes are
 * part of `inputTokens`, reasoning is part of `outputTokens`.
 */
export interface ServedUsage {
  readonly inputTokens: number;
  readonly cacheReadInputTokens: number;
  readonly cacheWriteInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningOutputTokens: number;
}

/** Which shape of usage a request gets: who bills it and how. */
export type UsageKind = 'openai' | 'openai-reasoning' | 'openai-embeddings' | 'anthropic';

/**
 * Usage of the `serial`-th request (from 1). Every request gets other numbers, so that a call counted twice, swapped
 * or left out never happens to add up.
 */
export function servedUsage(kind: UsageKind, serial: number): ServedUsage {
  switch (kind) {
    case 'openai':
      return usage({ inputTokens: 1000 + 10 * serial, cacheReadInputTokens: 640, outputTokens: 50 + serial });
    case 'openai-reasoning':
      return usage({
        inputTokens: 1000 + 10 * serial,
        cacheReadInputTokens: 640,
        outputTokens: 90 + serial,
        reasoningOutputTokens: 32 + serial,
      });
    case 'openai-embeddings':
      return usage({ inputTokens: 20 + serial });
    case 'anthropic':
      return usage({
        inputTokens: 30 + serial + 1500 + 300,
        cacheReadInputTokens: 1500,
        cacheWriteInputTokens: 300,
        outputTokens: 70 + serial,
      });
  }
}

function usage(some: Partial<ServedUsage>): ServedUsage {
  return {
    inputTokens: 0,
    cacheReadInputTokens: 0,
    cacheWriteInputTokens: 0,
    outputTokens: 0,
    reasoningOutputTokens: 0,
    ...some,
  };
}
