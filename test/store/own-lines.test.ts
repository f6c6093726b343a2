import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileSystem } from '../../src/journal/file-system.js';
import { nodeFileSystem } from '../../src/journal/node-file-system.js';
import { compactLedger } from '../../src/store/compact-ledger.js';
import { LedgerStore } from '../../src/store/ledger-store.js';
import { readLedger } from '../../src/store/read-ledger.js';
import { FakeClock } from '../exporter/fake-clock.js';
import { SETTINGS, callDelta } from './call-delta.js';
import { temporaryLedger } from './temporary-ledger.js';

async function later(before: () => unknown, then: () => unknown): Promise<unknown> {
  await before();
  return then();
}

/** A store of one process, and what happens to its files. */
class Own {
  readonly path = temporaryLedger('memory');
  readonly clock = new FakeClock();
  readonly store: LedgerStore;
  /** Names of journal parts that were read, in order. */
  readonly read: string[] = [];
  /** Thrown by the next calls of these functions of the file system. */
  readonly broken = new Set<keyof FileSystem>();
  /** An append is done, and fails all the same. */
  failAfterAppending = false;
  /** Runs before the next call of a function of the file system, once. */
  readonly before = new Map<keyof FileSystem, () => unknown>();
  calls = 0;

  constructor(durability: 'turn' | 'flush' = 'turn') {
    const files = new Proxy(nodeFileSystem, {
      get:
        (target, name: keyof FileSystem) =>
        (...args: unknown[]): unknown => {
          const [path] = args;
          if (name === 'readFrom' && typeof path === 'string' && path.includes('w-')) this.read.push(path);
          const before = this.before.get(name);
          this.before.delete(name);
          if (before !== undefined) return later(before, () => Reflect.apply(target[name], target, args));
          const error = Object.assign(new Error('EIO: injected'), { code: 'EIO' });
          const append = name === 'appendSync' && this.failAfterAppending;
          if (append || !this.broken.has(name)) {
            const result: unknown = Reflect.apply(target[name], target, args);
            if (append) throw error;
            return result;
          }
          if (name.endsWith('Sync')) throw error;
          return Promise.reject(error);
        },
    });
    this.store = new LedgerStore({
      path: this.path,
      settings: SETTINGS,
      durability,
      priceSource: () => 'x',
      clock: this.clock,
      files,
    });
  }

  append(count = 1): void {
    for (let i = 0; i < count; i++) this.store.append(callDelta(1 + (this.calls++ % 5)));
  }

  async flush(): Promise<void> {
    await this.store.flush({ force: true });
  }

  get directory(): string {
    return `${this.path}.d`;
  }

  part(number: number): string {
    const name = readdirSync(this.directory).find((each) => each.endsWith(`-${number}.jsonl`));
    return join(this.directory, name ?? '');
  }
}

/** What this process merged and what a reader of the files finds is the same, and whole. */
async function expectWhole(own: Own, calls = own.calls): Promise<void> {
  const merged = await own.store.read();
  const read = await readLedger(own.path);
  expect(merged.totals.calls).toBe(calls);
  expect(read.totals.calls).toBe(calls);
  for (const part of ['days', 'models', 'audit', 'prices', 'writers', 'missing'] as const) {
    expect(merged[part]).toEqual(read[part]);
  }
}

describe('lines that this process wrote', () => {
  test.each(['turn', 'flush'] as const)('are not read back, with durability %s', async (durability) => {
    const own = new Own(durability);
    for (let round = 0; round < 5; round++) {
      own.append(20);
      await own.flush();
    }
    expect(own.read).toEqual([]);
    await expectWhole(own);
    await own.store.close();
  });

  test('are not read back while more come during every flush', async () => {
    const own = new Own();
    const busy = setInterval(() => own.append(), 0);
    for (let round = 0; round < 20; round++) {
      own.append();
      await own.flush();
    }
    clearInterval(busy);
    expect(own.read).toEqual([]);
    await own.flush();
    await expectWhole(own);
    await own.store.close();
  });

  test('are not read back where a part ends and the next begins', async () => {
    const own = new Own();
    own.append(3);
    await own.flush();
    own.append(2);
    own.clock.skip(3_600_000 / 4);
    own.append(4);
    expect(readdirSync(own.directory).filter((name) => name.startsWith('w-'))).toHaveLength(2);
    await own.flush();
    expect(own.read).toEqual([]);
    await expectWhole(own);
    await own.store.close();
  });

  test('are read after a write that failed, as long as its part lasts', async () => {
    const own = new Own();
    own.append(3);
    await own.flush();
    own.broken.add('appendSync');
    own.append();
    own.broken.clear();
    own.append(2);
    await own.flush();
    expect(own.read).toEqual([own.part(1)]);
    await expectWhole(own);
    own.clock.skip(3_600_000);
    own.append(2);
    await own.flush();
    expect(own.read).toEqual([own.part(1)]);
    await expectWhole(own);
    await own.store.close();
  });

  test('are read when their file is another, or shorter than it was', async () => {
    const own = new Own();
    own.append(3);
    await own.flush();
    own.append(2);
    const copy = readFileSync(own.part(1));
    writeFileSync(`${own.path}.copy`, copy);
    renameSync(`${own.path}.copy`, own.part(1));
    await own.store.read();
    expect(own.read.length).toBeGreaterThan(0);
    await own.flush();
    await expectWhole(own);
    await own.store.close();
  });

  test('are written again, and read, when somebody deleted the directory', async () => {
    const own = new Own();
    own.append(3);
    await own.flush();
    own.append(2);
    rmSync(own.directory, { recursive: true });
    await own.flush();
    own.append(2);
    await own.flush();
    expect(own.read.length).toBeGreaterThan(0);
    await expectWhole(own);
    await own.store.close();
  });

  test('are read after somebody folded them, and then no more', async () => {
    const own = new Own();
    own.append(3);
    await own.flush();
    await compactLedger(own.path);
    own.append(2);
    // What comes while they are read is for the next time, which then begins where this one ended.
    for (const name of ['list', 'readFrom'] as const) {
      const append = (): unknown => own.before.set(name, append) && own.append();
      append();
    }
    await own.flush();
    expect(own.read).toEqual([own.part(1)]);
    own.append(2);
    await own.flush();
    expect(own.read).toEqual([own.part(1)]);
    own.before.clear();
    await expectWhole(own);
    await own.store.close();
  });

  test('are read after a merge that failed, and then no more', async () => {
    const own = new Own();
    own.append(3);
    await own.flush();
    own.append(2);
    own.broken.add('stat');
    await expect(own.flush()).rejects.toThrow('EIO');
    own.broken.clear();
    own.append(2);
    await own.flush();
    own.append(1);
    await own.flush();
    expect(own.read).toEqual([own.part(1)]);
    await expectWhole(own);
    await own.store.close();
  });

  test('are read when their sums are too large, or too many, and then no more', async () => {
    const own = new Own();
    own.append(1);
    await own.flush();
    for (let i = 1; i <= 10_001; i++) own.store.append(callDelta(i));
    await own.flush();
    expect(own.read).toEqual([own.part(1)]);
    own.append(2);
    await own.flush();
    expect(own.read).toEqual([own.part(1)]);
    await expectWhole(own, 10_004);
    await own.store.close();
  });

  test('stand beside what others append to the directory', async () => {
    const own = new Own();
    own.append();
    await own.flush();
    const mine = own.part(1);
    const other = new LedgerStore({ path: own.path, settings: SETTINGS, priceSource: () => 'x' });
    for (let round = 0; round < 4; round++) {
      own.append(2);
      other.append(callDelta(9));
      await own.flush();
      if (round % 2 === 1) await other.flush({ force: true });
    }
    await expectWhole(own, 13);
    expect(own.read).not.toContain(mine);
    expect(own.read.length).toBeGreaterThan(0);
    await other.close();
    await own.store.close();
  });

  test('of unknown fate are read: another process may have published them', async () => {
    const own = new Own();
    const other = new LedgerStore({ path: own.path, settings: SETTINGS, priceSource: () => 'x' });
    own.append(2);
    own.before.set('list', async () => {
      own.failAfterAppending = true;
      own.append();
      own.failAfterAppending = false;
      other.append(callDelta(9));
      await other.flush({ force: true });
    });
    await own.flush();
    expect(readdirSync(own.directory).filter((name) => name.startsWith('base-'))).toEqual([]);
    await expectWhole(own, 4);
    await other.close();
    await own.store.close();
  });

  test('and damaged afterwards still count here, and so for everybody', async () => {
    const own = new Own();
    own.append(3);
    await own.flush();
    own.append(2);
    const bytes = readFileSync(own.part(1));
    bytes[bytes.length - 20] = 0x00;
    writeFileSync(own.part(1), bytes);
    await own.flush();
    await own.store.close();
    expect((await readLedger(own.path)).totals.calls).toBe(5);
  });

  test('count once, whatever happens', async () => {
    const action = fc.constantFrom(
      'append',
      'append',
      'append',
      'flush',
      'read',
      'fail to append',
      'fail to merge',
      'fail to publish',
      'fold',
      'idle',
      'delete',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 25 }), async (actions) => {
        const own = new Own();
        own.append();
        await own.flush();
        for (const each of actions) await act(own, each);
        own.broken.clear();
        await own.flush();
        expect(own.store.stats().dirty).toBe(false);
        await expectWhole(own);
        await own.store.close();
      }),
      { numRuns: 150 },
    );
  });
});

async function act(own: Own, action: string): Promise<void> {
  const failing: Record<string, keyof FileSystem> = {
    'fail to append': 'appendSync',
    'fail to merge': 'list',
    'fail to publish': 'stage',
  };
  const broken = failing[action];
  if (broken !== undefined) {
    own.broken.add(broken);
    own.append();
    await own.flush().catch(() => undefined);
    own.broken.clear();
  }
  if (action === 'append') own.append(2);
  if (action === 'flush') await own.flush();
  if (action === 'read') await own.store.read();
  if (action === 'fold') await compactLedger(own.path);
  if (action === 'idle') own.clock.skip(1_000_000);
  if (action === 'delete') rmSync(own.directory, { recursive: true, force: true });
}
