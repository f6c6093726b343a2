import type { Delta } from '../ledger/delta.js';
import type { LedgerDocument } from '../ledger/ledger-document.js';

/** What the core asks of the ledger on disk (`LedgerStore`); tests put a stand-in in its place. */
export interface LedgerStorage {
  settings(): { readonly cardinalityLimit: number };
  /** Writes one line. Never throws: what cannot be written is held. */
  append(delta: Delta): void;
  /** Publishes what is new; rejects with a LedgerError when it could not. */
  flush(options: { force: boolean }): Promise<void>;
  /** True while a flush has nothing to do, forced or not. */
  isCurrent(): boolean;
  /** For how long a flush without `force` would do nothing, in milliseconds; 0 = it may begin. */
  putOffMillis(): number;
  /** The merged truth, never writes. */
  read(): Promise<LedgerDocument>;
  /** Writes what is held and ends the journal, synchronously, as far as that goes. */
  endNow(): void;
  /** Flushes and ends; idempotent. */
  close(): Promise<void>;
  stats(): StorageStats;
}

export interface StorageStats {
  /** Journal lines that are only in memory, since they cannot be written. */
  readonly pendingInMemory: number;
  readonly journalBytes: number;
  readonly publishes: number;
  readonly failedFlushes: number;
  /** How long the last flush took that had something to do and did it; 0 before the first. */
  readonly lastFlushMillis: number;
  /** True while something appended is not known to be in the ledger file. */
  readonly dirty: boolean;
  readonly lastError: Error | undefined;
}
