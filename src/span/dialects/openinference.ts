import type { Dialect } from './dialect.js';
import { openinferenceRole } from './roles.js';
import { OPENINFERENCE, SEMCONV } from './usage-families.js';

/** OpenInference clients: totals are inclusive (the Anthropic one adds the parts up), zeros are written out. */
export const OPENINFERENCE_CLIENT: Dialect = {
  name: 'openinference',
  source: 'captured with -openai 4.2.7, -anthropic 0.2.8',
  since: '0.1.0',
  scopes: ['@arizeai/openinference-*'],
  role: openinferenceRole,
  families: [OPENINFERENCE, SEMCONV],
  numbers: 'inclusive',
};
