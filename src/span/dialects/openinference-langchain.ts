import type { Dialect } from './dialect.js';
import { jsonText } from '../json-attribute.js';
import { openinferenceRole } from './roles.js';
import { OPENINFERENCE } from './usage-families.js';

/** OpenInference on LangChain: the provider is only in the `metadata` JSON; the client span lands beside this one. */
export const OPENINFERENCE_LANGCHAIN: Dialect = {
  name: 'openinference-langchain',
  source:
    'captured with 4.1.1; @langchain/anthropic >= 1.3.12 adds the cache to its input (langchainjs 9520, 9841)',
  since: '0.1.0',
  scopes: ['@arizeai/openinference-instrumentation-langchain*'],
  framework: true,
  role: openinferenceRole,
  families: [OPENINFERENCE],
  numbers: 'inclusive',
  providerHint: (attributes) => jsonText(attributes['metadata'], 'ls_provider'),
};
