import type { SpanAttributes } from '../span-shape.js';
import type { Dialect, Role } from './dialect.js';
import { semconvRole } from './roles.js';
import { PARTS, SEMCONV } from './usage-families.js';

/** Mastra: ONE `chat` span per agent run sums all its requests; each `model_step` below it is one of them. */
export const MASTRA: Dialect = {
  name: 'mastra',
  source: 'captured with core 1.71.0, otel-bridge 1.5.4',
  since: '1.0.0',
  scopes: ['@mastra/*', 'mastra*'],
  role: mastraRole,
  families: [SEMCONV],
  parts: PARTS,
  numbers: 'inclusive',
  sumsSteps: true,
};

function mastraRole(attributes: SpanAttributes, kind: number): Role {
  const isStep =
    attributes['mastra.span.type'] === 'model_step' || attributes['gen_ai.operation.name'] === 'model_step';
  return isStep ? 'step' : semconvRole(attributes, kind);
}
