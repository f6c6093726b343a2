/** The attribute keys of one naming convention, per number in order of priority. */
export interface UsageFamily {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly cacheRead: readonly string[];
  readonly cacheWrite: readonly string[];
  readonly reasoning: readonly string[];
  readonly audioInput: readonly string[];
  readonly audioOutput: readonly string[];
  readonly total: readonly string[];
  readonly cost: readonly string[];
}

/**
 * OTel GenAI semantic conventions: current names first, then those of v1.26 and older, then drafts that libraries shipped
 * (DIALECTS §3). `cache_write` is the current name of `cache_creation` (semantic-conventions-genai, PR 440).
 */
export const SEMCONV: UsageFamily = {
  input: ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens'],
  output: ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens'],
  cacheRead: [
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.cache_read_input_tokens',
    'gen_ai.usage.input_tokens.cached',
    'gen_ai.usage.prompt_tokens_details.cache_read',
  ],
  cacheWrite: [
    'gen_ai.usage.cache_write.input_tokens',
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_write_input_tokens',
    'gen_ai.usage.cache_creation_input_tokens',
    'gen_ai.usage.input_tokens.cache_write',
    'gen_ai.usage.prompt_tokens_details.cache_write',
  ],
  reasoning: [
    'gen_ai.usage.reasoning.output_tokens',
    'gen_ai.usage.reasoning_tokens',
    'gen_ai.usage.output_tokens.reasoning',
    'gen_ai.usage.completion_tokens_details.reasoning',
  ],
  audioInput: ['gen_ai.usage.audio.input_tokens', 'gen_ai.usage.audio_input_tokens'],
  audioOutput: ['gen_ai.usage.audio.output_tokens', 'gen_ai.usage.audio_output_tokens'],
  total: ['gen_ai.usage.total_tokens', 'llm.usage.total_tokens'],
  cost: ['gen_ai.usage.cost'],
};

/** OpenInference (semantic conventions 2.12): implementations are inclusive, the text does not say. */
export const OPENINFERENCE: UsageFamily = {
  input: ['llm.token_count.prompt'],
  output: ['llm.token_count.completion'],
  cacheRead: ['llm.token_count.prompt_details.cache_read', 'llm.token_count.prompt_details.cache_input'],
  cacheWrite: ['llm.token_count.prompt_details.cache_write'],
  reasoning: ['llm.token_count.completion_details.reasoning'],
  audioInput: ['llm.token_count.prompt_details.audio'],
  audioOutput: ['llm.token_count.completion_details.audio'],
  total: ['llm.token_count.total'],
  cost: ['llm.cost.total'],
};

/** Vercel AI SDK 4 to 6 and the legacy integration of 7. `ai.usage.tokens` is the one number of embeddings. */
export const VERCEL: UsageFamily = {
  input: ['ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens'],
  output: ['ai.usage.outputTokens', 'ai.usage.completionTokens'],
  cacheRead: ['ai.usage.inputTokenDetails.cacheReadTokens', 'ai.usage.cachedInputTokens'],
  cacheWrite: ['ai.usage.inputTokenDetails.cacheWriteTokens'],
  reasoning: ['ai.usage.outputTokenDetails.reasoningTokens', 'ai.usage.reasoningTokens'],
  audioInput: [],
  audioOutput: [],
  total: ['ai.usage.totalTokens'],
  cost: [],
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
