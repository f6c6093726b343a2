import { expect, test } from 'vitest';
import type { FileSystem } from '../../src/journal/file-system.js';
import { JournalWriter } from '../../src/journal/journal-writer.js';
import { nodeFileSystem } from '../../src/journal/node-file-system.js';
import { DEFAULT_LIMITS } from '../../src/store/compactor.js';
import { FlushCycle } from '../../src/store/flush-cycle.js';
import { ledgerPlace } from '../../src/store/ledger-place.js';
import { Merge } from '../../src/store/merge.js';
import { SETTINGS, callDelta } from './call-delta.js';
import { temporaryLedger } from './temporary-ledger.js';

/** A promise, and how to resolve it. */
function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

interface Watched {
  readonly cycle: FlushCycle;
  readonly writer: JournalWriter;
  /** How often a merge began. */
  readonly merges: () => number;
  /** How many views were about to be written. */
  readonly staged: () => number;
  /** The next views wait for this before they are written. */
  hold: Promise<void>;
}

function watched(): Watched {
  let merges = 0;
  let staged = 0;
  const files: FileSystem = {
    ...nodeFileSystem,
    list: (path) => {
      merges++;
      return nodeFileSystem.list(path);
    },
    stage: async (...args) => {
      staged++;
      await state.hold;
      await nodeFileSystem.stage(...args);
    },
  };
  const place = ledgerPlace(temporaryLedger('memory'), { files });
  const writer = new JournalWriter(place, 'turn');
  const settings = { ...SETTINGS, createdAt: '2026-11-22T10:00:00.000Z' };
  const means = { settings: () => settings, priceSource: () => 'x', onProblem: () => undefined };
  const merge = new Merge(place, undefined, writer);
  const cycle = new FlushCycle(place, writer, merge, means, DEFAULT_LIMITS, () => undefined);
  const state: Watched = {
    cycle,
    writer,
    merges: () => merges,
    staged: () => staged,
    hold: Promise.resolve(),
  };
  return state;
}

test('a read that waits for a flush, and a flush that waits for the same one, do not use the merge at once', async () => {
  const state = watched();
  const { cycle, writer } = state;
  const view = gate();
  state.hold = view.passed;
  writer.append(callDelta(1));
  const first = cycle.flush(true);
  await expect.poll(state.staged).toBe(1);
  const read = gate();
  let reading = false;
  const done = cycle.exclusive(() => {
    reading = true;
    return read.passed;
  });
  const second = cycle.flush(true);
  view.open();
  await first;
  await expect.poll(() => reading).toBe(true);
  writer.append(callDelta(3));
  const before = state.merges();
  for (let i = 0; i < 10; i++) await settle();
  expect(state.merges()).toBe(before);
  read.open();
  await Promise.all([done, second]);
  expect(state.merges()).toBeGreaterThan(before);
  expect(cycle.isDirty).toBe(false);
  await cycle.close();
  writer.end();
});

test('one who flushes as soon as the running flush is over does not overtake those who waited for it', async () => {
  const { cycle, writer } = watched();
  let running = 0;
  let most = 0;
  const once = (): Promise<void> =>
    cycle.exclusive(async () => {
      most = Math.max(most, ++running);
      await settle();
      running--;
    });
  writer.append(callDelta(1));
  const flushes = [cycle.flush(true), once(), cycle.flush(true), once(), cycle.flush(true)];
  await Promise.all(flushes);
  expect(most).toBe(1);
  expect(cycle.isDirty).toBe(false);
  await cycle.close();
  writer.end();
});
