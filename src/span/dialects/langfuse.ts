import type { SpanAttributes } from '../span-shape.js';
import type { Dialect, Role } from './dialect.js';
import { SEMCONV } from './usage-families.js';

/** Langfuse `observeOpenAI`: one JSON string of disjoint buckets whose sums are the totals; errors only in the level. */
export const LANGFUSE: Dialect = {
  name: 'langfuse',
  source: 'captured with @langfuse/openai 5.11.1',
  since: '5.0.0',
  scopes: ['langfuse-sdk'],
  framework: true,
  role: langfuseRole,
  families: [SEMCONV],
  numbers: 'inclusive',
  json: {
    attribute: 'langfuse.observation.usage_details',
    sums: { input: 'input', output: 'output' },
    numbers: {
      cacheRead: [
        'input_cached_tokens',
        'input_cache_read',
        'cache_read_input_tokens',
        'input_cache_read_tokens',
      ],
      cacheWrite: ['input_cache_write_tokens', 'input_cache_creation', 'input_cache_creation_tokens'],
      reasoning: ['output_reasoning_tokens', 'output_reasoning'],
      audioInput: ['input_audio_tokens', 'input_audio'],
      audioOutput: ['output_audio_tokens', 'output_audio'],
    },
  },
  names: {
    responseModel: ['langfuse.observation.model.name'],
    provider: ['gen_ai.provider.name', 'gen_ai.system'],
  },
  // The OpenAI client wrapper names its spans after itself.
  providerHint: (_attributes, spanName) => (spanName.startsWith('OpenAI.') ? 'openai' : undefined),
  operationHint: (spanName) => (spanName === 'OpenAI.embeddings' ? 'embeddings' : undefined),
  failed: ['langfuse.observation.level', 'ERROR'],
  costJson: 'langfuse.observation.cost_details',
};

function langfuseRole(attributes: SpanAttributes): Role {
  switch (attributes['langfuse.observation.type']) {
    case 'generation':
    case 'embedding':
      return 'call';
    case 'agent':
    case 'chain':
    case 'guardrail':
    case 'retriever':
    case 'evaluator':
      return 'aggregate';
    case 'tool':
      return 'tool';
    default:
      return 'none';
  }
}
