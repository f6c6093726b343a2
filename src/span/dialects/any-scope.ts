import type { Dialect } from './dialect.js';
import { anyRole } from './roles.js';
import { OPENINFERENCE, PARTS, SEMCONV } from './usage-families.js';

/** Every other scope: what the conventions document, so inclusive; cache beyond the input proves the opposite. */
export const ANY_SCOPE: Dialect = {
  name: 'any-scope',
  source: 'semantic-conventions <= 1.41 and semantic-conventions-genai; OpenInference 2.12',
  since: '1.20.0',
  scopes: [],
  role: anyRole,
  families: [SEMCONV, OPENINFERENCE],
  parts: PARTS,
  numbers: 'inclusive',
};
