import type { Dialect } from './dialect.js';
import { semconvRole } from './roles.js';
import { SEMCONV } from './usage-families.js';

/** `@opentelemetry/instrumentation-aws-sdk` on Bedrock: input without cache, and no cache attribute: a lower bound. */
export const OTEL_AWS_SDK: Dialect = {
  name: 'otel-aws-sdk',
  source: 'DIALECTS table, 0.78.0; InvokeModel has no operation name',
  since: '0.50.0',
  scopes: ['@opentelemetry/instrumentation-aws-sdk'],
  when: (attributes) =>
    attributes['gen_ai.system'] !== undefined || attributes['gen_ai.provider.name'] !== undefined,
  role: semconvRole,
  families: [SEMCONV],
  numbers: 'raw',
};
