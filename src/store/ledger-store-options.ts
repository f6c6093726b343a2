import type { Clock } from '../config/clock.js';
import type { FileSystem } from '../journal/file-system.js';
import type { Durability } from '../journal/journal-writer.js';
import type { LedgerError } from '../journal/ledger-error.js';
import type { ProtocolRules } from '../journal/protocol-rules.js';
import type { CompactionLimits } from './compactor.js';
import type { LedgerSettings } from './ledger-settings.js';
import type { LedgerProblem } from './publisher.js';

/** What a store is told. */
export interface LedgerStoreOptions {
  /** The ledger file; journals and bases go to `<path>.d`. */
  readonly path: string;
  /** What this process would like; the first writer of a ledger settles it for all. */
  readonly settings: Omit<LedgerSettings, 'createdAt'>;
  /** Default: `turn`, but `flush` on a network file system. */
  readonly durability?: Durability;
  /** Name and version of the price book; `undefined` while it is not loaded: the view then keeps the last one. */
  readonly priceSource: () => string | undefined;
  readonly clock?: Clock;
  readonly files?: FileSystem;
  /** What a person should know of; each kind of problem once, until it is over. */
  readonly onProblem?: (problem: LedgerProblem) => void;
  /** For tests. */
  readonly internals?: {
    readonly graceMillis?: number;
    readonly rules?: ProtocolRules;
    readonly limits?: CompactionLimits;
  };
}

/** How a store is doing. */
export interface LedgerStoreStats {
  /** Deltas that could not be written yet, or wait for the next flush. */
  readonly pendingInMemory: number;
  readonly journalBytes: number;
  readonly publishes: number;
  readonly failedFlushes: number;
  /** How long the last flush took that had something to do and did it; 0 before the first. */
  readonly lastFlushMillis: number;
  /** Size of the view last published, in bytes. */
  readonly viewBytes: number;
  /** True while something appended is not known to be in the view. */
  readonly dirty: boolean;
  readonly durability: Durability;
  /** Why the last append or flush failed; `undefined` once one succeeded. */
  readonly lastError: LedgerError | undefined;
}
