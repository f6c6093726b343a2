/**
 * What is known of each (provider, model), kept so that a second look-up costs two map reads. Bounded: when `limit` models
 * are kept all are dropped, since a flood of new names cannot be told from real ones; looking up again is only slower.
 * Nested maps, so that no two pairs of names share an entry.
 */
export class ModelMemo<T> {
  readonly #byProvider = new Map<string, Map<string, T>>();
  readonly #find: (provider: string, model: string) => T;
  readonly #limit: number;
  #size = 0;

  constructor(find: (provider: string, model: string) => T, limit = 2_000) {
    this.#find = find;
    this.#limit = limit;
  }

  get(provider: string, model: string): T {
    const known = this.#byProvider.get(provider)?.get(model);
    return known === undefined ? this.#add(provider, model) : known;
  }

  #add(provider: string, model: string): T {
    if (this.#size >= this.#limit) {
      this.#byProvider.clear();
      this.#size = 0;
    }
    const found = this.#find(provider, model);
    let models = this.#byProvider.get(provider);
    if (models === undefined) this.#byProvider.set(provider, (models = new Map<string, T>()));
    models.set(model, found);
    this.#size += 1;
    return found;
  }
}
