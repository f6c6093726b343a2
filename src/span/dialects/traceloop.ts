import type { Dialect } from './dialect.js';
import { semconvRole } from './roles.js';
import { SEMCONV } from './usage-families.js';

/** Traceloop (OpenLLMetry-JS) clients of any version: older ones use the older names, capital providers and no operation. */
export const TRACELOOP: Dialect = {
  name: 'traceloop',
  source:
    'captured with 0.27.0 and 0.14.6; Anthropic, Bedrock and Gemini numbers passed through under the semconv names',
  since: '0.5.0',
  scopes: ['@traceloop/instrumentation-*'],
  role: semconvRole,
  families: [SEMCONV],
  numbers: 'raw',
};
