/**
 * A map that forgets: it holds at least the newest `size` entries and at most twice as many, and drops the older half in
 * one stroke. Constant time per operation, no bookkeeping per entry. `onDrop` sees every half that goes.
 */
export class GenerationMap<K, V> {
  readonly #size: number;
  readonly #onDrop: ((dropped: ReadonlyMap<K, V>) => void) | undefined;
  #current = new Map<K, V>();
  #previous = new Map<K, V>();

  constructor(size: number, onDrop?: (dropped: ReadonlyMap<K, V>) => void) {
    this.#size = size;
    this.#onDrop = onDrop;
  }

  get size(): number {
    return this.#current.size + this.#previous.size;
  }

  get(key: K): V | undefined {
    return this.#current.get(key) ?? this.#previous.get(key);
  }

  set(key: K, value: V): void {
    if (this.#current.size >= this.#size) {
      const dropped = this.#previous;
      this.#previous = this.#current;
      this.#current = new Map();
      if (dropped.size > 0) this.#onDrop?.(dropped);
    }
    this.#current.set(key, value);
  }
}
