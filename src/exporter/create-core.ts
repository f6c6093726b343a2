import { BudgetWatch } from './budget-watch.js';
import { CoreMetrics } from './core-metrics.js';
import type { CoreObserver } from './core-observer.js';
import { LedgerCore } from './ledger-core.js';
import { NO_BOOK } from '../price/price-book.js';
import { LedgerStore } from '../store/ledger-store.js';
import { OnceLog } from './once-log.js';
import { Pricing } from '../price/pricing.js';
import type { ResolvedOptions } from './exporter-options.js';
import { ViewSource } from './view-source.js';
import { atExit } from '../journal/exit-hook.js';
import { loadBundledPrices } from '../price/bundled-prices.js';
import { nodeFileSystem } from '../journal/node-file-system.js';
import { systemClock } from '../config/clock.js';
import { untraced } from '../journal/untraced.js';

/** Puts the real parts together: the store at `path`, the bundled price book, the system's clock. */
export function createCore(path: string, options: ResolvedOptions): LedgerCore {
  const log = new OnceLog();
  const pricing = new Pricing({ prices: options.prices, reportedCost: options.reportedCost });
  const { timezone, detailDays, cardinalityLimit, maxRows, durability } = options;
  const storage = new LedgerStore({
    path,
    settings: { timezone, detailDays, cardinalityLimit, maxRows },
    ...(durability === undefined ? {} : { durability }),
    priceSource: () => (pricing.source === NO_BOOK.source ? undefined : pricing.source),
    onProblem: ({ message }) => log.problem(message),
  });
  const observers: CoreObserver[] = [];
  if (options.budgets.length > 0) {
    const view = new ViewSource(path, nodeFileSystem);
    observers.push(new BudgetWatch(options.budgets, { view, clock: systemClock, log, storage }));
  }
  const core: LedgerCore = new LedgerCore(options, {
    storage,
    // The import reads files too, in the context of whoever built the exporter.
    prices: { pricing, loadBook: () => untraced(loadBundledPrices) },
    clock: systemClock,
    log,
    observers,
    atExit,
  });
  if (options.meterProvider !== undefined) {
    observers.push(new CoreMetrics(options.meterProvider, options.maxQueueSize, () => core.stats().queued));
  }
  return core;
}
