import type { Call } from '../usage/call.js';

/** A correction: what was booked for `booked` is reversed and `by`, if given, booked instead, both in one line. */
export class Replacement {
  readonly booked: Call;
  readonly by: Call | undefined;

  constructor(booked: Call, by: Call | undefined) {
    this.booked = booked;
    this.by = by;
  }
}

export type QueueEntry = Call | Replacement;

export interface TurnQueueOptions {
  /** Entries queued at most; past it they are booked at once. */
  readonly maxQueueSize: number;
  /** Entries that go into one line at most. */
  readonly maxExportBatchSize: number;
  /** Adds an entry to the open delta. Must not throw. */
  readonly book: (entry: QueueEntry) => void;
  /** Writes the open delta as one line, after the given number of entries. Must not throw. */
  readonly append: (entries: number) => void;
}

/**
 * Holds what one JS turn brings and writes it at the turn's end, in a microtask. A full queue is booked in place, into
 * the open delta, without writing: nothing is dropped and the turn is not held up by I/O.
 */
export class TurnQueue {
  readonly #options: TurnQueueOptions;
  #entries: QueueEntry[] = [];
  #booked = 0;
  #scheduled = false;
  readonly #endTurn = (): void => {
    this.#scheduled = false;
    this.drain();
  };

  constructor(options: TurnQueueOptions) {
    this.#options = options;
  }

  /** Entries recorded in this turn and not yet written. */
  get size(): number {
    return this.#entries.length + this.#booked;
  }

  push(entry: QueueEntry): void {
    this.#entries.push(entry);
    if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(this.#endTurn);
    }
    if (this.#entries.length >= this.#options.maxQueueSize) this.#bookAll();
  }

  /** Books and writes everything now. */
  drain(): void {
    const { maxExportBatchSize, book } = this.#options;
    this.#append();
    const entries = this.#entries;
    if (entries.length === 0) return;
    this.#entries = [];
    for (const entry of entries) {
      book(entry);
      if (++this.#booked >= maxExportBatchSize) this.#append();
    }
    this.#append();
  }

  #append(): void {
    if (this.#booked === 0) return;
    const entries = this.#booked;
    this.#booked = 0;
    this.#options.append(entries);
  }

  #bookAll(): void {
    const entries = this.#entries;
    this.#entries = [];
    for (const entry of entries) this.#options.book(entry);
    this.#booked += entries.length;
  }
}
