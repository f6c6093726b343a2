import type { AuditField } from '../usage/usage-sink.js';
import type { Call } from '../usage/call.js';
import type { LedgerCoreOptions, LedgerCoreParts } from './core-parts.js';
import type { ExporterStats } from './exporter-stats.js';
import { FlushSchedule } from './flush-schedule.js';
import { FlushTally } from './exporter-stats.js';
import type { LedgerDocument } from '../ledger/ledger-document.js';
import { LedgerError } from '../journal/ledger-error.js';
import { ResponseWindow } from './response-window.js';
import { TurnBooks } from './turn-books.js';
import { detached, detachedClock } from './detached.js';
import { observedFlush } from './observed-flush.js';
import { within } from './within.js';

/**
 * The joiner behind all exporters of one ledger path: books what a turn brings, flushes when it is time, closes once.
 * Booking never throws and never waits; whatever could not be counted is counted as such.
 */
export class LedgerCore {
  /** Responses that `record()` was told of, for all exporters of the path. */
  readonly responses: ResponseWindow;
  readonly #options: LedgerCoreOptions;
  readonly #parts: LedgerCoreParts;
  readonly #books: TurnBooks;
  readonly #schedule: FlushSchedule;
  readonly #tally = new FlushTally();
  #closing: Promise<void> | undefined;
  #closed = false;
  #recorded = 0;
  #late = 0;
  #lateWrite = false;
  #dropExitHook: (() => void) | undefined;

  constructor(options: LedgerCoreOptions, parts: LedgerCoreParts) {
    this.#options = options;
    this.#parts = parts;
    this.responses = new ResponseWindow(parts.clock);
    this.#books = new TurnBooks(options, { ...parts, written: (entries) => this.#written(entries) });
    const flush = (force: boolean, records: number): Promise<void> => this.#flush(force, records);
    const putOffMillis = (): number => parts.storage.putOffMillis();
    this.#schedule = new FlushSchedule({
      ...options,
      clock: detachedClock(parts.clock),
      flush,
      putOffMillis,
    });
    this.#dropExitHook = parts.atExit(() => this.endNow());
  }

  record(call: Call): void {
    if (this.#closed) return this.countLate();
    this.#recorded++;
    this.#books.record(call);
  }

  replace(booked: Call, by: Call | undefined): void {
    // What is on record stays as it is then; the call that would correct it was counted as late.
    if (!this.#closed) this.#books.replace(booked, by);
  }

  count(field: AuditField, by: number): void {
    this.#books.count(field, by);
    if (this.#closed) this.#writeLate();
  }

  /** Counts a call that came after `shutdown` and is not booked. */
  countLate(): void {
    this.#late++;
    this.#parts.log.warn('late', 'a call ended after shutdown() and is not counted (audit: lateSpans)');
    this.count('lateSpans', 1);
  }

  /** True from the end of `shutdown` on. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Writes what this turn has brought, now. */
  drain(): void {
    this.#books.drain();
  }

  /**
   * Resolves when the ledger file holds everything recorded before, each call at its price. Rejects with a LedgerError if
   * that fails or takes longer than `flushTimeoutMillis`. After `shutdown` it is `shutdown`.
   */
  forceFlush(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    if (this.#isCurrent) return Promise.resolve();
    const millis = this.#options.flushTimeoutMillis;
    const late = (): Error => new LedgerError('ETIMEOUT', `the ledger was not written within ${millis} ms`);
    return within(this.#parts.clock, millis, this.#cover(true), late);
  }

  /** As `forceFlush`, but never rejects: the store has reported the failure. */
  async flushQuietly(): Promise<void> {
    await Promise.allSettled([this.forceFlush()]);
  }

  /**
   * Flushes and closes: once only, never rejects, within `shutdownTimeoutMillis`. What comes while it flushes still counts:
   * a batch processor that is shut down at the same time hands over its last spans then.
   */
  shutdown(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** The merged truth on disk. */
  read(): Promise<LedgerDocument> {
    return this.#parts.storage.read();
  }

  /** True while calls were recorded that the ledger file does not show yet. */
  get dirty(): boolean {
    if (this.#recorded === 0) return false;
    if (this.#books.queued > 0 || this.#books.awaitsPrices || this.#schedule.pending > 0) return true;
    return this.#parts.storage.stats().dirty;
  }

  /** True while a forced flush would do nothing: serverless hooks ask for one at every invocation. */
  get #isCurrent(): boolean {
    if (this.#books.queued > 0 || this.#books.awaitsPrices || !this.#schedule.isIdle) return false;
    return this.#parts.storage.isCurrent();
  }

  /** For the end of the process: everything that is left goes to the journal, synchronously. */
  endNow(): void {
    this.#books.drain();
    this.#books.appendCounts();
    this.#parts.storage.endNow();
  }

  stats(): ExporterStats {
    const stored = this.#parts.storage.stats();
    return {
      queued: this.#books.queued,
      recorded: this.#recorded,
      late: this.#late,
      ...this.#tally.stats(),
      lastFlushMillis: stored.lastFlushMillis,
      failedFlushes: stored.failedFlushes,
      publishes: stored.publishes,
      journalBytes: stored.journalBytes,
      pendingInMemory: stored.pendingInMemory,
      lastError: this.#tally.lastError ?? stored.lastError,
    };
  }

  #written(entries: number): void {
    this.#schedule.written(entries);
    for (const observer of this.#parts.observers) observer.written?.(entries);
  }

  async #cover(withBook: boolean): Promise<void> {
    this.#books.drain();
    if (withBook || this.#books.awaitsPrices) await this.#books.priced();
    this.#books.appendCounts();
    await this.#schedule.cover();
  }

  #flush(force: boolean, records: number): Promise<void> {
    const recorded = this.#recorded - this.#books.queued;
    return observedFlush(this.#parts, this.#tally, { force, records, recorded });
  }

  async #close(): Promise<void> {
    const { clock, log } = this.#parts;
    const millis = this.#options.shutdownTimeoutMillis;
    try {
      await within(clock, millis, this.#finish(), () => new Error(`not done within ${millis} ms`));
    } catch (error) {
      log.warn('shutdown', `the ledger file may lack the last calls, its journal has them: ${String(error)}`);
    }
    this.#closed = true;
    this.#dropExitHook?.();
    this.#dropExitHook = undefined;
    if (this.#books.hasCounts) this.#writeLate();
  }

  async #finish(): Promise<void> {
    try {
      await this.#cover(false);
    } finally {
      this.#closed = true;
      this.#books.drain();
      this.#books.close();
      this.#schedule.close();
      await detached(() => this.#parts.storage.close());
    }
  }

  /** The first late call is put on record at once, those after it when the process ends. */
  #writeLate(): void {
    if (this.#dropExitHook !== undefined || this.#lateWrite) return;
    this.#lateWrite = true;
    queueMicrotask(() => {
      this.endNow();
      this.#dropExitHook = this.#parts.atExit(() => this.endNow());
    });
  }
}
