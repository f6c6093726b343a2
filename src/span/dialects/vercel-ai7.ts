import type { Dialect } from './dialect.js';
import { semconvRole } from './roles.js';
import { OPENINFERENCE, SEMCONV } from './usage-families.js';

/** AI SDK 7 with `@ai-sdk/otel`: scope `gen_ai`; `invoke_agent` carries the same keys as the `chat` spans below it. */
export const VERCEL_AI7: Dialect = {
  name: 'vercel-ai7',
  source: 'captured with ai 7.0.173, @ai-sdk/otel 1.0.173',
  since: '7.0.0',
  scopes: ['gen_ai'],
  role: semconvRole,
  families: [SEMCONV, OPENINFERENCE],
  numbers: 'inclusive',
  inventedIds: ['aitxt-', 'aiobj-'],
};
