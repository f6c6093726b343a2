import type { SpanAttributes } from '../span-shape.js';
import {
  takeAudioInput,
  takeAudioOutput,
  takeCacheRead,
  takeCacheWrite,
  takeCost,
  takeInput,
  takeOutput,
  takeReasoning,
  takeTotal,
} from '../take-numbers.js';

/**
 * One naming convention: hands over its attributes, per number in order of priority; of all that are handed over the first
 * valid one is taken. Each attribute is named in the code, not looked up by a key out of a list: that is three times as fast,
 * and most of them are not there on most spans.
 */
export interface UsageFamily {
  readonly numbers: (attributes: SpanAttributes) => void;
  /** Input and output as the provider summed them; asked only where numbers are raw. */
  readonly total: (attributes: SpanAttributes) => void;
}

/**
 * OTel GenAI semantic conventions: current names first, then those of v1.26 and older, then drafts that libraries shipped
 * (DIALECTS §3). `cache_write` is the current name of `cache_creation` (semantic-conventions-genai, PR 440).
 */
export const SEMCONV: UsageFamily = {
  numbers: (attributes) => {
    takeInput(attributes['gen_ai.usage.input_tokens']);
    takeInput(attributes['gen_ai.usage.prompt_tokens']);
    takeOutput(attributes['gen_ai.usage.output_tokens']);
    takeOutput(attributes['gen_ai.usage.completion_tokens']);
    takeCacheRead(attributes['gen_ai.usage.cache_read.input_tokens']);
    takeCacheRead(attributes['gen_ai.usage.cache_read_input_tokens']);
    takeCacheRead(attributes['gen_ai.usage.input_tokens.cached']);
    takeCacheRead(attributes['gen_ai.usage.prompt_tokens_details.cache_read']);
    takeCacheWrite(attributes['gen_ai.usage.cache_write.input_tokens']);
    takeCacheWrite(attributes['gen_ai.usage.cache_creation.input_tokens']);
    takeCacheWrite(attributes['gen_ai.usage.cache_write_input_tokens']);
    takeCacheWrite(attributes['gen_ai.usage.cache_creation_input_tokens']);
    takeCacheWrite(attributes['gen_ai.usage.input_tokens.cache_write']);
    takeCacheWrite(attributes['gen_ai.usage.prompt_tokens_details.cache_write']);
    takeReasoning(attributes['gen_ai.usage.reasoning.output_tokens']);
    takeReasoning(attributes['gen_ai.usage.reasoning_tokens']);
    takeReasoning(attributes['gen_ai.usage.output_tokens.reasoning']);
    takeReasoning(attributes['gen_ai.usage.completion_tokens_details.reasoning']);
    takeAudioInput(attributes['gen_ai.usage.audio.input_tokens']);
    takeAudioInput(attributes['gen_ai.usage.audio_input_tokens']);
    takeAudioOutput(attributes['gen_ai.usage.audio.output_tokens']);
    takeAudioOutput(attributes['gen_ai.usage.audio_output_tokens']);
    takeCost(attributes['gen_ai.usage.cost']);
  },
  total: (attributes) => {
    takeTotal(attributes['gen_ai.usage.total_tokens']);
    takeTotal(attributes['llm.usage.total_tokens']);
  },
};

/** OpenInference (semantic conventions 2.12): implementations are inclusive, the text does not say. */
export const OPENINFERENCE: UsageFamily = {
  numbers: (attributes) => {
    takeInput(attributes['llm.token_count.prompt']);
    takeOutput(attributes['llm.token_count.completion']);
    takeCacheRead(attributes['llm.token_count.prompt_details.cache_read']);
    takeCacheRead(attributes['llm.token_count.prompt_details.cache_input']);
    takeCacheWrite(attributes['llm.token_count.prompt_details.cache_write']);
    takeReasoning(attributes['llm.token_count.completion_details.reasoning']);
    takeAudioInput(attributes['llm.token_count.prompt_details.audio']);
    takeAudioOutput(attributes['llm.token_count.completion_details.audio']);
    takeCost(attributes['llm.cost.total']);
  },
  total: (attributes) => {
    takeTotal(attributes['llm.token_count.total']);
  },
};

/** Vercel AI SDK 4 to 6 and the legacy integration of 7. `ai.usage.tokens` is the one number of embeddings. */
export const VERCEL: UsageFamily = {
  numbers: (attributes) => {
    takeInput(attributes['ai.usage.inputTokens']);
    takeInput(attributes['ai.usage.promptTokens']);
    takeInput(attributes['ai.usage.tokens']);
    takeOutput(attributes['ai.usage.outputTokens']);
    takeOutput(attributes['ai.usage.completionTokens']);
    takeCacheRead(attributes['ai.usage.inputTokenDetails.cacheReadTokens']);
    takeCacheRead(attributes['ai.usage.cachedInputTokens']);
    takeCacheWrite(attributes['ai.usage.inputTokenDetails.cacheWriteTokens']);
    takeReasoning(attributes['ai.usage.outputTokenDetails.reasoningTokens']);
    takeReasoning(attributes['ai.usage.reasoningTokens']);
  },
  total: (attributes) => {
    takeTotal(attributes['ai.usage.totalTokens']);
  },
};

/** Parts of one number that some libraries tell instead of it: summed only where the number itself is absent. */
export interface SummedParts {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly cacheRead: readonly string[];
  readonly cacheWrite: readonly string[];
}

/** Modalities: "or by summing different token types" (semantic-conventions-genai); Anthropic's two cache lifetimes (mastra). */
export const PARTS: SummedParts = {
  input: ['text', 'image', 'audio', 'video'].map((kind) => `gen_ai.usage.${kind}.input_tokens`),
  output: ['text', 'image', 'audio'].map((kind) => `gen_ai.usage.${kind}.output_tokens`),
  cacheRead: ['text', 'image', 'audio'].map((kind) => `gen_ai.usage.${kind}.cache_read.input_tokens`),
  cacheWrite: ['5m', '1h'].map((life) => `gen_ai.usage.cache_creation.${life}_input_tokens`),
};
