import type { LedgerDocument, LedgerRow } from './ledger-document.js';
import type { Row, Series } from './delta.js';
import type { LedgerState } from './ledger-state.js';
import { ViewSums } from './view-sums.js';
import { copyUsage } from './usage-fields.js';
import type { Steps } from './steps.js';
import { atOnce } from './steps.js';
import { isZero } from './measures.js';
import { sortedRecord } from './sorted-record.js';

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

const ROWS_PER_STEP = 500;

/**
 * The ledger document of a state: rows sorted by start and series, rows that came down to zero left out, and the views
 * summed from the rows in integers, so that totals = Σ days = Σ models = Σ providers = Σ rows. A folded month shows
 * under `YYYY-MM` in `days`: its days are no longer known.
 */
export function toDocument(state: LedgerState, header: DocumentHeader): LedgerDocument {
  return atOnce(documentSteps(state, header));
}

/** As `toDocument`, in steps of a few milliseconds, so that a publisher can let the event loop breathe between them. */
export function* documentSteps(state: LedgerState, header: DocumentHeader): Steps<LedgerDocument> {
  const sorted = state.table.sorted().slice();
  yield;
  const sums = new ViewSums(header.timezone);
  const rows: LedgerRow[] = [];
  const dimensions = new DimensionRecords();
  for (const row of sorted) {
    if (isZero(row.measures)) continue;
    sums.add(row);
    rows.push(toLedgerRow(row, dimensions));
    if (rows.length % ROWS_PER_STEP === 0) yield;
  }
  return {
    format: 'genai-usage-ledger',
    version: 1,
    generation: header.generation,
    createdAt: header.createdAt,
    updatedAt: header.updatedAt,
    timezone: header.timezone,
    currency: 'USD',
    writers: sortedRecord(Object.entries(header.writers), (sequence) => sequence),
    ...sums.views(),
    audit: { ...state.audit },
    prices: {
      source: header.priceSource,
      overrides: state.pricedCalls.override,
      book: state.pricedCalls.book,
      reported: state.pricedCalls.reported,
    },
    ...(state.corrections.length === 0 ? {} : { corrections: state.corrections }),
    rows,
  };
}

function toLedgerRow(row: Row, dimensions: DimensionRecords): LedgerRow {
  const { provider, model, operation, service } = row.series;
  const result: LedgerRow = {
    start: isoMinutes(row.startMillis),
    minutes: row.minutes,
    provider,
    model,
    operation,
  };
  if (service !== '') result.service = service;
  const record = dimensions.of(row.series);
  if (record !== undefined) result.dimensions = record;
  copyUsage(result, row.measures);
  return result;
}

/** Dimensions as rows show them, made once per series. */
class DimensionRecords {
  readonly #records = new Map<Series['dimensions'], Record<string, string>>();

  /** Sorted by name; `undefined` when there are none. */
  of({ dimensions }: Series): Record<string, string> | undefined {
    const known = this.#records.get(dimensions);
    if (known !== undefined) return known;
    const entries = Object.entries(dimensions);
    if (entries.length === 0) return undefined;
    const record = sortedRecord(entries, (value) => value);
    this.#records.set(dimensions, record);
    return record;
  }
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
