import type { Dialect } from './dialect.js';
import { semconvRole } from './roles.js';
import { SEMCONV } from './usage-families.js';

/** Sentry 10 (an OTel SDK inside): adds Anthropic cache and Gemini thoughts to their totals itself. */
export const SENTRY: Dialect = {
  name: 'sentry',
  source: 'captured with @sentry/node 10.78.0; version 11 makes no OTel spans',
  since: '10.0.0',
  scopes: ['@sentry/*', 'sentry*'],
  role: semconvRole,
  families: [SEMCONV],
  numbers: 'inclusive',
};
