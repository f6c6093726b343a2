import { isFields, shown, unknownField } from '../config/option-rule.js';
import type { DimensionSource } from '../usage/usage-sink.js';
import { NAMED_DIMENSIONS } from './dimension-table.js';

/**
 * One entry of the option `dimensions`: a known name (`agent`, `user`, `session`, `tenant`, `environment`, `version`,
 * `tier`), any attribute key, or a name with its own attribute keys. `hash`: store a hash instead of the value.
 */
export type DimensionOption =
  | string
  | { readonly name: string; readonly attributes?: readonly string[]; readonly hash?: boolean };

const FIELDS = ['name', 'attributes', 'hash'];

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
  if (!Array.isArray(option)) throw new TypeError(`dimensions must be an array, got ${shown(option)}`);
  const sources = Array.from(option, (entry: unknown, index) => resolveEntry(entry, index));
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
  if (!isFields(entry) || !('name' in entry)) {
    throw new TypeError(`${where} must be a string or an object with a name, got ${shown(entry)}`);
  }
  const unknown = unknownField(entry, FIELDS);
  // A misspelt `hash` must not store the value itself.
  if (unknown !== undefined) {
    throw new TypeError(`${where} must have no fields but ${FIELDS.join(', ')}, got ${shown(unknown)}`);
  }
  const { hash, attributes } = entry;
  const name = checkName(entry['name'], `${where}.name`);
  if (hash !== undefined && typeof hash !== 'boolean') {
    throw new TypeError(`${where}.hash must be true or false, got ${shown(hash)}`);
  }
  return { name, attributes: checkKeys(attributes, name, where), hash: hash === true };
}

function checkKeys(attributes: unknown, name: string, where: string): readonly string[] {
  if (attributes === undefined) return attributesOf(name);
  const keys: unknown[] = Array.isArray(attributes) ? Array.from(attributes) : [];
  if (keys.length === 0)
    throw new TypeError(`${where}.attributes must be a list of attribute keys, got ${shown(attributes)}`);
  return keys.map((key, index) => checkName(key, `${where}.attributes[${index}]`));
}

function attributesOf(name: string): readonly string[] {
  return NAMED_DIMENSIONS.get(name) ?? [name];
}

function checkName(name: unknown, where: string): string {
  if (typeof name !== 'string') throw new TypeError(`${where} must be a string, got ${shown(name)}`);
  if (name === '' || name.length > 256)
    throw new RangeError(`${where} must have 1 to 256 characters, got ${name.length}`);
  return name;
}
