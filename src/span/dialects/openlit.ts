import type { Dialect } from './dialect.js';
import { semconvRole } from './roles.js';
import { SEMCONV } from './usage-families.js';

/** openlit: `server.address` is a constant of each wrapper; a cost of 0 only means that it found no price. */
export const OPENLIT: Dialect = {
  name: 'openlit',
  source:
    'captured with 1.15.0, scopes @openlit/instrumentation-<client>; its wrappers pass the numbers through',
  since: '1.3.0',
  scopes: ['@openlit/*', 'openlit*'],
  role: semconvRole,
  families: [SEMCONV],
  numbers: 'raw',
  fixedServerAddress: true,
  totalIsSum: true,
};
