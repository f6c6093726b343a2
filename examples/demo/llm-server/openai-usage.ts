import type { Json } from './api.js';
import type { ServedUsage } from './served-usage.js';

/** The `usage` block of chat completions: inclusive totals with their details. */
export function chatUsage(usage: ServedUsage): Json {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cacheReadInputTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningOutputTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** The `usage` block of the Responses API. */
export function responsesUsage(usage: ServedUsage): Json {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cacheReadInputTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningOutputTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}

/** How OpenAI tells an error. */
export function openAiError(status: number): Json {
  return { error: { message: `simulated ${status}`, type: 'simulated_error', param: null, code: null } };
}

/** Models that think bill reasoning tokens. */
export function openAiUsageKind(model: string): 'openai' | 'openai-reasoning' {
  return /^(?:gpt-5|o\d)/.test(model) ? 'openai-reasoning' : 'openai';
}

/** One fixed moment; the clients only pass it on. */
export const CREATED_SECONDS = 1_763_800_000;
