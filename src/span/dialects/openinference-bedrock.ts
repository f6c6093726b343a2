import type { Dialect } from './dialect.js';
import { openinferenceRole } from './roles.js';
import { OPENINFERENCE } from './usage-families.js';

/** OpenInference on Bedrock: passes the numbers through; the cache is only in the response JSON. */
export const OPENINFERENCE_BEDROCK: Dialect = {
  name: 'openinference-bedrock',
  source: 'its source, js/packages/openinference-instrumentation-bedrock/src/attributes',
  since: '0.1.0',
  scopes: ['@arizeai/openinference-instrumentation-bedrock'],
  role: openinferenceRole,
  families: [OPENINFERENCE],
  numbers: 'raw',
  json: {
    attribute: 'output.value',
    numbers: {
      cacheRead: ['usage.cacheReadInputTokens', 'usage.cache_read_input_tokens'],
      cacheWrite: ['usage.cacheWriteInputTokens', 'usage.cache_creation_input_tokens'],
      rawInput: ['usage.inputTokens', 'usage.input_tokens'],
    },
    unless: 'llm.token_count.prompt_details.cache_read',
  },
  providerHint: () => 'aws.bedrock',
};
