import type { Dialect } from './dialect.js';
import { semconvRole } from './roles.js';
import { SEMCONV } from './usage-families.js';

/** Google ADK: `call_llm` has no operation name; output without thoughts, which only the response JSON tells. */
export const GOOGLE_ADK: Dialect = {
  name: 'google-adk',
  source: 'captured with 2.0.0, scope gcp.vertex.agent',
  since: '0.1.0',
  scopes: ['gcp.vertex.agent'],
  role: semconvRole,
  families: [SEMCONV],
  numbers: 'raw',
  json: {
    attribute: 'gcp.vertex.agent.llm_response',
    numbers: {
      input: ['usageMetadata.promptTokenCount', 'usage_metadata.prompt_token_count'],
      output: ['usageMetadata.candidatesTokenCount', 'usage_metadata.candidates_token_count'],
      rawOutput: ['usageMetadata.candidatesTokenCount', 'usage_metadata.candidates_token_count'],
      reasoning: ['usageMetadata.thoughtsTokenCount', 'usage_metadata.thoughts_token_count'],
      cacheRead: ['usageMetadata.cachedContentTokenCount', 'usage_metadata.cached_content_token_count'],
      total: ['usageMetadata.totalTokenCount', 'usage_metadata.total_token_count'],
    },
    model: ['modelVersion', 'model_version'],
    responseId: ['responseId', 'response_id'],
  },
};
