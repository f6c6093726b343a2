import { nodeCrypto } from '../config/node-modules.js';

const MAX_VALUE_LENGTH = 256;
/** Hexadecimal digits kept of a SHA-256: 96 bits, no collisions among any number of users. */
const HASH_DIGITS = 24;

/**
 * A dimension's value as the ledger keeps it: texts cut at 256 characters, numbers and booleans as text, anything else
 * (and the empty text) `undefined`. `hash`: a SHA-256 of that instead, as for dimensions found on spans.
 */
export function dimensionValue(value: unknown, hash: boolean): string | undefined {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string' || text === '') return undefined;
  const cut = text.length > MAX_VALUE_LENGTH ? text.slice(0, MAX_VALUE_LENGTH) : text;
  return hash ? nodeCrypto().createHash('sha256').update(cut).digest('hex').slice(0, HASH_DIGITS) : cut;
}
