import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nodeFileSystem } from '../../src/journal/node-file-system.js';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';
import { compactLedgerAt } from '../../src/store/compact-ledger.js';
import type { LedgerPlace } from '../../src/store/ledger-place.js';
import { ledgerPlace } from '../../src/store/ledger-place.js';
import { LedgerStore } from '../../src/store/ledger-store.js';
import { repriceLedgerAt } from '../../src/store/reprice-ledger.js';
import { SETTINGS, callDelta } from './call-delta.js';
import { temporaryLedger } from './temporary-ledger.js';

const COMMANDS: ReadonlyArray<readonly [string, (place: LedgerPlace) => Promise<unknown>]> = [
  ['compact', (place) => compactLedgerAt(place)],
  [
    'reprice',
    (place) =>
      repriceLedgerAt(place, (rows) =>
        rows
          .filter(({ measures }) => measures.costNanoUsd > 0)
          .map((row) => ({
            row,
            by: { ...row, measures: { ...row.measures, costNanoUsd: 0 } },
            pricedCalls: {},
            reason: 'free',
          })),
      ),
  ],
];

test.each(COMMANDS)('%s that sleeps at its rename leaves no older view behind', async (_name, run) => {
  const path = temporaryLedger('memory');
  const store = new LedgerStore({ path, settings: SETTINGS, durability: 'turn', priceSource: () => 'x' });
  store.append(callDelta(1));
  await store.flush({ force: true });
  let slept = false;
  const rename = async (from: string, to: string): Promise<void> => {
    if (to === path && !slept) {
      slept = true;
      store.append(callDelta(2));
      await store.close();
    }
    await nodeFileSystem.rename(from, to);
  };
  await run(ledgerPlace(path, { files: { ...nodeFileSystem, rename } }));
  expect(slept).toBe(true);
  const view = JSON.parse(readFileSync(path, 'utf8')) as LedgerDocument;
  expect(view.totals.calls).toBe(2);
});
