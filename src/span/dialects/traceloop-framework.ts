import type { Dialect } from './dialect.js';
import { semconvRole } from './roles.js';
import { SEMCONV } from './usage-families.js';

/** Traceloop on LangChain and LlamaIndex: the span is not made active, so the client span lands beside it. */
export const TRACELOOP_FRAMEWORK: Dialect = {
  name: 'traceloop-framework',
  source:
    'captured with 0.27.0; @langchain/anthropic >= 1.3.12 adds the cache to its input (langchainjs 9520, 9841)',
  since: '0.5.0',
  scopes: [
    '@traceloop/instrumentation-langchain',
    '@traceloop/instrumentation-llamaindex',
    '@traceloop/instrumentation-llama-index',
  ],
  framework: true,
  role: semconvRole,
  families: [SEMCONV],
  numbers: 'inclusive',
};
