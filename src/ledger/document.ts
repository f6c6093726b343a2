import type { LedgerDocument, LedgerRow } from './ledger-document.js';
import type { Row, Series } from './delta.js';
import type { LedgerState } from './ledger-state.js';
import type { Measures } from './measures.js';
import { addMeasures, isZero, zeroMeasures } from './measures.js';
import { compareText } from './series-order.js';
import { copyUsage, toUsage } from './usage-fields.js';
import { dayKey } from './zone.js';

/** What a document says beside its sums. */
export interface DocumentHeader {
  readonly generation: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly timezone: string;
  readonly writers: Readonly<Record<string, number>>;
  /** Name and version of the price book. */
  readonly priceSource: string;
}

const MAX_DAY_MINUTES = 2 * 24 * 60;

/**
 * The ledger document of a state: rows sorted by start and series, rows that came down to zero left out, and the views
 * summed from the rows in integers, so that totals = Σ days = Σ models = Σ providers = Σ rows. A folded month shows
 * under `YYYY-MM` in `days`: its days are no longer known.
 */
export function toDocument(state: LedgerState, header: DocumentHeader): LedgerDocument {
  const rows = state.table.sorted().filter((row) => !isZero(row.measures));
  const views = sumViews(rows, header.timezone);
  return {
    format: 'genai-usage-ledger',
    version: 1,
    generation: header.generation,
    createdAt: header.createdAt,
    updatedAt: header.updatedAt,
    timezone: header.timezone,
    currency: 'USD',
    writers: sortedRecord(new Map(Object.entries(header.writers)), (sequence) => sequence),
    totals: toUsage(views.totals),
    days: sortedRecord(views.days, toUsage),
    models: sortedRecord(views.models, toUsage),
    providers: sortedRecord(views.providers, toUsage),
    audit: { ...state.audit },
    prices: {
      source: header.priceSource,
      overrides: state.pricedCalls.override,
      book: state.pricedCalls.book,
      reported: state.pricedCalls.reported,
    },
    rows: toLedgerRows(rows),
  };
}

interface Views {
  readonly totals: Measures;
  readonly days: Map<string, Measures>;
  readonly models: Map<string, Measures>;
  readonly providers: Map<string, Measures>;
}

function sumViews(rows: readonly Row[], timezone: string): Views {
  const views: Views = { totals: zeroMeasures(), days: new Map(), models: new Map(), providers: new Map() };
  let startMillis = Number.NaN;
  let minutes = 0;
  let day = zeroMeasures();
  for (const row of rows) {
    if (row.startMillis !== startMillis || row.minutes !== minutes) {
      ({ startMillis, minutes } = row);
      day = viewEntry(views.days, dayName(row, timezone));
    }
    addMeasures(views.totals, row.measures);
    addMeasures(day, row.measures);
    addMeasures(viewEntry(views.models, `${row.series.provider}/${row.series.model}`), row.measures);
    addMeasures(viewEntry(views.providers, row.series.provider), row.measures);
  }
  return views;
}

function dayName(row: Row, timezone: string): string {
  const key = dayKey(row.startMillis, timezone);
  return row.minutes > MAX_DAY_MINUTES ? key.slice(0, 7) : key;
}

function viewEntry(view: Map<string, Measures>, key: string): Measures {
  let measures = view.get(key);
  if (measures === undefined) {
    measures = zeroMeasures();
    view.set(key, measures);
  }
  return measures;
}

/** A Map as an object without prototype (any key is just text), keys sorted. */
function sortedRecord<V, R>(entries: Map<string, V>, convert: (value: V) => R): Record<string, R> {
  const record: Record<string, R> = Object.create(null);
  const sorted = [...entries].sort(([a], [b]) => compareText(a, b));
  for (const [key, value] of sorted) record[key] = convert(value);
  return record;
}

function toLedgerRows(rows: readonly Row[]): LedgerRow[] {
  const dimensions = new Map<Series['dimensions'], Record<string, string>>();
  return rows.map((row) => {
    const { series } = row;
    const result: LedgerRow = {
      start: isoMinutes(row.startMillis),
      minutes: row.minutes,
      provider: series.provider,
      model: series.model,
      operation: series.operation,
    };
    if (series.service !== '') result.service = series.service;
    if (Object.keys(series.dimensions).length > 0) {
      let sorted = dimensions.get(series.dimensions);
      if (sorted === undefined) {
        sorted = sortedRecord(new Map(Object.entries(series.dimensions)), (value) => value);
        dimensions.set(series.dimensions, sorted);
      }
      result.dimensions = sorted;
    }
    copyUsage(result, row.measures);
    return result;
  });
}

let lastMillis = Number.NaN;
let lastText = '';

/** `2026-11-22T10:15:00Z`; rows come sorted, so the last answer is kept. */
function isoMinutes(millis: number): string {
  if (millis !== lastMillis) {
    lastText = `${new Date(millis).toISOString().slice(0, 19)}Z`;
    lastMillis = millis;
  }
  return lastText;
}
