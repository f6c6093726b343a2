import type { SpanAttributes } from '../span-shape.js';
import type { Dialect, Role } from './dialect.js';

/** Genkit: no usage attributes, only the JSON of `genkit:output`; `generate` spans repeat that of the last turn. */
export const GENKIT: Dialect = {
  name: 'genkit',
  source:
    'captured with 1.42.0; Google output without thoughts, Anthropic input without cache (plugins pass them through)',
  since: '1.0.0',
  scopes: ['genkit-tracer'],
  role: genkitRole,
  families: [],
  numbers: 'raw',
  json: {
    attribute: 'genkit:output',
    numbers: {
      input: ['usage.inputTokens'],
      output: ['usage.outputTokens'],
      reasoning: ['usage.thoughtsTokens', 'raw.usage.completion_tokens_details.reasoning_tokens'],
      cacheRead: [
        'usage.cachedContentTokens',
        'raw.usage.prompt_tokens_details.cached_tokens',
        'raw.usage.cache_read_input_tokens',
        'custom.usage.cache_read_input_tokens',
        'usage.custom.cache_read_input_tokens',
      ],
      cacheWrite: [
        'raw.usage.prompt_tokens_details.cache_write_tokens',
        'raw.usage.cache_creation_input_tokens',
        'custom.usage.cache_creation_input_tokens',
        'usage.custom.cache_creation_input_tokens',
      ],
      audioInput: ['raw.usage.prompt_tokens_details.audio_tokens'],
      audioOutput: ['raw.usage.completion_tokens_details.audio_tokens'],
      total: ['usage.totalTokens'],
      rawInput: ['raw.usage.input_tokens', 'custom.usage.input_tokens'],
      rawOutput: ['custom.usageMetadata.candidatesTokenCount', 'raw.usageMetadata.candidatesTokenCount'],
    },
    model: ['raw.model', 'raw.modelVersion', 'custom.modelVersion'],
    responseId: ['raw.id', 'raw.responseId', 'custom.responseId'],
  },
  vendorSlashModel: 'genkit:name',
  failed: ['genkit:state', 'error'],
};

function genkitRole(attributes: SpanAttributes): Role {
  switch (attributes['genkit:metadata:subtype']) {
    case 'model':
    case 'embedder':
    case 'reranker':
      return 'call';
    case 'tool':
      return 'tool';
    default:
      return 'none';
  }
}
