import type { Dialect } from './dialect.js';
import { semconvRole } from './roles.js';
import { SEMCONV } from './usage-families.js';

/** openlit on LangChain, LangGraph, LlamaIndex and the AI SDK: above a client that may be instrumented as well. */
export const OPENLIT_FRAMEWORK: Dialect = {
  name: 'openlit-framework',
  source: 'its source, sdk/typescript/src/instrumentation/langchain/wrapper.ts',
  since: '1.3.0',
  scopes: [
    '@openlit/instrumentation-langchain',
    '@openlit/instrumentation-langgraph',
    '@openlit/instrumentation-llamaindex',
    '@openlit/instrumentation-vercel-ai',
  ],
  framework: true,
  role: semconvRole,
  families: [SEMCONV],
  numbers: 'inclusive',
  fixedServerAddress: true,
};
