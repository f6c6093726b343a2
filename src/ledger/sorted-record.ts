import { compareText } from './series-order.js';

/**
 * Entries as an object like one of `JSON.parse` (`__proto__` is an entry as any other), sorted by key, each value
 * converted.
 */
export function sortedRecord<V, R>(
  entries: Iterable<readonly [string, V]>,
  convert: (value: V) => R,
): Record<string, R> {
  const sorted = [...entries].sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(sorted.map(([key, value]) => [key, convert(value)]));
}
