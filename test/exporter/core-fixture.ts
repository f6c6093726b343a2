import type { Call } from '../../src/usage/call.js';
import type { Cost } from '../../src/price/cost.js';
import type { PriceBook, PricedUsage } from '../../src/price/price-book.js';
import type { LedgerCoreOptions } from '../../src/exporter/core-parts.js';
import type { CoreObserver } from '../../src/exporter/core-observer.js';
import { LedgerCore } from '../../src/exporter/ledger-core.js';
import { NO_DIMENSIONS } from '../../src/usage/call.js';
import { OnceLog } from '../../src/exporter/once-log.js';
import { Pricing } from '../../src/price/pricing.js';
import { FakeClock } from './fake-clock.js';
import { FakeStorage } from './fake-storage.js';

/** 1 nano-USD per input token and 2 per output token, for every model but `unknown`. */
export const BOOK: PriceBook = {
  source: 'test book 1',
  price: (usage) => (usage.model === 'unknown' ? undefined : costOf(usage)),
};

export function costOf(usage: PricedUsage): Cost {
  return {
    costNanoUsd: usage.inputTokens + 2 * usage.outputTokens,
    inputCostNanoUsd: usage.inputTokens,
    cacheReadCostNanoUsd: 0,
    cacheWriteCostNanoUsd: 0,
    outputCostNanoUsd: 2 * usage.outputTokens,
    cacheSavingsNanoUsd: 0,
    source: 'book',
  };
}

export interface Fixture {
  readonly core: LedgerCore;
  readonly clock: FakeClock;
  readonly storage: FakeStorage;
  /** Ends the loading of the price book. */
  readonly bookLoaded: (book: PriceBook | Error) => Promise<void>;
  /** Runs what waits for the end of the process. */
  readonly exit: () => void;
}

export function createFixture(
  options: Partial<LedgerCoreOptions> & {
    reportedCost?: 'ignore' | 'prefer';
    /** Instead of what `bookLoaded` ends. */
    loadBook?: () => Promise<PriceBook>;
    observers?: (storage: FakeStorage, clock: FakeClock) => CoreObserver[];
  } = {},
): Fixture {
  const clock = new FakeClock();
  const storage = new FakeStorage();
  storage.now = () => clock.monotonicMillis();
  const pricing = new Pricing({ reportedCost: options.reportedCost ?? 'ignore' });
  storage.priceSource = () => pricing.source;
  const hooks = new Set<() => void>();
  let loaded: (book: PriceBook) => void = () => undefined;
  let failed: (error: Error) => void = () => undefined;
  const loading = new Promise<PriceBook>((resolve, reject) => {
    loaded = resolve;
    failed = reject;
  });
  const core = new LedgerCore(
    {
      flushIntervalMillis: 5000,
      flushThreshold: 10,
      maxQueueSize: 2048,
      maxExportBatchSize: 512,
      flushTimeoutMillis: 10_000,
      shutdownTimeoutMillis: 10_000,
      ...options,
    },
    {
      storage,
      prices: { pricing, loadBook: options.loadBook ?? (() => loading) },
      clock,
      log: new OnceLog(),
      observers: options.observers?.(storage, clock) ?? [],
      atExit: (run) => {
        hooks.add(run);
        return () => hooks.delete(run);
      },
    },
  );
  return {
    core,
    clock,
    storage,
    bookLoaded: async (book) => {
      if (book instanceof Error) failed(book);
      else loaded(book);
      await clock.pass(0);
    },
    exit: () => {
      for (const run of hooks) run();
    },
  };
}

/** A fixture whose price book is there. */
export async function createReadyFixture(
  options: Parameters<typeof createFixture>[0] = {},
): Promise<Fixture> {
  const fixture = createFixture(options);
  await fixture.bookLoaded(BOOK);
  return fixture;
}

export function callOf(change: Partial<Call> = {}): Call {
  return {
    provider: 'openai',
    model: 'gpt-4o-mini',
    operation: 'chat',
    service: 'checkout',
    dimensions: NO_DIMENSIONS,
    endTimeUnixMillis: Date.UTC(2026, 10, 22, 10, 20),
    durationMillis: 5,
    metered: true,
    error: false,
    inputTokens: 10,
    cacheReadInputTokens: 0,
    cacheWriteInputTokens: 0,
    audioInputTokens: 0,
    outputTokens: 2,
    reasoningOutputTokens: 0,
    audioOutputTokens: 0,
    reportedCostUsd: undefined,
    booking: undefined,
    ...change,
  };
}
