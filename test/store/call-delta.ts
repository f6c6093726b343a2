import type { Delta } from '../../src/ledger/delta.js';
import { zeroMeasures } from '../../src/ledger/measures.js';

const START = Date.UTC(2026, 10, 22, 10);

/** What one call adds: `tokens` input tokens of model `m<tokens>`, so that every call can be told from the others. */
export function callDelta(tokens: number, model = `m${tokens}`, startMillis = START): Delta {
  const measures = zeroMeasures();
  measures.calls = 1;
  measures.inputTokens = tokens;
  measures.costNanoUsd = 10 * tokens;
  const series = { provider: 'openai', model, operation: 'chat', service: 'test', dimensions: {} };
  return { rows: [{ startMillis, minutes: 15, series, measures }], audit: {}, pricedCalls: { book: 1 } };
}

/** Settings that tests propose. */
export const SETTINGS = { timezone: 'UTC', detailDays: 7, cardinalityLimit: 2000, maxRows: 100_000 };
