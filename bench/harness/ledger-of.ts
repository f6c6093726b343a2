import type { Row, Series } from '../../src/ledger/delta.js';
import { zeroMeasures } from '../../src/ledger/measures.js';
import { SLOT_MINUTES, slotStart } from '../../src/ledger/slot.js';
import { LedgerStore } from '../../src/store/ledger-store.js';
import { recordOf } from './calls.js';

/** 5 models × 40 agents: 100,000 rows are five days of slots. */
const SERIES_A_SLOT = 200;
const ROWS_A_LINE = 500;

/** A store on `path` with the options all exporters have by default. */
export function storeOn(path: string): LedgerStore {
  return new LedgerStore({
    path,
    settings: { timezone: 'UTC', detailDays: 7, cardinalityLimit: 2000, maxRows: 100_000 },
    durability: 'turn',
    priceSource: () => 'bench',
  });
}

/** `count` rows of ten calls each, the newest slot just over. */
export function rowsOf(count: number, nowMillis: number = Date.now()): Row[] {
  const series: Series[] = Array.from({ length: SERIES_A_SLOT }, (_, i) => {
    const { provider, model, operation, dimensions = {} } = recordOf(i, SERIES_A_SLOT);
    return { provider, model, operation, service: 'bench', dimensions };
  });
  const newest = slotStart(nowMillis) - SLOT_MINUTES * 60_000;
  return Array.from({ length: count }, (_, i) => ({
    startMillis: newest - Math.floor(i / SERIES_A_SLOT) * SLOT_MINUTES * 60_000,
    minutes: SLOT_MINUTES,
    series: series[i % SERIES_A_SLOT]!,
    measures: {
      ...zeroMeasures(),
      calls: 10,
      inputTokens: 10_000 + i,
      outputTokens: 500,
      costNanoUsd: 1_800_000 + i * 150,
      inputCostNanoUsd: 1_500_000 + i * 150,
      outputCostNanoUsd: 300_000,
      durationMillis: 8000,
    },
  }));
}

/** Writes a ledger of `count` rows as a process that has ended leaves it. */
export async function writeLedger(path: string, count: number): Promise<void> {
  const store = storeOn(path);
  const rows = rowsOf(count);
  for (let from = 0; from < rows.length; from += ROWS_A_LINE) {
    const part = rows.slice(from, from + ROWS_A_LINE);
    const calls = part.reduce((sum, { measures }) => sum + measures.calls, 0);
    store.append({ rows: part, audit: {}, pricedCalls: { book: calls } });
  }
  await store.close();
}
