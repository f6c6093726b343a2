import type { Series } from './delta.js';
import { NO_DIMENSIONS, OTHER } from '../usage/call.js';
import { SeriesIndex } from './series-index.js';

/**
 * The series of one period, capped. The first `limit` series are kept as they are. Past it a new one shares an overflow
 * series: its dimensions become `(other)`, then its model too, then everything, so that at most `2 × limit + 1` series
 * exist whatever the input. Nothing is dropped: tokens and money go on, under a coarser name.
 */
export class SeriesCap<V extends object> {
  readonly #index = new SeriesIndex<V>();
  readonly #limit: number;
  readonly #create: (series: Series, overflow: boolean) => V;
  #kept = 0;
  #overflow = 0;

  constructor(limit: number, create: (series: Series, overflow: boolean) => V) {
    this.#limit = limit;
    this.#create = create;
  }

  get size(): number {
    return this.#index.size;
  }

  /** The entry of `series`, or of the overflow series that takes its place. */
  entry(series: Series): V {
    return this.#index.find(series) ?? this.#admit(series);
  }

  #admit(series: Series): V {
    if (this.#kept < this.#limit && !isOverflow(series)) {
      this.#kept++;
      return this.#ensure(copyOf(series), false);
    }
    const withoutDimensions = { ...copyOf(series), dimensions: otherDimensions(series.dimensions) };
    const withoutModel = { ...withoutDimensions, model: OTHER };
    return (
      this.#share(withoutDimensions, this.#limit / 2) ??
      this.#share(withoutModel, this.#limit) ??
      this.#ensure(EVERYTHING_ELSE, true)
    );
  }

  #share(series: Series, room: number): V | undefined {
    const known = this.#index.find(series);
    if (known !== undefined) return known;
    if (this.#overflow >= room || !isOverflow(series)) return undefined;
    this.#overflow++;
    return this.#ensure(series, true);
  }

  #ensure(series: Series, overflow: boolean): V {
    return this.#index.ensure(series, (created) => this.#create(created, overflow));
  }
}

const EVERYTHING_ELSE: Series = Object.freeze({
  provider: OTHER,
  model: OTHER,
  operation: OTHER,
  service: OTHER,
  dimensions: NO_DIMENSIONS,
});

/** True when a cap already took the model or a dimension of the series away. */
function isOverflow(series: Series): boolean {
  if (series.model === OTHER) return true;
  if (series.dimensions === NO_DIMENSIONS) return false;
  for (const name of Object.keys(series.dimensions)) if (series.dimensions[name] === OTHER) return true;
  return false;
}

function copyOf(series: Series): Series {
  return {
    provider: series.provider,
    model: series.model,
    operation: series.operation,
    service: series.service,
    dimensions: series.dimensions,
  };
}

function otherDimensions(dimensions: Series['dimensions']): Series['dimensions'] {
  const names = Object.keys(dimensions);
  if (names.length === 0) return NO_DIMENSIONS;
  const others: Record<string, string> = Object.create(null);
  for (const name of names) others[name] = OTHER;
  return Object.freeze(others);
}
