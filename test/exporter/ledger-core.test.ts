import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BOOK, callOf, createFixture, createReadyFixture } from './core-fixture.js';
import { settle } from './fake-clock.js';

const warn = vi.fn<(...told: unknown[]) => void>();
const debug = vi.fn<(...told: unknown[]) => void>();
const ignore = (): void => undefined;

beforeEach(() => {
  const logger = { error: ignore, warn, info: ignore, debug, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.DEBUG, suppressOverrideMessage: true });
  warn.mockClear();
  debug.mockClear();
});

afterEach(() => {
  diag.disable();
});

describe('a forced flush', () => {
  test('asks nothing of a ledger that has everything, and covers each call at once', async () => {
    const { core, storage } = await createReadyFixture();
    core.record(callOf());
    await core.forceFlush();
    const before = storage.flushes.length;
    await core.forceFlush();
    expect(storage.flushes).toHaveLength(before);
    core.record(callOf());
    await core.forceFlush();
    expect(storage.flushes.at(-1)).toEqual({ force: true, lines: 2 });
    expect(storage.view?.totals.calls).toBe(2);
    core.record(callOf());
    await settle(); // appended, and waits for its flush
    await core.forceFlush();
    expect(storage.view?.totals.calls).toBe(3);
  });

  test('waits for the one under way', async () => {
    const { core, storage } = await createReadyFixture();
    core.record(callOf());
    let open = ignore;
    storage.gate = new Promise((resolve) => (open = resolve));
    const flushed = vi.fn<() => void>();
    void core.forceFlush();
    await settle();
    storage.isCurrent = () => true; // it was renamed into place, and is still to be looked at again
    void core.forceFlush().then(flushed);
    await settle();
    expect(flushed).not.toHaveBeenCalled();
    open();
    await vi.waitFor(() => expect(flushed).toHaveBeenCalled());
    expect(storage.view?.totals.calls).toBe(1);
  });
});

describe('within a turn', () => {
  test('calls wait for the end of the turn and go out as one line', async () => {
    const { core, storage } = await createReadyFixture();
    for (let i = 0; i < 100; i++) core.record(callOf());
    expect(storage.lines).toHaveLength(0);
    expect(core.stats().queued).toBe(100);
    await Promise.resolve();
    expect(storage.lines).toHaveLength(1);
    expect(core.stats().queued).toBe(0);
    expect(storage.lines[0]?.rows).toHaveLength(1);
    expect(storage.lines[0]?.rows[0]?.measures).toMatchObject({
      calls: 100,
      inputTokens: 1000,
      outputTokens: 200,
      costNanoUsd: 1400,
    });
    expect(storage.lines[0]?.pricedCalls).toEqual({ book: 100 });
  });

  test('a line holds at most maxExportBatchSize calls', async () => {
    const { core, storage } = await createReadyFixture({ maxExportBatchSize: 40 });
    for (let i = 0; i < 100; i++) core.record(callOf());
    await settle();
    expect(storage.lines.map(({ rows }) => rows[0]?.measures.calls)).toEqual([40, 40, 20]);
  });

  test('a full queue is added up in place: nothing dropped, nothing written before the turn ends', async () => {
    const { core, storage } = await createReadyFixture({ maxQueueSize: 64 });
    for (let i = 0; i < 1000; i++) core.record(callOf());
    expect(storage.lines).toHaveLength(0);
    await settle();
    expect(storage.state.table.rows()[0]?.measures.calls).toBe(1000);
    expect(storage.lines.length).toBeLessThanOrEqual(2);
  });

  test('a turn that fills the queue exactly leaves nothing behind', async () => {
    const { core, storage } = await createReadyFixture({ maxQueueSize: 64 });
    for (let i = 0; i < 128; i++) core.record(callOf());
    expect(core.stats().queued).toBe(128);
    await settle();
    expect(core.stats().queued).toBe(0);
    expect(storage.state.table.rows()[0]?.measures.calls).toBe(128);
  });

  test('calls that differ in one name only are rows of their own', async () => {
    const { core, storage } = await createReadyFixture();
    const names = [
      {},
      { service: 'x' },
      { operation: 'y' },
      { provider: 'z' },
      { model: 'w' },
      { dimensions: { a: 'v' } },
    ];
    for (const change of names) core.record(callOf(change));
    await settle();
    expect(storage.state.table.size).toBe(6);
  });

  test('a reversal and what replaces it are one line, also when the queue overflows between', async () => {
    const { core, storage } = await createReadyFixture({ maxQueueSize: 2, maxExportBatchSize: 1 });
    const first = callOf();
    core.record(first);
    core.replace(first, callOf({ model: 'better', inputTokens: 11 }));
    core.record(callOf({ model: 'third' }));
    await settle();
    const models = storage.lines.map(({ rows }) =>
      rows.map(({ series, measures }) => `${series.model} ${measures.calls}`),
    );
    expect(models.flat()).not.toContain('gpt-4o-mini 1');
    expect(storage.state.table.rows().map(({ series, measures }) => [series.model, measures.calls])).toEqual([
      ['better', 1],
      ['third', 1],
    ]);
  });

  test('a call replaced in a later turn is reversed in the same slot, row and price', async () => {
    const { core, storage } = await createReadyFixture();
    const first = callOf();
    core.record(first);
    await settle();
    core.replace(first, callOf({ inputTokens: 30 }));
    await settle();
    core.replace(first, undefined);
    await settle();
    expect(storage.lines).toHaveLength(2);
    expect(storage.lines[1]?.rows[0]?.measures).toMatchObject({ calls: 0, inputTokens: 20, costNanoUsd: 20 });
    expect(storage.state.table.rows()[0]?.measures).toMatchObject({
      calls: 1,
      inputTokens: 30,
      costNanoUsd: 34,
    });
    expect(storage.state.pricedCalls.book).toBe(1);
  });

  test('a twin taken back within the turn leaves no line', async () => {
    const { core, storage } = await createReadyFixture();
    const twin = callOf();
    core.record(twin);
    core.replace(twin, undefined);
    await settle();
    expect(storage.lines.every(({ rows }) => rows.length === 0)).toBe(true);
  });

  test('errors, unmetered calls and calls without a price are counted as what they are', async () => {
    const { core, storage } = await createReadyFixture();
    core.record(callOf({ metered: false, inputTokens: 0, outputTokens: 0 }));
    core.record(callOf({ metered: false, error: true, inputTokens: 0, outputTokens: 0 }));
    core.record(callOf({ error: true }));
    core.record(callOf({ model: 'unknown', cacheReadInputTokens: 4 }));
    await settle();
    const rows = storage.state.table.rows();
    expect(storage.state.pricedCalls.book).toBe(1);
    expect(rows[0]?.measures).toMatchObject({
      calls: 2,
      errors: 2,
      unmeteredCalls: 1,
      unpricedCalls: 0,
      costNanoUsd: 14,
    });
    expect(rows[1]?.measures).toMatchObject({
      calls: 1,
      unpricedCalls: 1,
      costNanoUsd: 0,
      unpricedInputTokens: 10,
      unpricedCacheReadInputTokens: 4,
      unpricedOutputTokens: 2,
    });
  });

  test('past the cap, tokens and money go to (other) and are counted', async () => {
    const { core, storage } = await createReadyFixture();
    storage.cardinalityLimit = 5;
    const calls = Array.from({ length: 100 }, (_, i) => callOf({ dimensions: { user: `u${i}` } }));
    for (const call of calls) core.record(call);
    await settle();
    expect(storage.state.audit.overflowCalls).toBe(95);
    expect(storage.state.table.size).toBe(6);
    const other = storage.state.table.rows().find(({ series }) => series.dimensions['user'] === '(other)');
    expect(other?.measures).toMatchObject({ calls: 95, inputTokens: 950, costNanoUsd: 1330 });
    for (const call of calls) core.replace(call, undefined);
    await settle();
    expect(storage.state.audit.overflowCalls).toBe(0);
    expect(storage.state.table.rows().every(({ measures }) => measures.calls === 0)).toBe(true);
  });

  test('audit counts ride on the line of the turn', async () => {
    const { core, storage } = await createReadyFixture();
    core.count('spansSeen', 2);
    await settle();
    expect(storage.lines).toHaveLength(0);
    core.record(callOf());
    core.count('wrapperSpans', 1);
    await settle();
    expect(storage.lines).toHaveLength(1);
    expect(storage.lines[0]?.audit).toEqual({ spansSeen: 2, wrapperSpans: 1 });
  });

  test('audit counts alone are handed over when somebody waits, and are nothing to end a process for', async () => {
    const { core, storage } = await createReadyFixture();
    core.count('wrapperSpans', 1);
    expect(core.dirty).toBe(false);
    await core.forceFlush();
    expect(storage.view?.audit.wrapperSpans).toBe(1);
    storage.append({ rows: [], audit: { spansSeen: 1 }, pricedCalls: {} });
    expect(storage.stats().dirty).toBe(true);
    expect(core.dirty).toBe(false);
    core.record(callOf());
    expect(core.dirty).toBe(true);
    await core.forceFlush();
    expect(core.dirty).toBe(false);
  });
});

describe('prices', () => {
  test('calls that come before the book are written at once and priced when it is there', async () => {
    const { core, storage, bookLoaded } = createFixture();
    for (let i = 0; i < 3; i++) core.record(callOf({ model: `m${i}` }));
    core.record(callOf({ model: 'unknown' }));
    await settle();
    expect(storage.state.table.rows().map(({ measures }) => measures.unpricedCalls)).toEqual([1, 1, 1, 1]);
    expect(warn).not.toHaveBeenCalled();
    await bookLoaded(BOOK);
    expect(
      storage.state.table
        .rows()
        .map(({ measures }) => [measures.calls, measures.unpricedCalls, measures.costNanoUsd]),
    ).toEqual([
      [1, 0, 14],
      [1, 0, 14],
      [1, 0, 14],
      [1, 1, 0],
    ]);
    expect(storage.state.pricedCalls.book).toBe(3);
    expect(core.stats().recorded).toBe(4);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test('a call replaced before the book came is not booked again', async () => {
    const { core, storage, bookLoaded } = createFixture();
    const call = callOf();
    core.record(call);
    await settle();
    core.replace(call, undefined);
    await settle();
    await bookLoaded(BOOK);
    expect(storage.state.table.rows()[0]?.measures).toMatchObject({ calls: 0, costNanoUsd: 0 });
  });

  test('forceFlush waits for the prices of what it covers', async () => {
    const { core, storage, bookLoaded } = createFixture();
    core.record(callOf());
    const flushed = core.forceFlush();
    await settle();
    expect(storage.flushes).toHaveLength(0);
    await bookLoaded(BOOK);
    await flushed;
    expect(storage.view?.totals.costUsd).toBe(14e-9);
    expect(storage.view?.prices).toMatchObject({ source: 'test book 1', book: 1 });
  });

  test('without a book calls stay unpriced, with one warning', async () => {
    const { core, storage, bookLoaded } = createFixture();
    core.record(callOf());
    await settle();
    await bookLoaded(new Error('no such module'));
    await core.forceFlush();
    expect(storage.view?.totals).toMatchObject({ calls: 1, unpricedCalls: 1, inputTokens: 10 });
    expect(warn.mock.calls.flat().join()).toContain('no such module');
  });

  test('a model without a price is warned about once', async () => {
    const { core } = await createReadyFixture();
    for (let i = 0; i < 50; i++) core.record(callOf({ model: 'unknown' }));
    core.record(callOf({ model: 'unknown', provider: 'other' }));
    await settle();
    expect(warn.mock.calls.map((args) => args[1])).toEqual([
      expect.stringContaining('"openai/unknown"'),
      expect.stringContaining('"other/unknown"'),
    ]);
  });

  test('hostile model names do not fill the log', async () => {
    const { core } = await createReadyFixture();
    for (let i = 0; i < 5000; i++) core.record(callOf({ provider: `p${i}`, model: 'unknown' }));
    await settle();
    expect(warn.mock.calls.length).toBeLessThanOrEqual(200);
  });
});

describe('late calls', () => {
  test('after shutdown nothing is booked; it is counted, put on record and warned about once', async () => {
    const { core, storage, exit } = await createReadyFixture();
    core.record(callOf());
    await core.shutdown();
    core.record(callOf());
    core.record(callOf());
    core.replace(callOf(), callOf());
    await settle();
    expect(storage.state.audit.lateSpans).toBe(2);
    expect(storage.ended).toBe(1);
    core.record(callOf());
    exit();
    expect(storage.state.audit.lateSpans).toBe(3);
    expect(storage.state.table.rows()[0]?.measures.calls).toBe(1);
    expect(core.stats()).toMatchObject({ recorded: 1, late: 3 });
    expect(warn).toHaveBeenCalledTimes(1);
    expect(debug).toHaveBeenCalledTimes(2);
  });

  test('a call that comes while the last flush is under way still counts', async () => {
    const { core, storage, clock } = await createReadyFixture();
    let open: () => void = () => undefined;
    storage.gate = new Promise((resolve) => (open = resolve));
    const closed = core.shutdown();
    await clock.pass(0);
    core.record(callOf());
    open();
    await closed;
    expect(storage.view?.totals.calls).toBe(1);
    core.record(callOf());
    await settle();
    expect(storage.state.audit.lateSpans).toBe(1);
    expect(storage.state.table.rows()[0]?.measures.calls).toBe(1);
  });

  test('a call that comes after a shutdown that timed out is late', async () => {
    const { core, storage, clock } = await createReadyFixture({ shutdownTimeoutMillis: 100 });
    storage.gate = new Promise(() => undefined);
    const closed = core.shutdown();
    await clock.pass(100);
    await closed;
    core.record(callOf());
    await settle();
    expect(storage.state.audit.lateSpans).toBe(1);
    expect(core.stats().recorded).toBe(0);
  });
});

describe('the end of the process', () => {
  test('the exit hook writes what the turn has left, and ends the journal', async () => {
    const { core, storage, exit } = await createReadyFixture();
    core.record(callOf());
    core.count('wrapperSpans', 1);
    exit();
    expect(storage.lines).toHaveLength(1);
    expect(storage.state.audit.wrapperSpans).toBe(1);
    expect(storage.ended).toBe(1);
  });

  test('after a shutdown there is nothing left to do', async () => {
    const { core, storage, exit } = await createReadyFixture();
    core.record(callOf());
    await core.shutdown();
    exit();
    expect(storage.ended).toBe(0);
  });
});
