import type { Dialect } from './dialect.js';
import { semconvRole } from './roles.js';
import { SEMCONV } from './usage-families.js';

/** Strands Agents: names itself as the provider; old and new names side by side; `invoke_agent` repeats the sums. */
export const STRANDS: Dialect = {
  name: 'strands',
  source: 'captured with 1.19.0; Bedrock (its default) and Anthropic usage passed through',
  since: '0.1.0',
  scopes: ['strands-agents', '@strands-agents/*'],
  role: semconvRole,
  families: [SEMCONV],
  numbers: 'raw',
};
