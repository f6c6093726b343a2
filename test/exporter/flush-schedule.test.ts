import { describe, expect, test } from 'vitest';
import { callOf, createFixture, createReadyFixture } from './core-fixture.js';
import type { Fixture } from './core-fixture.js';
import { settle } from './fake-clock.js';
import { LedgerError } from '../../src/journal/ledger-error.js';

function record(fixture: Fixture, calls: number): void {
  for (let i = 0; i < calls; i++) fixture.core.record(callOf());
}

/** Holds flushes until `open` is called. */
function gate(fixture: Fixture): () => void {
  let open: () => void = () => undefined;
  fixture.storage.gate = new Promise((resolve) => (open = resolve));
  return open;
}

describe('when the ledger is flushed', () => {
  test.each([25, 50, 10_000])('a burst of %i records makes one flush', async (calls) => {
    const fixture = await createReadyFixture();
    record(fixture, calls);
    await fixture.clock.pass(60_000);
    expect(fixture.storage.flushes).toHaveLength(1);
    expect(fixture.storage.view?.totals.calls).toBe(calls);
    expect(fixture.core.stats()).toMatchObject({ recorded: calls, flushes: 1, recordsPerFlush: calls });
  });

  test('a burst over many turns is one flush more than its start, not one per turn', async () => {
    const fixture = await createReadyFixture();
    const open = gate(fixture);
    for (let turn = 0; turn < 100; turn++) {
      record(fixture, 10);
      await fixture.clock.pass(0);
    }
    open();
    await fixture.clock.pass(0);
    expect(fixture.storage.flushes).toHaveLength(2);
    expect(fixture.storage.view?.totals.calls).toBe(1000);
  });

  test('below the threshold it waits for the interval', async () => {
    const fixture = await createReadyFixture();
    record(fixture, 9);
    await fixture.clock.pass(4999);
    expect(fixture.storage.flushes).toHaveLength(0);
    await fixture.clock.pass(1);
    expect(fixture.storage.flushes).toEqual([{ force: false, lines: 1 }]);
  });

  test('the interval runs from the first record, however many follow', async () => {
    const fixture = await createReadyFixture({ flushThreshold: 1000 });
    for (let second = 0; second < 5; second++) {
      record(fixture, 1);
      await fixture.clock.pass(1000);
    }
    expect(fixture.storage.flushes).toHaveLength(1);
  });

  test('reaching the threshold later flushes after that turn, not within it', async () => {
    const fixture = await createReadyFixture();
    record(fixture, 9);
    await settle();
    record(fixture, 1);
    await settle();
    expect(fixture.storage.flushes).toHaveLength(0);
    await fixture.clock.pass(0);
    expect(fixture.storage.flushes).toHaveLength(1);
  });

  test('with nothing recorded no timer runs and nothing is flushed', async () => {
    const fixture = await createReadyFixture();
    expect(fixture.clock.waiting).toEqual([]);
    record(fixture, 25);
    await fixture.clock.pass(0);
    expect(fixture.clock.waiting).toEqual([]);
  });

  test('records that come during a flush are left to the next one', async () => {
    const fixture = await createReadyFixture();
    const open = gate(fixture);
    record(fixture, 10);
    await fixture.clock.pass(0);
    record(fixture, 3);
    await settle();
    expect(fixture.clock.waiting).toEqual([]);
    open();
    await fixture.clock.pass(0);
    expect(fixture.clock.waiting).toEqual([5000]);
    await fixture.clock.pass(5000);
    expect(fixture.storage.view?.totals.calls).toBe(13);
  });

  test('a failed flush is tried again after an interval, and not at every record', async () => {
    const fixture = await createReadyFixture();
    fixture.storage.error = new LedgerError('ENOSPC', 'no space');
    record(fixture, 10);
    await fixture.clock.pass(0);
    for (let i = 0; i < 20; i++) {
      record(fixture, 10);
      await fixture.clock.pass(100);
    }
    expect(fixture.storage.flushes).toHaveLength(1);
    expect(fixture.core.stats()).toMatchObject({ flushes: 0, lastError: fixture.storage.error });
    fixture.storage.error = undefined;
    await fixture.clock.pass(5000);
    expect(fixture.storage.view?.totals.calls).toBe(210);
    expect(fixture.core.stats()).toMatchObject({ flushes: 1, recordsPerFlush: 210, lastError: undefined });
  });

  describe('while the storage puts flushes off', () => {
    test('nothing is woken, however much is recorded, until it may flush', async () => {
      const fixture = await createReadyFixture();
      const { storage, clock } = fixture;
      storage.putOffUntil = clock.monotonicMillis() + 4000;
      for (let turn = 0; turn < 50; turn++) {
        record(fixture, 10);
        await clock.pass(70);
      }
      expect(storage.flushes).toHaveLength(0);
      expect(clock.waiting).toEqual([500]);
      await clock.pass(499);
      expect(storage.flushes).toHaveLength(0);
      await clock.pass(1);
      expect(storage.flushes).toEqual([{ force: false, lines: 50 }]);
    });

    test('a few records wait for the interval, or as long as they must', async () => {
      const fixture = await createReadyFixture();
      const { storage, clock } = fixture;
      storage.putOffUntil = clock.monotonicMillis() + 4000;
      record(fixture, 3);
      await settle();
      expect(clock.waiting).toEqual([5000]);
      await clock.pass(5000);
      storage.putOffUntil = clock.monotonicMillis() + 7000;
      record(fixture, 3);
      await settle();
      expect(clock.waiting).toEqual([7000]);
    });

    test('whoever waits for it does not wait', async () => {
      const fixture = await createReadyFixture();
      const { storage, clock } = fixture;
      storage.putOffUntil = clock.monotonicMillis() + 60_000;
      record(fixture, 10);
      await settle();
      await fixture.core.forceFlush();
      expect(storage.view?.totals.calls).toBe(10);
      expect(clock.waiting).toEqual([]);
    });

    test('what is recorded counts as not yet flushed', async () => {
      const fixture = await createReadyFixture();
      fixture.storage.putOffUntil = fixture.clock.monotonicMillis() + 1000;
      record(fixture, 10);
      await fixture.clock.pass(999);
      expect(fixture.core.dirty).toBe(true);
      expect(fixture.core.stats()).toMatchObject({ recorded: 10, flushes: 0 });
      await fixture.clock.pass(1);
      expect(fixture.core.dirty).toBe(false);
      expect(fixture.core.stats()).toMatchObject({ recorded: 10, flushes: 1 });
    });
  });
});

describe('forceFlush', () => {
  test('covers what was recorded in the same turn', async () => {
    const { core, storage } = await createReadyFixture();
    core.record(callOf());
    await core.forceFlush();
    expect(storage.view?.totals.calls).toBe(1);
    expect(storage.flushes).toEqual([{ force: true, lines: 1 }]);
  });

  test('awaits the flush in flight and covers what came since', async () => {
    const fixture = await createReadyFixture();
    const open = gate(fixture);
    record(fixture, 10);
    await fixture.clock.pass(0);
    record(fixture, 5);
    let done = false;
    const flushed = fixture.core.forceFlush().then(() => (done = true));
    await settle();
    expect(done).toBe(false);
    expect(fixture.storage.flushes).toHaveLength(1);
    open();
    await flushed;
    expect(fixture.storage.view?.totals.calls).toBe(15);
  });

  test('covers again and again, flight after flight', async () => {
    const fixture = await createReadyFixture();
    for (let round = 1; round <= 3; round++) {
      const open = gate(fixture);
      record(fixture, 10);
      await fixture.clock.pass(0);
      record(fixture, 5);
      const flushed = fixture.core.forceFlush();
      await settle();
      open();
      await flushed;
      expect(fixture.storage.view?.totals.calls).toBe(15 * round);
    }
  });

  test('those who wait for one flight share the next flush', async () => {
    const fixture = await createReadyFixture();
    const open = gate(fixture);
    record(fixture, 10);
    await fixture.clock.pass(0);
    const all = Array.from({ length: 20 }, () => fixture.core.forceFlush());
    await settle();
    open();
    await Promise.all(all);
    expect(fixture.storage.flushes).toHaveLength(2);
  });

  test('rejects when the flush fails, and works again once it can', async () => {
    const fixture = await createReadyFixture();
    fixture.storage.error = new LedgerError('EROFS', 'read only');
    record(fixture, 1);
    await expect(fixture.core.forceFlush()).rejects.toMatchObject({ name: 'LedgerError', code: 'EROFS' });
    fixture.storage.error = undefined;
    await fixture.core.forceFlush();
    expect(fixture.storage.view?.totals.calls).toBe(1);
  });

  test('a flight that fails does not fail who comes after it', async () => {
    const fixture = await createReadyFixture();
    const open = gate(fixture);
    fixture.storage.error = new LedgerError('EIO', 'once');
    record(fixture, 10);
    await fixture.clock.pass(0);
    const flushed = fixture.core.forceFlush();
    await settle();
    open();
    await Promise.resolve();
    await Promise.resolve();
    fixture.storage.error = undefined;
    await flushed;
    expect(fixture.storage.view?.totals.calls).toBe(10);
  });

  test('rejects with a LedgerError after flushTimeoutMillis', async () => {
    const fixture = await createReadyFixture({ flushTimeoutMillis: 50 });
    gate(fixture);
    record(fixture, 1);
    const outcome = fixture.core.forceFlush().catch((error: unknown) => error);
    await fixture.clock.pass(50);
    expect(await outcome).toMatchObject({ name: 'LedgerError', code: 'ETIMEOUT' });
  });

  test('leaves no timer behind', async () => {
    const fixture = await createReadyFixture();
    record(fixture, 1);
    await fixture.core.forceFlush();
    expect(fixture.clock.waiting).toEqual([]);
  });
});

describe('shutdown', () => {
  test('flushes and closes, once, with one promise', async () => {
    const fixture = await createReadyFixture();
    record(fixture, 3);
    const first = fixture.core.shutdown();
    expect(fixture.core.shutdown()).toBe(first);
    expect(fixture.core.forceFlush()).toBe(first);
    await first;
    expect(fixture.storage.view?.totals.calls).toBe(3);
    expect(fixture.storage.closed).toBe(1);
    expect(fixture.clock.waiting).toEqual([]);
  });

  test('never rejects, and closes the store although the flush failed', async () => {
    const fixture = await createReadyFixture();
    fixture.storage.error = new LedgerError('EIO', 'broken');
    record(fixture, 1);
    await expect(fixture.core.shutdown()).resolves.toBeUndefined();
    expect(fixture.storage.closed).toBe(1);
    expect(fixture.clock.waiting).toEqual([]);
  });

  test('is bounded by shutdownTimeoutMillis', async () => {
    const fixture = await createReadyFixture({ shutdownTimeoutMillis: 300 });
    gate(fixture);
    record(fixture, 1);
    let done = false;
    void fixture.core.shutdown().then(() => (done = true));
    await fixture.clock.pass(299);
    expect(done).toBe(false);
    await fixture.clock.pass(1);
    await settle();
    expect(done).toBe(true);
  });

  test('covers what came during the flush in flight', async () => {
    const fixture = await createReadyFixture();
    const open = gate(fixture);
    record(fixture, 10);
    await fixture.clock.pass(0);
    record(fixture, 7);
    const closed = fixture.core.shutdown();
    open();
    await closed;
    expect(fixture.storage.view?.totals.calls).toBe(17);
  });

  test('does not wait for the price book when no call does', async () => {
    const { core } = createFixture();
    await core.shutdown();
    expect(core.stats().recorded).toBe(0);
  });
});
