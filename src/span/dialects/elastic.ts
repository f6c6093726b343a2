import type { Dialect } from './dialect.js';
import { semconvRole } from './roles.js';
import { SEMCONV } from './usage-families.js';

/** `@elastic/opentelemetry-instrumentation-openai`: no span at all for the Responses API. */
export const ELASTIC: Dialect = {
  name: 'elastic',
  source: 'DIALECTS table, 0.5.1 with openai 4.104',
  since: '0.1.0',
  scopes: ['@elastic/opentelemetry-instrumentation-openai'],
  role: semconvRole,
  families: [SEMCONV],
  numbers: 'inclusive',
};
