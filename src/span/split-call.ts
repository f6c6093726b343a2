import type { Call } from '../usage/call.js';

/**
 * Splits a call that sums `parts` requests: `call` becomes the first of them, the others are returned. Every number is divided
 * as evenly as integers go, its disjoint parts one by one, so that sums are exact and subsets stay subsets.
 * Example: input 11, cache read 4, in 2 → input 5, cache read 2, and input 6, cache read 2.
 */
export function splitCall(call: Call, parts: number): Call[] {
  const whole = { ...call };
  const others: Call[] = [];
  for (let i = 0; i < parts; i++) {
    const part: Call = i === 0 ? call : { ...whole, booking: undefined };
    const share = (total: number): number =>
      Math.floor((total * (i + 1)) / parts) - Math.floor((total * i) / parts);
    const { cacheReadInputTokens, cacheWriteInputTokens, reasoningOutputTokens } = whole;
    part.cacheReadInputTokens = share(cacheReadInputTokens);
    part.cacheWriteInputTokens = share(cacheWriteInputTokens);
    part.reasoningOutputTokens = share(reasoningOutputTokens);
    part.inputTokens =
      share(whole.inputTokens - cacheReadInputTokens - cacheWriteInputTokens) +
      part.cacheReadInputTokens +
      part.cacheWriteInputTokens;
    part.outputTokens = share(whole.outputTokens - reasoningOutputTokens) + part.reasoningOutputTokens;
    part.audioInputTokens = Math.min(share(whole.audioInputTokens), part.inputTokens);
    part.audioOutputTokens = Math.min(share(whole.audioOutputTokens), part.outputTokens);
    part.durationMillis = share(whole.durationMillis);
    part.reportedCostUsd = i === 0 ? whole.reportedCostUsd : undefined;
    if (i > 0) others.push(part);
  }
  return others;
}
