/**
 * Sets an entry whose name may be any text, as `JSON.parse` does: `__proto__` is a name like others. An object that was
 * made with a prototype keeps its fast form; one without is a hash table, which costs 1 µs more to make and to read.
 */
export function setEntry<T>(record: Record<string, T>, name: string, value: T): void {
  if (name !== '__proto__') record[name] = value;
  else Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
}
