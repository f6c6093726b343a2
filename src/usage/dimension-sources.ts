import type { DimensionSource } from './usage-sink.js';
import { shown } from '../config/option-rule.js';

/** A dimension as an option names it: a known name, any attribute key, or its sources spelled out. */
export type DimensionOption =
  | string
  | {
      /** Column name in the ledger. */
      readonly name: string;
      /** Attribute or baggage keys, first found wins. Default: those of the known name, else the name itself. */
      readonly attributes?: readonly string[];
      /** Keep a hash of the value instead of the value. Default false. */
      readonly hash?: boolean;
    };

/**
 * Known dimensions → attribute keys that carry them, most specific first: OTel registry names (semantic-conventions
 * 1.45), then what the AI SDK, OpenInference, Langfuse and Traceloop write (seen in captured spans).
 */
export const KNOWN_DIMENSIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['agent', ['gen_ai.agent.name', 'ai.telemetry.functionId', 'agent.name', 'gen_ai.agent.id']],
  [
    'user',
    [
      'user.id',
      'enduser.id',
      'langfuse.user.id',
      'ai.telemetry.metadata.userId',
      'traceloop.association.properties.user_id',
      'metadata.userId',
      'metadata.user_id',
    ],
  ],
  [
    'session',
    [
      'session.id',
      'gen_ai.conversation.id',
      'langfuse.session.id',
      'ai.telemetry.metadata.sessionId',
      'traceloop.association.properties.session_id',
      'metadata.sessionId',
      'metadata.session_id',
    ],
  ],
  [
    'tenant',
    [
      'tenant.id',
      'tenant',
      'ai.telemetry.metadata.tenantId',
      'ai.telemetry.metadata.tenant',
      'traceloop.association.properties.tenant_id',
      'metadata.tenantId',
      'metadata.tenant_id',
      'metadata.tenant',
    ],
  ],
  ['environment', ['deployment.environment.name', 'deployment.environment', 'langfuse.environment']],
  ['version', ['service.version']],
  [
    'tier',
    [
      'openai.response.service_tier',
      'gen_ai.openai.response.service_tier',
      'openai.request.service_tier',
      'gen_ai.openai.request.service_tier',
    ],
  ],
]);

/** What exporters without the option look up. */
export const DEFAULT_DIMENSIONS: readonly DimensionOption[] = ['agent'];

/** Columns that every row has; a dimension of the same name could not be told from them. */
const RESERVED = new Set(['provider', 'model', 'operation', 'service', 'hour', 'day', 'week', 'month']);
const MAX_DIMENSIONS = 16;

/**
 * Resolves the option `dimensions`. Throws a TypeError or RangeError naming the value and the rule: an array of at most
 * 16 names, each once and none of the columns every row has.
 */
export function dimensionSources(option: unknown): readonly DimensionSource[] {
  if (!Array.isArray(option))
    throw new TypeError(`dimensions must be an array of names; got ${shown(option)}`);
  if (option.length > MAX_DIMENSIONS) {
    throw new RangeError(`dimensions must be at most ${MAX_DIMENSIONS}; got ${option.length}`);
  }
  const sources = option.map(dimensionSource);
  const names = sources.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(`dimensions must name each once; got '${twice}' twice`);
  return Object.freeze(sources);
}

function dimensionSource(option: unknown): DimensionSource {
  const { name, attributes, hash = false } = typeof option === 'string' ? { name: option } : fieldsOf(option);
  if (typeof name !== 'string' || name === '') {
    throw new TypeError(`dimensions must have non-empty texts as names; got ${shown(name)}`);
  }
  if (RESERVED.has(name)) throw new RangeError(`dimensions must not be named as a column is; got '${name}'`);
  if (typeof hash !== 'boolean')
    throw new TypeError(`dimensions: hash must be true or false; got ${shown(hash)}`);
  return Object.freeze({ name, attributes: attributeKeys(name, attributes), hash });
}

function attributeKeys(name: string, attributes: unknown): readonly string[] {
  if (attributes === undefined) return KNOWN_DIMENSIONS.get(name) ?? [name];
  if (!Array.isArray(attributes) || attributes.length === 0 || !attributes.every(isKey)) {
    throw new TypeError(
      `dimensions: attributes of '${name}' must be a list of attribute keys; got ${shown(attributes)}`,
    );
  }
  return Object.freeze([...attributes]);
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function fieldsOf(option: unknown): { name?: unknown; attributes?: unknown; hash?: unknown } {
  if (typeof option === 'object' && option !== null) return option;
  throw new TypeError(`dimensions must be names or { name, attributes, hash }; got ${shown(option)}`);
}
