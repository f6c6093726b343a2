import { expect, test } from 'vitest';
import { systemClock } from '../../src/config/clock.js';
import { zeroMeasures } from '../../src/ledger/measures.js';
import { ledgerPlace } from '../../src/store/ledger-place.js';
import { LedgerStore } from '../../src/store/ledger-store.js';
import { Merge } from '../../src/store/merge.js';
import { SETTINGS } from './call-delta.js';
import { temporaryLedger } from './temporary-ledger.js';

const SLOTS = 20;
const SERIES = Array.from({ length: 500 }, (_, i) => ({
  provider: 'openai',
  model: `m${i}`,
  operation: 'chat',
  service: '',
  dimensions: {},
}));

test('merging few lines of many rows lets the event loop go on in between', async () => {
  const path = temporaryLedger('memory');
  const store = new LedgerStore({ path, settings: SETTINGS, durability: 'turn', priceSource: () => 'x' });
  for (let slot = 0; slot < SLOTS; slot++) {
    const startMillis = Date.UTC(2026, 10, 22) + slot * 900_000;
    const measures = { ...zeroMeasures(), calls: 1 };
    const rows = SERIES.map((series) => ({ startMillis, minutes: 15, series, measures }));
    store.append({ rows, audit: {}, pricedCalls: {} });
  }
  let turns = 0;
  const clock = { ...systemClock, yieldTurn: () => (turns++, systemClock.yieldTurn()) };
  const merge = new Merge(ledgerPlace(path, { clock }));
  await merge.refresh();
  expect(merge.state.table.size).toBe(SLOTS * SERIES.length);
  expect(turns).toBeGreaterThanOrEqual(SLOTS / 2 - 1);
  await store.close();
});
