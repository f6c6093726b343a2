import { nodeCrypto } from '../config/node-modules.js';
import { NO_DIMENSIONS } from '../usage/call.js';
import type { DimensionSource } from '../usage/usage-sink.js';
import { setEntry } from '../usage/set-entry.js';
import { GenerationMap } from './generation-map.js';
import { jsonText } from './json-attribute.js';
import { MAX_VALUE_LENGTH } from './read-names.js';
import type { SpanAttributes } from './span-shape.js';
import type { SpanNode } from './span-node.js';

/** Characters kept of a SHA-256 in hex: 96 bits, no collisions among any number of users. */
const HASH_LENGTH = 24;
const MAX_HASHES = 4096;

/** One key to look up: an attribute, or the member of a JSON string attribute. */
interface Key {
  readonly attribute: string;
  readonly member: string | undefined;
}

interface Dimension {
  readonly name: string;
  readonly keys: readonly Key[];
  readonly hash: boolean;
}

/**
 * Looks dimensions up on the span, then on its local ancestors (nearest first), then in baggage, then on the resource
 * (DESIGN §5). Values are cut at 256 characters or hashed; names and values are just text.
 */
export class DimensionLookup {
  readonly #dimensions: readonly Dimension[];
  readonly #hashes = new GenerationMap<string, string>(MAX_HASHES);
  /** The resource asked about last, and what it tells per dimension: all spans of an application have the same. */
  #resource: SpanAttributes | undefined = undefined;
  #ofResource: readonly (string | undefined)[] = [];

  constructor(sources: readonly DimensionSource[] = []) {
    this.#dimensions = sources.map(({ name, attributes, hash }) => ({
      name,
      hash,
      keys: attributes.map(toKey),
    }));
  }

  get isEmpty(): boolean {
    return this.#dimensions.length === 0;
  }

  /** The dimensions of one call; the shared empty set if none is known. */
  find(own: SpanAttributes, node: SpanNode, resource: SpanAttributes): Readonly<Record<string, string>> {
    if (resource !== this.#resource) this.#meet(resource);
    let found: Record<string, string> | undefined;
    for (let i = 0; i < this.#dimensions.length; i++) {
      const dimension = this.#dimensions[i];
      if (dimension === undefined) continue;
      const value = this.#value(dimension, own, node) ?? this.#ofResource[i];
      if (value === undefined) continue;
      found ??= {};
      setEntry(found, dimension.name, dimension.hash ? this.#hashOf(value) : value);
    }
    return found ?? NO_DIMENSIONS;
  }

  /** What descendants of an ended span may still inherit from it: a copy of the few values looked for. */
  capture(attributes: SpanAttributes): SpanAttributes | undefined {
    let captured: Record<string, unknown> | undefined;
    for (const { keys } of this.#dimensions) {
      for (const { attribute } of keys) {
        const value = attributes[attribute];
        if (value === undefined) continue;
        captured ??= emptyRecord<unknown>();
        captured[attribute] = typeof value === 'string' ? value.slice(0, 4096) : value;
      }
    }
    return captured;
  }

  #meet(resource: SpanAttributes): void {
    this.#resource = resource;
    this.#ofResource = this.#dimensions.map(({ keys }) => lookUp(resource, keys));
  }

  #value(dimension: Dimension, own: SpanAttributes, node: SpanNode): string | undefined {
    let value = lookUp(own, dimension.keys);
    for (let up = node.parent; value === undefined && up !== undefined; up = up.parent) {
      if (up.attributes !== undefined) value = lookUp(up.attributes, dimension.keys);
    }
    return value ?? this.#inBaggage(dimension, node);
  }

  #inBaggage(dimension: Dimension, node: SpanNode): string | undefined {
    const baggage = node.baggage;
    if (baggage === undefined) return undefined;
    for (const { attribute, member } of dimension.keys) {
      if (member !== undefined) continue;
      const value = toValue(baggage.getEntry(attribute)?.value);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  #hashOf(value: string): string {
    let hash = this.#hashes.get(value);
    if (hash === undefined) {
      hash = nodeCrypto().createHash('sha256').update(value).digest('hex').slice(0, HASH_LENGTH);
      this.#hashes.set(value, hash);
    }
    return hash;
  }
}

function toKey(key: string): Key {
  const mark = key.indexOf('#');
  return mark <= 0
    ? { attribute: key, member: undefined }
    : { attribute: key.slice(0, mark), member: key.slice(mark + 1) };
}

function lookUp(attributes: SpanAttributes, keys: readonly Key[]): string | undefined {
  for (const { attribute, member } of keys) {
    const found = attributes[attribute];
    if (found === undefined) continue;
    const value = toValue(member === undefined ? found : jsonText(found, member));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Texts, numbers and booleans are values; empty texts, lists and objects are not. */
function toValue(found: unknown): string | undefined {
  if (typeof found === 'string') return found === '' ? undefined : found.slice(0, MAX_VALUE_LENGTH);
  return typeof found === 'number' || typeof found === 'boolean' ? String(found) : undefined;
}

/** A record that inherits nothing: hostile names are just names. */
function emptyRecord<T>(): Record<string, T> {
  const record: Record<string, T> = Object.create(null);
  return record;
}
