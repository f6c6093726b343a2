import type { Call } from '../usage/call.js';
import type { Cost } from '../price/cost.js';
import type { Measures } from './measures.js';

/**
 * Adds one call at its frozen cost, or takes it back with `sign` -1. `cost` undefined = no price known: a metered call
 * then counts as unpriced and its tokens are kept for `reprice`; an unmetered one has neither price nor `unpricedCalls`.
 * A failed call without usage is no call, only an error.
 */
export function addCall(into: Measures, call: Call, cost: Cost | undefined, sign: 1 | -1): void {
  if (call.error) into.errors += sign;
  into.durationMillis += sign * call.durationMillis;
  if (!call.metered) {
    if (call.error) return;
    into.unmeteredCalls += sign;
    into.calls += sign;
    if (cost !== undefined) addCost(into, cost, sign);
    return;
  }
  into.calls += sign;
  into.inputTokens += sign * call.inputTokens;
  into.cacheReadInputTokens += sign * call.cacheReadInputTokens;
  into.cacheWriteInputTokens += sign * call.cacheWriteInputTokens;
  into.audioInputTokens += sign * call.audioInputTokens;
  into.outputTokens += sign * call.outputTokens;
  into.reasoningOutputTokens += sign * call.reasoningOutputTokens;
  into.audioOutputTokens += sign * call.audioOutputTokens;
  if (cost === undefined) addUnpriced(into, call, sign);
  else addCost(into, cost, sign);
}

function addCost(into: Measures, cost: Cost, sign: 1 | -1): void {
  into.costNanoUsd += sign * cost.costNanoUsd;
  into.inputCostNanoUsd += sign * cost.inputCostNanoUsd;
  into.cacheReadCostNanoUsd += sign * cost.cacheReadCostNanoUsd;
  into.cacheWriteCostNanoUsd += sign * cost.cacheWriteCostNanoUsd;
  into.outputCostNanoUsd += sign * cost.outputCostNanoUsd;
  into.cacheSavingsNanoUsd += sign * cost.cacheSavingsNanoUsd;
}

function addUnpriced(into: Measures, call: Call, sign: 1 | -1): void {
  into.unpricedCalls += sign;
  into.unpricedInputTokens += sign * call.inputTokens;
  into.unpricedCacheReadInputTokens += sign * call.cacheReadInputTokens;
  into.unpricedCacheWriteInputTokens += sign * call.cacheWriteInputTokens;
  into.unpricedAudioInputTokens += sign * call.audioInputTokens;
  into.unpricedOutputTokens += sign * call.outputTokens;
  into.unpricedAudioOutputTokens += sign * call.audioOutputTokens;
}
