import type { LedgerDocument } from './ledger-document.js';
import type { Measures } from './measures.js';
import type { Row } from './delta.js';
import { addMeasures, zeroMeasures } from './measures.js';
import { dayKey } from './zone.js';
import { sortedRecord } from './sorted-record.js';
import { toUsage } from './usage-fields.js';

const MAX_DAY_MINUTES = 2 * 24 * 60;

/** Sums of rows in all, by day, model and provider, in integers. Days are fastest to find when rows come by start. */
export class ViewSums {
  readonly #timezone: string;
  readonly #totals = zeroMeasures();
  readonly #days = new Map<string, Measures>();
  readonly #models = new Map<string, Measures>();
  readonly #providers = new Map<string, Measures>();
  #startMillis = Number.NaN;
  #minutes = 0;
  #day = this.#totals;

  constructor(timezone: string) {
    this.#timezone = timezone;
  }

  add({ startMillis, minutes, series, measures }: Row): void {
    if (startMillis !== this.#startMillis || minutes !== this.#minutes) {
      this.#startMillis = startMillis;
      this.#minutes = minutes;
      const day = dayKey(startMillis, this.#timezone);
      this.#day = entry(this.#days, minutes > MAX_DAY_MINUTES ? day.slice(0, 7) : day);
    }
    addMeasures(this.#totals, measures);
    addMeasures(this.#day, measures);
    addMeasures(entry(this.#models, `${series.provider}/${series.model}`), measures);
    addMeasures(entry(this.#providers, series.provider), measures);
  }

  /** The views as the document shows them. */
  views(): Pick<LedgerDocument, 'totals' | 'days' | 'models' | 'providers'> {
    return {
      totals: toUsage(this.#totals),
      days: sortedRecord(this.#days, toUsage),
      models: sortedRecord(this.#models, toUsage),
      providers: sortedRecord(this.#providers, toUsage),
    };
  }
}

function entry(view: Map<string, Measures>, key: string): Measures {
  let measures = view.get(key);
  if (measures === undefined) {
    measures = zeroMeasures();
    view.set(key, measures);
  }
  return measures;
}
