import type { Row, Series } from './delta.js';
import type { Measures } from './measures.js';
import { addMeasures, zeroMeasures } from './measures.js';
import { SeriesIndex } from './series-index.js';
import { compareSeries } from './series-order.js';

/** Rows of one series by period; the key of the period is exact for whole minutes between 1970 and 2100. */
interface Periods {
  readonly series: Series;
  readonly rows: Map<number, TableRow>;
}

interface TableRow extends Row {
  readonly measures: Measures;
}

const MAX_PERIOD_MINUTES = 65_536;

/**
 * Rows added up: one per period × series. Adding is commutative and associative, so any order, grouping or split of
 * the same rows gives an equal table. The table owns its measures: what is added is copied, what is read is read-only.
 */
export class RowTable {
  readonly #index = new SeriesIndex<Periods>();
  readonly #rows: TableRow[] = [];
  /** How many rows, from the first on, are in order. */
  #sorted = 0;

  get size(): number {
    return this.#rows.length;
  }

  add(row: Row, sign: 1 | -1 = 1): void {
    const periods = this.#index.ensure(row.series, newPeriods);
    const key = (row.startMillis / 60_000) * MAX_PERIOD_MINUTES + row.minutes;
    let own = periods.rows.get(key);
    if (own === undefined) {
      own = {
        startMillis: row.startMillis,
        minutes: row.minutes,
        series: periods.series,
        measures: zeroMeasures(),
      };
      periods.rows.set(key, own);
      this.#rows.push(own);
    }
    addMeasures(own.measures, row.measures, sign);
  }

  addAll(rows: Iterable<Row>, sign: 1 | -1 = 1): void {
    for (const row of rows) this.add(row, sign);
  }

  /** All rows, also those that came down to zero, in no particular order. Do not change them. */
  rows(): readonly Row[] {
    return this.#rows;
  }

  /** The same, by start, length and series. Remembers the order, so that it costs little when few rows are new. */
  sorted(): readonly Row[] {
    if (this.#sorted < this.#rows.length) this.#rows.sort(compareRows);
    this.#sorted = this.#rows.length;
    return this.#rows;
  }
}

function compareRows(a: Row, b: Row): number {
  return a.startMillis - b.startMillis || a.minutes - b.minutes || compareSeries(a.series, b.series);
}

function newPeriods(series: Series): Periods {
  return { series, rows: new Map() };
}
