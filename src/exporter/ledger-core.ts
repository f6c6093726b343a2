import { ROOT_CONTEXT, context } from '@opentelemetry/api';
import type { AuditField } from '../usage/usage-sink.js';
import type { Call } from '../usage/call.js';
import type { Clock } from '../config/clock.js';
import type { CoreObserver } from './core-observer.js';
import { DeltaBuilder } from './delta-builder.js';
import type { ExporterStats } from './exporter-stats.js';
import { FlushSchedule } from './flush-schedule.js';
import { FlushTally } from './exporter-stats.js';
import type { LedgerDocument } from '../ledger/ledger-document.js';
import { LedgerError } from '../journal/ledger-error.js';
import type { LedgerStorage } from './ledger-storage.js';
import type { OnceLog } from './once-log.js';
import { PriceJoin } from './price-join.js';
import type { PriceSources } from './price-join.js';
import type { QueueEntry } from './turn-queue.js';
import { Replacement, TurnQueue } from './turn-queue.js';
import { ResponseWindow } from './response-window.js';
import { SlotCells } from './slot-cells.js';
import { untraced } from '../journal/untraced.js';
import { within } from './within.js';

export interface LedgerCoreOptions {
  readonly flushIntervalMillis: number;
  readonly flushThreshold: number;
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
  readonly flushTimeoutMillis: number;
  readonly shutdownTimeoutMillis: number;
}

export interface LedgerCoreParts {
  readonly storage: LedgerStorage;
  readonly prices: PriceSources;
  readonly clock: Clock;
  readonly log: OnceLog;
  readonly observers: readonly CoreObserver[];
  /** Calls back, synchronously, when the process ends; returns how to take that back. */
  readonly atExit: (run: () => void) => () => void;
}

/**
 * The joiner behind all exporters of one ledger path: queue within the turn, price, cap, add up, append, flush. Booking
 * never throws and never waits; whatever could not be counted is counted as such.
 */
export class LedgerCore {
  /** Responses that `record()` was told of, for all exporters of the path. */
  readonly responses: ResponseWindow;
  readonly #options: LedgerCoreOptions;
  readonly #parts: LedgerCoreParts;
  readonly #builder: DeltaBuilder;
  readonly #queue: TurnQueue;
  readonly #schedule: FlushSchedule;
  readonly #prices: PriceJoin;
  readonly #tally = new FlushTally();
  #closing: Promise<void> | undefined;
  #closed = false;
  #recorded = 0;
  #late = 0;
  #lateWrite = false;
  #dropExitHook: (() => void) | undefined;

  constructor(options: LedgerCoreOptions, parts: LedgerCoreParts) {
    const { storage, clock, log } = parts;
    this.#options = options;
    this.#parts = parts;
    this.responses = new ResponseWindow(clock);
    this.#builder = new DeltaBuilder(new SlotCells(() => storage.settings().cardinalityLimit));
    this.#queue = new TurnQueue({
      ...options,
      book: (entry) => this.#book(entry),
      append: (entries) => this.#append(entries),
    });
    this.#schedule = new FlushSchedule({
      ...options,
      clock,
      flush: (force, records) => this.#flush(force, records),
    });
    const rebook = (call: Call): void => this.#queue.push(new Replacement(call, call));
    this.#prices = new PriceJoin({ ...parts.prices, log, clock, rebook });
    this.#dropExitHook = parts.atExit(() => this.endNow());
  }

  /** Name and version of the price book. */
  get priceSource(): string {
    return this.#prices.source;
  }

  record(call: Call): void {
    if (this.#closed) return this.countLate();
    this.#recorded++;
    this.#queue.push(call);
  }

  replace(booked: Call, by: Call | undefined): void {
    if (this.#closed) return this.countLate();
    this.#queue.push(new Replacement(booked, by));
  }

  count(field: AuditField, by: number): void {
    this.#builder.count(field, by);
    if (this.#closed) this.#writeLate();
  }

  /** Counts a call that came after `shutdown` and is not booked. */
  countLate(): void {
    this.#late++;
    this.#parts.log.warn('late', 'a call ended after shutdown() and is not counted (audit: lateSpans)');
    this.count('lateSpans', 1);
  }

  /** Writes what this turn has brought, now. */
  drain(): void {
    this.#queue.drain();
  }

  /**
   * Resolves when the ledger file holds everything recorded before, each call at its price. Rejects with a LedgerError if
   * that fails or takes longer than `flushTimeoutMillis`. After `shutdown` it is `shutdown`.
   */
  forceFlush(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    const millis = this.#options.flushTimeoutMillis;
    const late = (): Error => new LedgerError('ETIMEOUT', `the ledger was not written within ${millis} ms`);
    return within(this.#parts.clock, millis, this.#settle(true), late);
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

  /** True while there is something the ledger file does not show yet. */
  get dirty(): boolean {
    if (this.#recorded === 0) return false;
    const unwritten = this.#queue.size > 0 || this.#schedule.pending > 0 || this.#prices.waiting;
    return unwritten || this.#parts.storage.stats().dirty;
  }

  /** For the end of the process: everything that is left goes to the journal, synchronously. */
  endNow(): void {
    this.#queue.drain();
    this.#appendCounts();
    this.#parts.storage.endNow();
  }

  stats(): ExporterStats {
    const storage = this.#parts.storage.stats();
    const { flushes, records, lastMillis, lastError } = this.#tally;
    return {
      queued: this.#queue.size,
      recorded: this.#recorded,
      late: this.#late,
      flushes,
      recordsPerFlush: flushes === 0 ? 0 : records / flushes,
      lastFlushMillis: lastMillis,
      failedFlushes: storage.failedFlushes,
      publishes: storage.publishes,
      journalBytes: storage.journalBytes,
      pendingInMemory: storage.pendingInMemory,
      lastError: lastError ?? storage.lastError,
    };
  }

  #book(entry: QueueEntry): void {
    if (!(entry instanceof Replacement)) {
      this.#builder.book(entry, this.#prices.price(entry));
      return;
    }
    const { booked, by } = entry;
    const reversed = this.#builder.reverse(booked);
    // What was never booked (it came too late) cannot be booked again, but may be replaced.
    if (by !== undefined && (reversed || by !== booked)) this.#builder.book(by, this.#prices.price(by));
  }

  #append(entries: number): void {
    if (this.#builder.hasCalls || this.#builder.hasCounts) {
      this.#parts.storage.append(this.#builder.take());
    }
    this.#schedule.written(entries);
    for (const observer of this.#parts.observers) observer.written?.(entries);
  }

  /** Audit counts ride on the next line of calls; this gives them one of their own when somebody waits. */
  #appendCounts(): void {
    if (this.#builder.hasCounts) this.#parts.storage.append(this.#builder.take());
  }

  async #settle(withBook: boolean): Promise<void> {
    this.#queue.drain();
    if (withBook || this.#prices.waiting) {
      await this.#prices.ready();
      this.#queue.drain();
    }
    this.#appendCounts();
    await this.#schedule.cover();
  }

  async #flush(force: boolean, records: number): Promise<void> {
    const { storage, clock, observers } = this.#parts;
    const recorded = this.#recorded - this.#queue.size;
    const start = clock.monotonicMillis();
    const took = (): number => clock.monotonicMillis() - start;
    try {
      for (const observer of observers) await observer.flushing?.(records);
      await context.with(ROOT_CONTEXT, () => untraced(() => storage.flush({ force })));
      this.#tally.landed(recorded, took());
      for (const observer of observers) await observer.flushed?.(records, took(), undefined);
    } catch (error) {
      this.#tally.failed(error, took());
      for (const observer of observers) await observer.flushed?.(records, took(), error);
      throw error;
    }
  }

  async #close(): Promise<void> {
    const { clock, log, storage } = this.#parts;
    const millis = this.#options.shutdownTimeoutMillis;
    const late = (): Error => new Error(`not done within ${millis} ms`);
    const finish = async (): Promise<void> => {
      try {
        await this.#settle(false);
      } finally {
        this.#closed = true;
        this.#queue.drain();
        this.#schedule.close();
        await context.with(ROOT_CONTEXT, () => untraced(() => storage.close()));
      }
    };
    try {
      await within(clock, millis, finish(), late);
    } catch (error) {
      log.warn('shutdown', `the ledger file may lack the last calls, its journal has them: ${String(error)}`);
    }
    this.#closed = true;
    this.#dropExitHook?.();
    this.#dropExitHook = undefined;
    if (this.#builder.hasCounts) this.#writeLate();
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
