import { createHash } from 'node:crypto';

const MAX_VALUE_LENGTH = 256;
const HASH_DIGITS = 16;

/**
 * A dimension's value as the ledger keeps it: texts cut at 256 characters, numbers and booleans as text, anything else
 * (and the empty text) `undefined`. `hash`: the first 16 hexadecimal digits of its SHA-256 instead, taken before the cut.
 */
export function dimensionValue(value: unknown, hash: boolean): string | undefined {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string' || text === '') return undefined;
  if (hash) return createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
  return text.length > MAX_VALUE_LENGTH ? text.slice(0, MAX_VALUE_LENGTH) : text;
}
