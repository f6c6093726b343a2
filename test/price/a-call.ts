import type { PricedCall } from '../../src/price/pricing.js';

/** A call of nothing to `openai/gpt-4o-mini`, with whatever a test is about. */
export function aCall(fields: Partial<PricedCall> = {}): PricedCall {
  return {
    provider: 'openai',
    model: 'gpt-4o-mini',
    endTimeUnixMillis: Date.UTC(2026, 10, 22, 12),
    inputTokens: 0,
    cacheReadInputTokens: 0,
    cacheWriteInputTokens: 0,
    audioInputTokens: 0,
    outputTokens: 0,
    reasoningOutputTokens: 0,
    audioOutputTokens: 0,
    reportedCostUsd: undefined,
    ...fields,
  };
}
