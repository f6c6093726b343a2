import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BOOK, callOf, createFixture } from './core-fixture.js';

const warn = vi.fn<(...told: unknown[]) => void>();
const ignore = (): void => undefined;

beforeEach(() => {
  warn.mockClear();
  const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
});

afterEach(() => diag.disable());

describe('without a price book, since it could not be loaded', () => {
  test('a reported cost that is preferred applies, also to calls that waited; the others stay unpriced', async () => {
    const { core, storage, bookLoaded } = createFixture({ reportedCost: 'prefer' });
    core.record(callOf({ reportedCostUsd: 0.25 }));
    core.record(callOf());
    await bookLoaded(new Error('no such package'));
    core.record(callOf({ reportedCostUsd: 0.5 }));
    await core.forceFlush();
    expect(storage.view?.totals).toMatchObject({
      calls: 3,
      costUsd: 0.75,
      unpricedCalls: 1,
      inputTokens: 30,
    });
    expect(storage.view?.prices).toMatchObject({ reported: 2, book: 0 });
    expect(warn.mock.calls.map((args) => args[1])).toEqual([
      expect.stringContaining('could not be loaded, calls stay unpriced until it can be: no such package'),
    ]);
  });

  /** A book that is there at the n-th attempt. */
  function atAttempt(n: number): { readonly loadBook: () => Promise<typeof BOOK>; tries: number } {
    const loader = {
      tries: 0,
      loadBook: async () => {
        loader.tries++;
        if (loader.tries < n) throw new Error('EMFILE');
        return BOOK;
      },
    };
    return loader;
  }

  test('it is tried again, and prices what was booked meanwhile, once', async () => {
    const loader = atAttempt(4);
    const { core, clock, storage } = createFixture({ loadBook: loader.loadBook });
    core.record(callOf());
    await clock.pass(0);
    core.record(callOf());
    await clock.pass(1000 + 2000);
    expect(loader.tries).toBe(3);
    await clock.pass(4000);
    core.record(callOf({ model: 'unknown' }));
    await core.forceFlush();
    expect(storage.view?.totals).toMatchObject({ calls: 3, unpricedCalls: 1, inputTokens: 30 });
    expect(storage.view?.totals.costUsd).toBe(2 * 14e-9);
    expect(storage.view?.prices).toMatchObject({ source: BOOK.source, book: 2 });
    await clock.pass(3_600_000);
    expect(loader.tries).toBe(4);
    expect(warn.mock.calls.map((args) => args[1])).toEqual([
      expect.stringContaining('the price book could not be loaded'),
      expect.stringContaining('no price is known for "openai/unknown"'),
    ]);
  });

  test('a flush somebody waits for tries it at once', async () => {
    const loader = atAttempt(3);
    const { core, storage } = createFixture({ loadBook: loader.loadBook });
    core.record(callOf());
    await core.forceFlush();
    expect(storage.view?.totals).toMatchObject({ calls: 1, unpricedCalls: 1 });
    await core.forceFlush();
    await core.forceFlush();
    expect([loader.tries, storage.view?.totals.unpricedCalls]).toEqual([3, 0]);
  });

  test('so does the shutdown, after which it is tried no more', async () => {
    const priced = atAttempt(2);
    const one = createFixture({ loadBook: priced.loadBook });
    one.core.record(callOf());
    await one.clock.pass(0);
    await one.core.shutdown();
    expect([priced.tries, one.storage.view?.totals.unpricedCalls]).toEqual([2, 0]);

    const never = atAttempt(Infinity);
    const two = createFixture({ loadBook: never.loadBook });
    two.core.record(callOf());
    await two.clock.pass(0);
    await two.core.shutdown();
    const { tries } = never;
    await two.clock.pass(3_600_000);
    expect([never.tries, two.storage.view?.totals.unpricedCalls]).toEqual([tries, 1]);
    expect(two.clock.waiting).toEqual([]);
  });

  test('after 17 minutes it is given up, and what has no price is told', async () => {
    const loader = atAttempt(Infinity);
    const { core, clock, storage } = createFixture({ loadBook: loader.loadBook });
    core.record(callOf());
    await clock.pass(1023 * 1000);
    expect(loader.tries).toBe(11);
    await clock.pass(3_600_000);
    await core.forceFlush();
    expect(loader.tries).toBe(11);
    core.record(callOf());
    await core.forceFlush();
    expect(storage.view?.totals).toMatchObject({ calls: 2, unpricedCalls: 2 });
    expect(warn.mock.calls.map((args) => args[1])).toEqual([
      expect.stringContaining('the price book could not be loaded'),
      expect.stringContaining('no price is known for "openai/gpt-4o-mini"'),
    ]);
  });
});
