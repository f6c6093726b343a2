import type { Call } from '../../src/usage/call.js';
import { NO_DIMENSIONS } from '../../src/usage/call.js';
import type { PlainCall } from '../peers/simple-ledger.js';

const MODELS: ReadonlyArray<readonly [provider: string, model: string]> = [
  ['openai', 'gpt-4o-mini-2024-07-18'],
  ['openai', 'gpt-4.1-2025-04-14'],
  ['anthropic', 'claude-sonnet-4-5-20250929'],
  ['anthropic', 'claude-haiku-4-5-20251001'],
  ['gcp.gemini', 'gemini-2.5-flash'],
];

/** A call as the core takes it; tokens differ from call to call. */
export function callOf(i: number): Call {
  return {
    provider: 'openai',
    model: 'gpt-4o-mini-2024-07-18',
    operation: 'chat',
    service: 'bench',
    dimensions: NO_DIMENSIONS,
    endTimeUnixMillis: Date.now(),
    durationMillis: 800,
    metered: true,
    error: false,
    inputTokens: 1000 + (i % 100),
    cacheReadInputTokens: 0,
    cacheWriteInputTokens: 0,
    audioInputTokens: 0,
    outputTokens: 50 + (i % 10),
    reasoningOutputTokens: 0,
    audioOutputTokens: 0,
    reportedCostUsd: undefined,
    booking: undefined,
  };
}

/** A record as a user gives it, of one of `series` (5 models × agents); tokens differ from call to call. */
export function recordOf(i: number, series = 5): PlainCall & { readonly operation: string } {
  const name = i % series;
  const [provider, model] = MODELS[name % MODELS.length]!;
  return {
    provider,
    model,
    operation: 'chat',
    inputTokens: 1000 + (i % 100),
    outputTokens: 50 + (i % 10),
    dimensions: { agent: `agent-${Math.floor(name / MODELS.length)}` },
  };
}

/** Input tokens of the first `count` records. */
export function inputTokensOf(count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += 1000 + (i % 100);
  return sum;
}
