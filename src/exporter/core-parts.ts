import type { Clock } from '../config/clock.js';
import type { CoreObserver } from './core-observer.js';
import type { LedgerStorage } from './ledger-storage.js';
import type { OnceLog } from './once-log.js';
import type { PriceSources } from './price-join.js';
import type { TurnBooksOptions } from './turn-books.js';

/** What a core is told; see `LedgerOptions`. */
export interface LedgerCoreOptions extends TurnBooksOptions {
  readonly flushIntervalMillis: number;
  readonly flushThreshold: number;
  readonly flushTimeoutMillis: number;
  readonly shutdownTimeoutMillis: number;
}

/** What a core is made of; tests put in their own. */
export interface LedgerCoreParts {
  readonly storage: LedgerStorage;
  readonly prices: PriceSources;
  readonly clock: Clock;
  readonly log: OnceLog;
  readonly observers: readonly CoreObserver[];
  /** Calls back, synchronously, when the process ends; returns how to take that back. */
  readonly atExit: (run: () => void) => () => void;
}
