import type { Dialect } from './dialect.js';
import { semconvRole } from './roles.js';
import { SEMCONV } from './usage-families.js';

/** `@opentelemetry/instrumentation-openai`: chat and embeddings name `gen_ai.system`, the Responses API `gen_ai.provider.name`. */
export const OTEL_OPENAI: Dialect = {
  name: 'otel-openai',
  source: 'captured with 0.20.0 and 0.22.0, openai 4 to 6',
  since: '0.1.0',
  scopes: ['@opentelemetry/instrumentation-openai'],
  role: semconvRole,
  families: [SEMCONV],
  numbers: 'inclusive',
};
