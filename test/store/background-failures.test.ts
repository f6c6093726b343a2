import { expect, it } from 'vitest';
import type { Clock } from '../../src/config/clock.js';
import { systemClock } from '../../src/config/clock.js';
import type { FileSystem } from '../../src/journal/file-system.js';
import { nodeFileSystem } from '../../src/journal/node-file-system.js';
import { LedgerStore } from '../../src/store/ledger-store.js';
import { readLedger } from '../../src/store/read-ledger.js';
import { SETTINGS, callDelta } from './call-delta.js';
import { temporaryLedger } from './temporary-ledger.js';

const failing = (): Promise<never> =>
  Promise.reject(Object.assign(new Error('EIO: injected'), { code: 'EIO' }));

function storeWith(
  files: FileSystem,
  problems: string[],
  clock: Clock = systemClock,
  path = temporaryLedger('memory'),
): LedgerStore {
  return new LedgerStore({
    path,
    settings: SETTINGS,
    priceSource: () => 'x',
    files,
    clock,
    onProblem: ({ message }) => problems.push(message),
    internals: { limits: { tailBytes: 1, parts: 1 } },
  });
}

it('I7: a compaction that fails in the background is told, and does not fail the flush', async () => {
  const problems: string[] = [];
  const path = temporaryLedger('memory');
  const store = storeWith({ ...nodeFileSystem, link: failing }, problems, systemClock, path);
  store.append(callDelta(1));
  await store.flush({ force: true });
  await store.close();
  expect(problems).toEqual([expect.stringContaining('compact the ledger')]);
  expect(store.stats().failedFlushes).toBe(1);
  expect((await readLedger(path)).audit.failedFlushes).toBe(1);
});

it('I7: a flush that was put off and then fails is told', async () => {
  const problems: string[] = [];
  const due: Array<() => void> = [];
  let broken = false;
  let ahead = 0;
  const clock: Clock = {
    ...systemClock,
    monotonicMillis: () => systemClock.monotonicMillis() + ahead,
    after: (_millis, callback) => {
      due.push(callback);
      return { cancel: () => void due.splice(due.indexOf(callback), 1) };
    },
  };
  const stage: FileSystem['stage'] = (...args) => (broken ? failing() : nodeFileSystem.stage(...args));
  const path = temporaryLedger('memory');
  const store = storeWith({ ...nodeFileSystem, stage }, problems, clock, path);
  store.append(callDelta(1));
  await store.flush({ force: true });
  store.append(callDelta(2));
  await store.flush({ force: false });
  expect(due).toHaveLength(1);
  broken = true;
  ahead += 3_600_000;
  due.shift()?.();
  await expect.poll(() => problems).toEqual([expect.stringContaining('flush the ledger')]);
  expect(store.stats().lastError).toBeDefined();
  broken = false;
  await store.close();
  expect(store.stats().failedFlushes).toBe(1);
  expect((await readLedger(path)).audit.failedFlushes).toBe(1);
});

it('I7: a flush that fails counts once, however many wait for it, and so does the last one', async () => {
  let broken = false;
  const stage: FileSystem['stage'] = (...args) => (broken ? failing() : nodeFileSystem.stage(...args));
  const path = temporaryLedger('memory');
  const store = storeWith({ ...nodeFileSystem, stage }, [], systemClock, path);
  store.append(callDelta(1));
  await store.flush({ force: true });
  store.append(callDelta(2));
  broken = true;
  const flush = (): Promise<void> => store.flush({ force: true });
  const outcomes = await Promise.allSettled([flush(), flush(), flush(), flush()]);
  expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'rejected'));
  // All of them wait for the compaction under way, and then for the same flush.
  expect(store.stats().failedFlushes).toBe(1);
  await expect(store.close()).rejects.toThrow('EIO');
  expect((await readLedger(path)).audit.failedFlushes).toBe(2);
});
