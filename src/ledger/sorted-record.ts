import { compareText } from './series-order.js';

/** Entries as an object without prototype (any key is just text), sorted by key, each value converted. */
export function sortedRecord<V, R>(
  entries: Iterable<readonly [string, V]>,
  convert: (value: V) => R,
): Record<string, R> {
  const record: Record<string, R> = Object.create(null);
  const sorted = [...entries].sort(([a], [b]) => compareText(a, b));
  for (const [key, value] of sorted) record[key] = convert(value);
  return record;
}
