/**
 * What a caller of `exporter.record()` tells about one LLM call. Token fields are counts (non-negative safe
 * integers); absent = 0, but `inputTokens` and `outputTokens` both absent = an unmetered call (tokens unknown).
 * `inputTokens` includes cache reads, cache writes and audio; `outputTokens` includes reasoning and audio
 * (OTel semantic conventions: `gen_ai.usage.input_tokens` "SHOULD include all types of input tokens").
 */
export interface UsageRecord {
  /** Who was billed for the call, e.g. `openai`, `anthropic`, `aws.bedrock`; brought to its canonical name. */
  readonly provider?: string;
  /** Model that answered (else the one asked for), e.g. `gpt-4o-mini-2024-07-18`. */
  readonly model?: string;
  /** `gen_ai.operation.name`: `chat`, `embeddings`, … Default `chat`. */
  readonly operation?: string;
  readonly inputTokens?: number;
  readonly cacheReadInputTokens?: number;
  readonly cacheWriteInputTokens?: number;
  readonly audioInputTokens?: number;
  readonly outputTokens?: number;
  readonly reasoningOutputTokens?: number;
  readonly audioOutputTokens?: number;
  /** When the call ended, milliseconds since the Unix epoch. Default: now. */
  readonly endTimeUnixMillis?: number;
  /** How long the call took, in milliseconds. Default 0. */
  readonly durationMillis?: number;
  /** True when the call failed. Without usage it then is an error and no call; with usage it is both. */
  readonly error?: boolean;
  /** `service.name`. */
  readonly service?: string;
  /** The provider's response id; one id, provider and token pair recorded twice within the window counts once. */
  readonly responseId?: string;
  /** Cost in USD as the provider or a tool reported it; used only with the option `reportedCost: 'prefer'`. */
  readonly costUsd?: number;
  /** Dimension name → value, e.g. `{ agent: 'refunds' }`. */
  readonly dimensions?: Readonly<Record<string, string>>;
}
