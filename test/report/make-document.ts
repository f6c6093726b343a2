import type { Delta, Row, Series } from '../../src/ledger/delta.js';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';
import type { Measures } from '../../src/ledger/measures.js';
import { toDocument } from '../../src/ledger/document.js';
import { LedgerState } from '../../src/ledger/ledger-state.js';
import { zeroMeasures } from '../../src/ledger/measures.js';

/** One row, written short: a start, what differs from a plain OpenAI chat slot, and numbers. */
export interface ShortRow extends Partial<Omit<Series, 'dimensions'>>, Partial<Measures> {
  start: string;
  minutes?: number;
  dimensions?: Record<string, string>;
}

export interface ShortHeader {
  timezone?: string;
  createdAt?: string;
  updatedAt?: string;
  writers?: Record<string, number>;
  audit?: Delta['audit'];
  pricedCalls?: Delta['pricedCalls'];
}

export function makeRow(row: ShortRow): Row {
  const { start, minutes = 15, provider = 'openai', model = 'gpt-4o-mini', operation = 'chat' } = row;
  const measures = zeroMeasures();
  for (const name of Object.keys(measures) as Array<keyof Measures>) measures[name] = row[name] ?? 0;
  const series = { provider, model, operation, service: row.service ?? '', dimensions: row.dimensions ?? {} };
  return { startMillis: Date.parse(start), minutes, series, measures };
}

/** A real document, through the ledger's own sums and views. */
export function makeDocument(rows: readonly ShortRow[], header: ShortHeader = {}): LedgerDocument {
  const state = new LedgerState();
  state.addDelta({
    rows: rows.map(makeRow),
    audit: header.audit ?? {},
    pricedCalls: header.pricedCalls ?? {},
  });
  return toDocument(state, {
    generation: 1,
    createdAt: header.createdAt ?? '2026-11-01T08:00:00.000Z',
    updatedAt: header.updatedAt ?? '2026-11-22T10:20:05.123Z',
    timezone: header.timezone ?? 'UTC',
    writers: header.writers ?? { a: 1 },
    priceSource: '@pydantic/genai-prices 0.1.8',
  });
}
