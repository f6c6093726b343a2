import { describe, expect, test } from 'vitest';
import { nodeFileSystem } from '../../src/journal/node-file-system.js';
import type { FileSystem } from '../../src/journal/file-system.js';
import { LedgerStore } from '../../src/store/ledger-store.js';
import { readLedger } from '../../src/store/read-ledger.js';
import { FakeClock } from '../exporter/fake-clock.js';
import { SETTINGS, callDelta } from './call-delta.js';
import { temporaryLedger } from './temporary-ledger.js';

interface Watched {
  readonly store: LedgerStore;
  /** How often the journal was synced. */
  readonly syncs: () => number;
}

function watched(path: string, clock: FakeClock): Watched {
  let syncs = 0;
  const files: FileSystem = {
    ...nodeFileSystem,
    syncData: (fd) => {
      syncs++;
      return nodeFileSystem.syncData(fd);
    },
  };
  const store = new LedgerStore({ path, settings: SETTINGS, priceSource: () => 'x', clock, files });
  return { store, syncs: () => syncs };
}

/** A store that has just published, and put the next flush off. */
async function putOff(
  clock: FakeClock,
  path = temporaryLedger('memory'),
): Promise<Watched & { path: string }> {
  const { store, syncs } = watched(path, clock);
  store.append(callDelta(1));
  await store.flush({ force: true });
  store.append(callDelta(2));
  await store.flush({ force: false });
  return { store, syncs, path };
}

describe('how long a flush is put off', () => {
  test('not at all at first, after quiet, and when nothing is new', async () => {
    const clock = new FakeClock();
    const { store } = watched(temporaryLedger('memory'), clock);
    expect(store.putOffMillis()).toBe(0);
    store.append(callDelta(1));
    expect(store.putOffMillis()).toBe(0);
    await store.flush({ force: false });
    expect(store.putOffMillis()).toBe(0);
    await store.close();
  });

  test('until the write allowance lets it, and then it publishes', async () => {
    const clock = new FakeClock();
    const { store, path } = await putOff(clock);
    expect(store.putOffMillis()).toBe(5000);
    await clock.pass(4000);
    expect(store.putOffMillis()).toBe(1000);
    await store.flush({ force: false });
    expect(store.stats()).toMatchObject({ publishes: 1, dirty: true });
    await clock.pass(999.5);
    // A timer fires up to a millisecond early: it must not be sent away again.
    expect(store.putOffMillis()).toBe(0);
    await store.flush({ force: false });
    expect(store.stats()).toMatchObject({ publishes: 2, dirty: false });
    expect((await readLedger(path)).totals.calls).toBe(2);
    await store.close();
  });

  test('until the journal is due to be synced, where a large view may not be published for longer', async () => {
    const clock = new FakeClock();
    const { store, syncs } = watched(temporaryLedger('memory'), clock);
    for (let i = 1; i <= 3000; i++) store.append(callDelta(i));
    await store.flush({ force: true });
    expect(store.stats().viewBytes).toBeGreaterThan(1_200_000);
    store.append(callDelta(1));
    await store.flush({ force: false });
    for (const synced of [1, 2]) {
      expect(store.putOffMillis()).toBe(5000);
      await clock.pass(4990);
      await store.flush({ force: false });
      expect(syncs()).toBe(synced);
      await clock.pass(9);
      clock.skip(1);
      expect(store.putOffMillis()).toBe(0);
      await store.flush({ force: false });
      expect(syncs()).toBe(synced + 1);
      expect(store.stats()).toMatchObject({ publishes: 1, dirty: true });
      store.append(callDelta(1));
    }
    await store.close();
  });

  test('as long as another process has just published', async () => {
    const clock = new FakeClock();
    const path = temporaryLedger('memory');
    const { store: other } = watched(path, clock);
    const { store } = await putOff(clock, path);
    await clock.pass(4000);
    other.append(callDelta(1));
    await other.flush({ force: true });
    clock.skip(1000);
    await store.flush({ force: false });
    expect(store.stats()).toMatchObject({ publishes: 1, dirty: true });
    expect(store.putOffMillis()).toBe(5000);
    await other.close();
    await store.close();
  });

  test('forceFlush is never put off', async () => {
    const clock = new FakeClock();
    const { store, path } = await putOff(clock);
    await store.flush({ force: true });
    expect(store.putOffMillis()).toBe(0);
    expect((await readLedger(path)).totals.calls).toBe(2);
    await store.close();
  });
});
