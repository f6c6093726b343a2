import type { LedgerDocument, LedgerRow } from './ledger-document.js';
import type { Row, Series } from './delta.js';
import { LedgerState } from './ledger-state.js';
import { NO_DIMENSIONS } from '../usage/call.js';
import { SeriesIndex } from './series-index.js';
import { addUsage } from './usage-fields.js';
import { zeroMeasures } from './measures.js';

/** The state a valid document (`parseDocument`) was made of, to the last nano-dollar: `toDocument` gives it back. */
export function fromDocument(document: LedgerDocument): LedgerState {
  const state = new LedgerState();
  const { overrides: override, book = 0, reported = 0 } = document.prices;
  state.count(document.audit, { override, book, reported });
  state.correct(document.corrections ?? []);
  const known = new SeriesIndex<Series>();
  for (const row of document.rows) state.table.add(fromLedgerRow(row, known));
  return state;
}

function fromLedgerRow(row: LedgerRow, known: SeriesIndex<Series>): Row {
  const { provider, model, operation, service = '', dimensions = NO_DIMENSIONS } = row;
  const measures = zeroMeasures();
  addUsage(measures, row);
  const series = known.ensure({ provider, model, operation, service, dimensions }, (created) => created);
  return { startMillis: startOf(row.start), minutes: row.minutes, series, measures };
}

let lastStart = '';
let lastMillis = 0;

function startOf(start: string): number {
  if (start !== lastStart) {
    lastMillis = Date.parse(start);
    lastStart = start;
  }
  return lastMillis;
}
