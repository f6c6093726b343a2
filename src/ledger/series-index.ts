import type { Series } from './delta.js';
import { NO_DIMENSIONS } from '../usage/call.js';

interface Node<V> {
  next: Map<string, Node<V>> | undefined;
  value: V | undefined;
}

/**
 * Values by series, found by walking nested Maps: provider, model, operation, service, then name and value of each
 * dimension in name order. Exact for any text (nothing is joined, no plain object is keyed), without building a key.
 */
export class SeriesIndex<V extends object> {
  readonly #root: Node<V> = { next: undefined, value: undefined };
  #size = 0;

  /** Number of series that hold a value. */
  get size(): number {
    return this.#size;
  }

  /** The value of `series`; leaves no trace of a series that has none. */
  find(series: Series): V | undefined {
    let node: Node<V> | undefined = this.#root;
    node = node.next?.get(series.provider)?.next?.get(series.model);
    node = node?.next?.get(series.operation)?.next?.get(series.service);
    if (series.dimensions === NO_DIMENSIONS) return node?.value;
    for (const name of sortedNames(series.dimensions)) {
      node = node?.next?.get(name)?.next?.get(series.dimensions[name] ?? '');
    }
    return node?.value;
  }

  /** The value of `series`, made by `create` when there is none yet. */
  ensure(series: Series, create: (series: Series) => V): V {
    const node = this.#node(series);
    if (node.value === undefined) {
      node.value = create(series);
      this.#size++;
    }
    return node.value;
  }

  #node(series: Series): Node<V> {
    let node = step(
      step(step(step(this.#root, series.provider), series.model), series.operation),
      series.service,
    );
    if (series.dimensions === NO_DIMENSIONS) return node;
    for (const name of sortedNames(series.dimensions)) {
      node = step(step(node, name), series.dimensions[name] ?? '');
    }
    return node;
  }
}

function sortedNames(dimensions: Series['dimensions']): string[] {
  const names = Object.keys(dimensions);
  return names.length > 1 ? names.sort() : names;
}

function step<V>(node: Node<V>, key: string): Node<V> {
  const next = (node.next ??= new Map<string, Node<V>>());
  let child = next.get(key);
  if (child === undefined) {
    child = { next: undefined, value: undefined };
    next.set(key, child);
  }
  return child;
}
