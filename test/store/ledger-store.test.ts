import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/config/clock.js';
import { systemClock } from '../../src/config/clock.js';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';
import { checkLedger } from '../../src/store/check-ledger.js';
import { compactLedger } from '../../src/store/compact-ledger.js';
import { LedgerStore } from '../../src/store/ledger-store.js';
import type { LedgerStoreOptions } from '../../src/store/ledger-store-options.js';
import type { LedgerProblem } from '../../src/store/publisher.js';
import { readLedger } from '../../src/store/read-ledger.js';
import { AUDIT_FIELDS } from '../../src/usage/usage-sink.js';
import { repriceLedger } from '../../src/store/reprice-ledger.js';
import type { Repricing } from '../../src/store/reprice-ledger.js';
import { SETTINGS, callDelta } from './call-delta.js';
import { FaultyFiles } from './faulty-files.js';
import { temporaryLedger } from './temporary-ledger.js';

interface Setup {
  readonly path: string;
  readonly store: LedgerStore;
  readonly counted: FaultyFiles;
  readonly problems: LedgerProblem[];
  readonly clock: FakeClock;
}

/** The real clock, moved on by hand, with timers that fire only when told. */
class FakeClock implements Clock {
  ahead = 0;
  readonly timers: Array<{ at: number; callback: () => void }> = [];
  nowMillis = (): number => systemClock.nowMillis() + this.ahead;
  monotonicMillis = (): number => systemClock.monotonicMillis() + this.ahead;
  yieldTurn = (): Promise<void> => systemClock.yieldTurn();

  after(millis: number, callback: () => void): { cancel: () => void } {
    const timer = { at: this.monotonicMillis() + millis, callback };
    this.timers.push(timer);
    return { cancel: () => void (timer.at = Infinity) };
  }

  /** Moves on, and fires what is due. */
  pass(millis: number): void {
    this.ahead += millis;
    for (const timer of this.timers.filter(({ at }) => at <= this.monotonicMillis())) {
      this.timers.splice(this.timers.indexOf(timer), 1);
      timer.callback();
    }
  }
}

function setup(path = temporaryLedger('memory'), more: Partial<LedgerStoreOptions> = {}): Setup {
  const counted = new FaultyFiles();
  const problems: LedgerProblem[] = [];
  const clock = new FakeClock();
  const store = new LedgerStore({
    path,
    settings: SETTINGS,
    priceSource: () => 'book 1',
    files: counted.files,
    clock,
    onProblem: (problem) => problems.push(problem),
    ...more,
  });
  return { path, store, counted, problems, clock };
}

function viewOf(path: string): LedgerDocument {
  return JSON.parse(readFileSync(path, 'utf8')) as LedgerDocument;
}

describe('I4: flush', () => {
  it('touches no file when nothing is new', async () => {
    const { store, counted } = setup();
    store.append(callDelta(1));
    await store.flush({ force: true });
    const before = counted.calls;
    for (let i = 0; i < 100; i++) await store.flush({ force: true });
    expect(counted.calls).toBe(before);
    await store.close();
  });

  it('with nothing recorded and no ledger there creates nothing', async () => {
    const { store, path } = setup();
    await store.flush({ force: true });
    await store.close();
    expect(() => statSync(path)).toThrow('ENOENT');
    expect(() => statSync(`${path}.d`)).toThrow('ENOENT');
  });

  it('of a new process publishes what a dead one left', async () => {
    const dead = setup();
    dead.store.append(callDelta(1));
    const { store } = setup(dead.path);
    await store.flush({ force: true });
    expect(viewOf(dead.path).totals.calls).toBe(1);
  });

  it('forced during a flush runs after it, and covers what came meanwhile', async () => {
    const { store, path } = setup();
    store.append(callDelta(1));
    const first = store.flush({ force: true });
    store.append(callDelta(2));
    const second = store.flush({ force: true });
    await Promise.all([first, second]);
    expect(viewOf(path).totals.calls).toBe(2);
  });

  it('reads only what was appended since', async () => {
    const { store, path } = setup();
    const other = setup(path);
    for (let tokens = 1; tokens <= 500; tokens++) other.store.append(callDelta(tokens, 'm'));
    await store.flush({ force: true });
    const reads: Array<[string, number]> = [];
    const { files } = new FaultyFiles();
    const watched = {
      ...files,
      readFrom: async (name: string, offset: number) => {
        const result = await files.readFrom(name, offset);
        if (name.includes('/w-')) reads.push([name, result.bytes.length]);
        return result;
      },
    };
    const reader = setup(path, { files: watched }).store;
    await reader.read();
    const [, whole = 0] = reads.pop() ?? [];
    other.store.append(callDelta(1, 'm'));
    await reader.read();
    expect(whole).toBeGreaterThan(30_000);
    expect(reads.map(([, bytes]) => bytes < 200)).toEqual([true]);
  });

  it('is put off while the ledger was published lately, by whomever, and comes by itself', async () => {
    const { store, path, clock } = setup();
    const other = setup(path);
    other.store.append(callDelta(1));
    await other.store.flush({ force: true });
    store.append(callDelta(2));
    await store.flush({ force: false });
    expect(viewOf(path).totals.calls).toBe(1);
    expect(store.stats().dirty).toBe(true);
    await store.read();
    clock.pass(6000);
    await store.read();
    expect(viewOf(path).totals.calls).toBe(2);
    expect(store.stats().dirty).toBe(false);
  });

  it('heals a view that a sleeping publisher put back', async () => {
    const { store, path, clock } = setup();
    store.append(callDelta(1));
    await store.flush({ force: true });
    const old = readFileSync(path);
    store.append(callDelta(2));
    await store.flush({ force: true });
    const { writeFileSync, renameSync } = await import('node:fs');
    writeFileSync(`${path}.tmp`, old);
    renameSync(`${path}.tmp`, path);
    clock.pass(6000);
    await store.flush({ force: true });
    expect(viewOf(path).totals.calls).toBe(2);
  });
});

describe('durability', () => {
  it.each([0x6969, 0xff534d42, 0x65735546, -0xacb2be])(
    'on a network file system (%i) waits for the flush, and says so once',
    async (type) => {
      const { files } = new FaultyFiles();
      const { store, path, problems } = setup(undefined, { files: { ...files, typeSync: () => type } });
      for (const tokens of [1, 2, 3]) store.append(callDelta(tokens));
      expect(() => readdirSync(`${path}.d`)).toThrow('ENOENT');
      expect(store.stats()).toMatchObject({ durability: 'flush', pendingInMemory: 3 });
      expect(problems.map((problem) => problem.code)).toEqual(['ENETWORK']);
      await store.flush({ force: true });
      expect((await readLedger(path)).totals.calls).toBe(3);
      store.append(callDelta(4));
      store.endNow();
      expect((await readLedger(path)).totals.calls).toBe(4);
    },
  );

  it('goes over to flush when appends are slow', () => {
    const { store, problems, clock } = setup();
    const original = clock.monotonicMillis;
    let calls = 0;
    clock.monotonicMillis = () => original() + 5 * ++calls;
    for (let i = 0; i < 150; i++) store.append(callDelta(1, 'm'));
    expect(problems.map((problem) => problem.code)).toEqual(['ESLOW']);
    expect(store.stats().durability).toBe('flush');
    store.endNow();
  });

  it('stays with turn when the user asked for it', () => {
    const { store, clock } = setup(undefined, { durability: 'turn' });
    const original = clock.monotonicMillis;
    let calls = 0;
    clock.monotonicMillis = () => original() + 5 * ++calls;
    for (let i = 0; i < 150; i++) store.append(callDelta(1, 'm'));
    expect(store.stats().durability).toBe('turn');
    store.endNow();
  });
});

describe('settings', () => {
  it('are those of the first writer', async () => {
    const first = setup();
    expect(first.store.settings().timezone).toBe('UTC');
    const second = setup(first.path, { settings: { ...SETTINGS, timezone: 'Asia/Tokyo', detailDays: 30 } });
    expect(second.store.settings()).toEqual(first.store.settings());
    second.store.append(callDelta(1));
    await second.store.close();
    expect(viewOf(first.path).timezone).toBe('UTC');
  });

  it('that cannot be agreed on are the proposed ones, and that is said', () => {
    const { files } = new FaultyFiles({ from: 1, count: Infinity, fault: 'EROFS' });
    const { store, problems } = setup(undefined, { files });
    expect(store.settings()).toMatchObject(SETTINGS);
    expect(problems.map((problem) => problem.code)).toEqual(['EROFS']);
  });
});

describe('folding', () => {
  it('keeps the directory bounded however many calls there are', async () => {
    const path = temporaryLedger('memory');
    const turns = Number(process.env['LEDGER_BOUNDED_CALLS'] ?? 150_000);
    const graceMillis = 400;
    const limits = { tailBytes: 1_000_000, parts: 8 };
    const store = new LedgerStore({
      path,
      settings: SETTINGS,
      priceSource: () => 'x',
      internals: { graceMillis, limits },
    });
    let largest = 0;
    for (let i = 1; i <= turns; i++) {
      store.append(callDelta(7, `model-${i % 1000}`));
      if (i % 5000 !== 0) continue;
      await store.flush({ force: true });
      await new Promise((resolve) => setTimeout(resolve, graceMillis / 2));
      largest = Math.max(largest, bytesOf(`${path}.d`));
    }
    console.log(`${turns} calls: at most ${largest} bytes`);
    expect(largest).toBeLessThan(12_000_000);
    await store.close();
    const { totals } = await readLedger(path);
    expect([totals.calls, totals.inputTokens]).toEqual([turns, 7 * turns]);
  }, 600_000);

  it('turns old slots into days, without changing a sum', async () => {
    const { path, store } = setup();
    const old = Date.UTC(2026, 0, 5, 10);
    for (let slot = 0; slot < 8; slot++) store.append(callDelta(5, 'm', old + slot * 900_000));
    store.append(callDelta(6, 'm', Math.floor(Date.now() / 900_000) * 900_000));
    await store.close();
    const before = await readLedger(path);
    const { base, foldedParts } = await compactLedger(path);
    expect([base, foldedParts]).toEqual([1, 1]);
    const after = await readLedger(path);
    expect(after.totals).toEqual(before.totals);
    expect(after.rows.map((row) => row.minutes)).toEqual([1440, 15]);
    expect((await checkLedger(path)).findings).toEqual([]);
  });

  it('of a ledger that is not there is an error', async () => {
    const path = temporaryLedger();
    for (const work of [compactLedger, readLedger, checkLedger]) {
      await expect(work(path)).rejects.toMatchObject({ code: 'ENOENT', name: 'LedgerError' });
    }
  });
});

function bytesOf(directory: string): number {
  return readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
}

describe('repricing', () => {
  const double = (rows: Parameters<Parameters<typeof repriceLedger>[1]>[0]): Repricing[] =>
    rows
      .filter((row) => row.measures.costNanoUsd === 10 * row.measures.inputTokens)
      .map((row) => {
        const measures = { ...row.measures, costNanoUsd: 2 * row.measures.costNanoUsd };
        return { row, by: { ...row, measures }, pricedCalls: { override: 1 }, reason: 'doubled' };
      });

  it('replaces rows once, however many do it at the same time', async () => {
    const { path, store } = setup();
    for (const tokens of [100, 200]) store.append(callDelta(tokens));
    await store.close();
    const results = await Promise.all(
      [1, 2, 3].map(() => repriceLedger(path, double, { priceSource: 'book 2' })),
    );
    expect(results.map((result) => result.length).sort((a, b) => a - b)).toEqual([0, 0, 2]);
    const { totals, prices } = viewOf(path);
    expect(totals.costUsd).toBe(0.000006);
    expect(prices).toMatchObject({ source: 'book 2', overrides: 2, book: 2 });
    expect((await checkLedger(path)).findings.filter(({ level }) => level === 'defect')).toEqual([]);
  });

  it('as a dry run changes nothing', async () => {
    const { path, store } = setup();
    store.append(callDelta(100));
    await store.close();
    const before = [readFileSync(path, 'utf8'), readdirSync(`${path}.d`)];
    expect(await repriceLedger(path, double, { dryRun: true })).toHaveLength(1);
    expect([readFileSync(path, 'utf8'), readdirSync(`${path}.d`)]).toEqual(before);
  });

  it('may not change calls or tokens', async () => {
    const { path, store } = setup();
    store.append(callDelta(100));
    await store.close();
    const cheat = repriceLedger(path, ([row]) =>
      row === undefined
        ? []
        : [{ row, by: { ...row, measures: { ...row.measures, calls: 2 } }, pricedCalls: {}, reason: 'x' }],
    );
    await expect(cheat).rejects.toThrow('must keep');
    expect((await readLedger(path)).totals.calls).toBe(1);
  });
});

describe('a check', () => {
  it('finds nothing in a sound ledger, and says what is behind', async () => {
    const { path, store } = setup();
    store.append(callDelta(1));
    await store.flush({ force: true });
    expect((await checkLedger(path)).findings).toEqual([]);
    store.append(callDelta(2));
    const check = await checkLedger(path);
    expect(check).toMatchObject({ callsBeyondView: 1, writers: 1, parts: 1, base: undefined });
    expect(check.findings).toMatchObject([{ level: 'note' }]);
    await store.close();
  });

  it('finds a changed number, by the sums and by the journals', async () => {
    const { path, store } = setup();
    store.append(callDelta(100));
    await store.close();
    const { writeFileSync } = await import('node:fs');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"inputTokens":100', '"inputTokens":900'));
    expect((await checkLedger(path)).findings.every(({ level }) => level === 'defect')).toBe(true);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"inputTokens":100', '"inputTokens":900'));
    const { findings } = await checkLedger(path);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.message).toContain('says 900 inputTokens, bases and journals hold 100');
  });

  it('finds a view that holds what the directory lost', async () => {
    const { path, store } = setup();
    store.append(callDelta(1));
    await store.close();
    rmSync(`${path}.d`, { recursive: true });
    expect((await checkLedger(path)).findings.map(({ message }) => message).join()).toContain('lost');
  });
});

it('I9: only the allow-listed columns reach the disk', async () => {
  const { path, store } = setup();
  store.append(callDelta(1));
  await store.close();
  await compactLedger(path);
  const text = readdirSync(`${path}.d`)
    .map((name) => readFileSync(join(`${path}.d`, name), 'utf8'))
    .join('\n');
  const words = new Set(text.match(/"[^"]+"/g));
  for (const word of words) {
    if (/^"(?:[0-9a-f]{16}|[a-z]{1,2}|\d{4}-.*Z)"$/.test(word)) continue;
    expect(KNOWN_WORDS).toContain(word.slice(1, -1));
  }
});

const KNOWN_WORDS = [
  ...'format version writer genai-usage-journal genai-usage-base genai-usage-ledger-settings number folded'.split(
    ' ',
  ),
  ...'writers audit priced rows book override reported end createdAt timezone UTC currency USD detailDays'.split(
    ' ',
  ),
  ...'cardinalityLimit maxRows m1 openai chat test'.split(' '),
  ...AUDIT_FIELDS,
];
