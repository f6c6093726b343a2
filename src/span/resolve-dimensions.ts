import type { DimensionSource } from '../usage/usage-sink.js';
import { NAMED_DIMENSIONS } from './dimension-table.js';

/**
 * One entry of the option `dimensions`: a known name (`agent`, `user`, `session`, `tenant`, `environment`, `version`,
 * `tier`), any attribute key, or a name with its own attribute keys. `hash`: store a hash instead of the value.
 */
export type DimensionOption =
  | string
  | { readonly name: string; readonly attributes?: readonly string[]; readonly hash?: boolean };

/** What `dimensions` is when nobody sets it. */
export const DEFAULT_DIMENSIONS: readonly DimensionOption[] = ['agent'];

/**
 * Turns the option `dimensions` into sources to look up. A string that is no known name is an attribute key and its own
 * name. Throws `TypeError` or `RangeError` that names the entry and the rule.
 * Example: `['agent', { name: 'who', attributes: ['app.user'], hash: true }]`.
 */
export function resolveDimensions(
  option: readonly DimensionOption[] = DEFAULT_DIMENSIONS,
): DimensionSource[] {
  if (!Array.isArray(option)) throw new TypeError(`dimensions must be an array, got ${typeof option}`);
  const sources = option.map((entry: unknown, index) => resolveEntry(entry, index));
  const names = new Set<string>();
  for (const { name } of sources) {
    if (names.has(name)) throw new RangeError(`dimensions: the name ${JSON.stringify(name)} is there twice`);
    names.add(name);
  }
  return sources;
}

function resolveEntry(entry: unknown, index: number): DimensionSource {
  const where = `dimensions[${index}]`;
  if (typeof entry === 'string')
    return { name: checkName(entry, where), attributes: attributesOf(entry), hash: false };
  if (typeof entry !== 'object' || entry === null || !('name' in entry)) {
    throw new TypeError(`${where} must be a string or an object with a name, got ${describe(entry)}`);
  }
  const name = checkName(entry.name, `${where}.name`);
  const hash = 'hash' in entry ? entry.hash : undefined;
  if (hash !== undefined && typeof hash !== 'boolean') {
    throw new TypeError(`${where}.hash must be true or false, got ${describe(hash)}`);
  }
  const attributes = 'attributes' in entry ? entry.attributes : undefined;
  return { name, attributes: checkKeys(attributes, name, where), hash: hash === true };
}

function checkKeys(attributes: unknown, name: string, where: string): readonly string[] {
  if (attributes === undefined) return attributesOf(name);
  const keys: unknown[] = Array.isArray(attributes) ? attributes : [];
  if (keys.length === 0)
    throw new TypeError(`${where}.attributes must be a list of attribute keys, got ${describe(attributes)}`);
  return keys.map((key, index) => checkName(key, `${where}.attributes[${index}]`));
}

function attributesOf(name: string): readonly string[] {
  return NAMED_DIMENSIONS.get(name) ?? [name];
}

function checkName(name: unknown, where: string): string {
  if (typeof name !== 'string') throw new TypeError(`${where} must be a string, got ${describe(name)}`);
  if (name === '' || name.length > 256)
    throw new RangeError(`${where} must have 1 to 256 characters, got ${name.length}`);
  return name;
}

function describe(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
