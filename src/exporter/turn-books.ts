import type { AuditField } from '../usage/usage-sink.js';
import type { Call } from '../usage/call.js';
import type { Clock } from '../config/clock.js';
import { DeltaBuilder } from './delta-builder.js';
import type { LedgerStorage } from './ledger-storage.js';
import type { OnceLog } from './once-log.js';
import { PriceJoin } from './price-join.js';
import type { PriceSources } from './price-join.js';
import type { QueueEntry } from './turn-queue.js';
import { Replacement, TurnQueue } from './turn-queue.js';
import { SlotCells } from './slot-cells.js';

export interface TurnBooksOptions {
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
}

export interface TurnBooksParts {
  readonly storage: LedgerStorage;
  readonly prices: PriceSources;
  readonly clock: Clock;
  readonly log: OnceLog;
  /** Told how many entries a line just written was made of. */
  readonly written: (entries: number) => void;
}

/** What a turn brings becomes lines of the journal here: queued, priced, capped, added up, appended. */
export class TurnBooks {
  readonly #storage: LedgerStorage;
  readonly #written: (entries: number) => void;
  readonly #builder: DeltaBuilder;
  readonly #queue: TurnQueue;
  readonly #prices: PriceJoin;

  constructor(options: TurnBooksOptions, parts: TurnBooksParts) {
    const { storage, prices, clock, log, written } = parts;
    this.#storage = storage;
    this.#written = written;
    this.#builder = new DeltaBuilder(new SlotCells(() => storage.settings().cardinalityLimit));
    this.#queue = new TurnQueue({
      ...options,
      book: (entry) => this.#book(entry),
      append: (entries) => this.#append(entries),
    });
    const rebook = (call: Call): void => this.#queue.push(new Replacement(call, call));
    this.#prices = new PriceJoin({ ...prices, log, clock, rebook });
  }

  /** Entries of this turn that are not yet written. */
  get queued(): number {
    return this.#queue.size;
  }

  /** True while calls were written that wait for the price book. */
  get awaitsPrices(): boolean {
    return this.#prices.waiting;
  }

  /** True when audit counts wait for a line to ride on. */
  get hasCounts(): boolean {
    return this.#builder.hasCounts;
  }

  record(call: Call): void {
    this.#queue.push(call);
  }

  replace(booked: Call, by: Call | undefined): void {
    this.#queue.push(new Replacement(booked, by));
  }

  count(field: AuditField, by: number): void {
    this.#builder.count(field, by);
  }

  /** Writes what this turn has brought, now. */
  drain(): void {
    this.#queue.drain();
  }

  /** Resolves when every call written so far has the price that can be told, written as well. Never rejects. */
  async priced(): Promise<void> {
    await this.#prices.ready();
    this.#queue.drain();
  }

  /** No price is waited for any more. */
  close(): void {
    this.#prices.close();
  }

  /** Audit counts ride on the next line of calls; this hands them over alone, when somebody waits. */
  appendCounts(): void {
    if (this.#builder.hasCounts) this.#storage.append(this.#builder.take());
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
    if (this.#builder.hasCalls || this.#builder.hasCounts) this.#storage.append(this.#builder.take());
    this.#written(entries);
  }
}
