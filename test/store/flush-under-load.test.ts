import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { FileSystem } from '../../src/journal/file-system.js';
import { nodeFileSystem } from '../../src/journal/node-file-system.js';
import type { Delta } from '../../src/ledger/delta.js';
import { zeroMeasures } from '../../src/ledger/measures.js';
import { LedgerStore } from '../../src/store/ledger-store.js';
import { readLedger } from '../../src/store/read-ledger.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const oneCall: Delta = {
  rows: [
    {
      startMillis: Date.UTC(2026, 10, 22, 10),
      minutes: 15,
      series: { provider: 'openai', model: 'gpt-4o-mini', operation: 'chat', service: '', dimensions: {} },
      measures: { ...zeroMeasures(), calls: 1, inputTokens: 10 },
    },
  ],
  audit: {},
  pricedCalls: {},
};

interface Busy {
  readonly store: LedgerStore;
  readonly path: string;
  /** Calls of the file system so far, appends left out. */
  readonly touched: () => number;
}

/** A store in a process that records one more call whenever a view is being written. */
function busyStore(): Busy {
  const folder = mkdtempSync(join(tmpdir(), 'flush-under-load-'));
  folders.push(folder);
  const path = join(folder, 'usage-ledger.json');
  let touched = 0;
  const counting = new Proxy(nodeFileSystem, {
    get:
      (target, name: keyof FileSystem) =>
      (...args: unknown[]): unknown => {
        if (name !== 'appendSync') touched++;
        if (name === 'stage') store.append(oneCall);
        return Reflect.apply(target[name], target, args);
      },
  });
  const store = new LedgerStore({
    path,
    settings: { timezone: 'UTC', detailDays: 7, cardinalityLimit: 2000, maxRows: 100_000 },
    durability: 'turn',
    priceSource: () => 'test',
    files: counting,
  });
  return { store, path, touched: () => touched };
}

describe('an interval flush of a process that goes on recording', () => {
  test('publishes one view and succeeds: what came meanwhile is for the next', async () => {
    const { store, path } = busyStore();
    store.append(oneCall);
    await store.flush({ force: false });
    expect(store.stats()).toMatchObject({ publishes: 1, failedFlushes: 0, dirty: true });
    await store.close();
    expect((await readLedger(path)).totals.calls).toBeGreaterThanOrEqual(2);
  });

  test('that must wait for the write allowance touches no file', async () => {
    const { store, touched } = busyStore();
    store.append(oneCall);
    await store.flush({ force: false });
    const before = touched();
    for (let i = 0; i < 10; i++) {
      store.append(oneCall);
      await store.flush({ force: false });
    }
    expect(touched()).toBe(before);
    expect(store.stats().publishes).toBe(1);
    await store.close();
  });
});
