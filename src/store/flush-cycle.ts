import type { Clock, Timer } from '../config/clock.js';
import type { JournalWriter } from '../journal/journal-writer.js';
import { LedgerError, toLedgerError } from '../journal/ledger-error.js';
import { untraced } from '../journal/untraced.js';
import type { CompactionLimits } from './compactor.js';
import { Compactor } from './compactor.js';
import type { LedgerPlace } from './ledger-place.js';
import { Maintenance } from './maintenance.js';
import type { Merge } from './merge.js';
import type { ViewMeans } from './publisher.js';
import { Publisher } from './publisher.js';
import { TIMER_SLACK_MILLIS, WriteAllowance } from './write-allowance.js';

/** The view is looked at so often, at most, when there is nothing new to publish. */
const LOOK_MILLIS = 5000;
const SYNC_MILLIS = 5000;
/** What is not in the view yet is tried again after so long, at the least. */
const RETRY_MILLIS = 5000;
const MAX_ROUNDS = 5;

/**
 * When what is appended is synced, merged, published and folded: one at a time, as often as the write allowance lets,
 * and not at all when nothing is new.
 */
export class FlushCycle {
  /** Flushes that failed, and compactions after a flush. */
  failedFlushes = 0;
  /** How long the last flush took that had something to do and did it, in milliseconds. */
  lastFlushMillis = 0;
  readonly publisher: Publisher;
  readonly #place: LedgerPlace;
  readonly #writer: JournalWriter;
  readonly #maintenance: Maintenance;
  readonly #allowance: WriteAllowance;
  readonly #clock: Clock;
  #running: Promise<unknown> | undefined;
  #queued: Promise<void> | undefined;
  /** Told of what fails in the background, where no caller waits for it. */
  readonly #onFailure: (error: unknown, doing: string) => void;
  #timer: Timer | undefined;
  #settled = false;
  #closing = false;
  #lookedAt = -Infinity;
  #syncedAt = -Infinity;

  constructor(
    place: LedgerPlace,
    writer: JournalWriter,
    merge: Merge,
    means: ViewMeans,
    limits: CompactionLimits,
    onFailure: (error: unknown, doing: string) => void,
  ) {
    this.#onFailure = onFailure;
    this.#place = place;
    this.#writer = writer;
    this.#clock = place.clock;
    this.publisher = new Publisher(place, merge, means);
    const compactor = new Compactor(place, merge, means.settings, limits);
    this.#maintenance = new Maintenance(compactor, place.clock);
    this.#allowance = new WriteAllowance(place.clock);
  }

  /** True while something appended or held is not known to be in the view. */
  get isDirty(): boolean {
    return !this.#settled || this.#writer.heldCount > 0 || !this.#isCovered();
  }

  /** True while a flush has nothing to do: all is in the view, and that was looked at a moment ago. */
  get isCurrent(): boolean {
    return !this.isDirty && this.#clock.monotonicMillis() - this.#lookedAt < LOOK_MILLIS;
  }

  /** One flush at a time; a forced one that comes during another runs after it, and covers what came meanwhile. */
  flush(force: boolean): Promise<void> {
    if (this.isCurrent) return Promise.resolve();
    if (!force && this.putOffMillis() > 0) return Promise.resolve();
    if (this.#running === undefined) return this.#start(force);
    if (!force) return Promise.resolve(this.#queued ?? this.#running).then(() => undefined);
    this.#queued ??= this.#startLater();
    return this.#queued;
  }

  /** Begins a forced flush once nothing runs: looked at again when woken, since another one may have been woken before. */
  async #startLater(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    this.#queued = undefined;
    await this.#start(true);
  }

  /**
   * For how long a flush that is not forced has nothing to do: the next publish is not allowed yet and comes by itself
   * once it is, and the journal was synced a moment ago. 0 = it may begin.
   */
  putOffMillis(): number {
    if (this.#timer === undefined) return 0;
    const untilSync = this.#syncedAt + SYNC_MILLIS - this.#clock.monotonicMillis();
    const untilPublish = this.#allowance.waitMillis(this.publisher.viewBytes);
    const millis = Math.min(untilSync, untilPublish);
    return millis < TIMER_SLACK_MILLIS ? 0 : millis;
  }

  /** Runs `work` when no flush is running: it may use the merge. */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    while (this.#running !== undefined) await this.#running;
    const done = work();
    this.#occupy(done);
    return done;
  }

  /** Flushes once more, waits for what is under way (a compaction, say), then does nothing of itself. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#cancelTimer();
    this.#writer.holdCounts();
    try {
      await this.flush(true);
    } finally {
      while (this.#running !== undefined) await this.#running;
    }
  }

  #start(force: boolean): Promise<void> {
    this.#cancelTimer();
    const flushed = untraced(() => this.#flush(force));
    const done = flushed.then(() => this.#maintain());
    // What came meanwhile, or could not be published, is tried again.
    this.#occupy(done.finally(() => this.isDirty && this.#schedule()));
    return flushed;
  }

  #occupy(work: Promise<unknown>): void {
    const running = work
      .catch(() => undefined)
      .finally(() => {
        if (this.#running === running) this.#running = undefined;
      });
    this.#running = running;
  }

  async #flush(force: boolean): Promise<void> {
    try {
      if (!this.isDirty && !(await this.#wasReplaced())) return;
      if (!force && (await this.#mustWait())) return;
      const before = this.#clock.monotonicMillis();
      await this.#write();
      // What comes while this publishes is for the next flush: waiting for it, a busy process would publish on and on.
      const due = new Map(this.#writer.sequences);
      await this.#publish(force);
      // The directory was deleted under us: what our open files still hold goes to a new one.
      for (let round = 0; round < MAX_ROUNDS && !this.#isCovered(due); round++) {
        await this.#write();
        await this.#publish(force);
      }
      if (!this.#isCovered(due)) throw new LedgerError('EBUSY', 'the directory of the ledger keeps changing');
      this.lastFlushMillis = this.#clock.monotonicMillis() - before;
    } catch (error) {
      this.#countFailure();
      this.#settled = false;
      throw toLedgerError(error, 'flush the ledger', this.#place.path);
    }
  }

  /** Everything recorded so far is in the journal, and on the device. */
  async #write(): Promise<void> {
    this.#writer.holdCounts();
    if (this.#writer.durability === 'flush') await this.#writer.drainLater();
    else this.#writer.drain();
    await this.#writer.verify();
    await this.#writer.sync();
    this.#syncedAt = this.#clock.monotonicMillis();
  }

  async #publish(force: boolean): Promise<void> {
    const before = this.#clock.monotonicMillis();
    const { publishes } = this.publisher;
    this.#settled = await this.publisher.publish(force ? undefined : 1);
    this.#lookedAt = this.#clock.monotonicMillis();
    if (this.publisher.publishes > publishes) this.#allowance.published(this.#lookedAt - before);
    this.#writer.release(this.publisher.coverage ?? {});
  }

  /** Nothing is new here; but a publisher that slept may have put an older view back. */
  async #wasReplaced(): Promise<boolean> {
    const now = this.#clock.monotonicMillis();
    if (this.publisher.coverage === undefined || now - this.#lookedAt < LOOK_MILLIS) return false;
    this.#lookedAt = now;
    return !(await this.publisher.isUnchanged());
  }

  /** The allowance is the ledger's: whoever published last, everybody waits. */
  async #mustWait(): Promise<boolean> {
    const ago = await this.publisher.changedAgo();
    if (ago !== undefined) this.#allowance.changed(ago);
    const wait = this.#allowance.waitMillis(this.publisher.viewBytes);
    if (wait === 0) return false;
    this.#schedule();
    if (this.#clock.monotonicMillis() - this.#syncedAt >= SYNC_MILLIS) await this.#write();
    return true;
  }

  #isCovered(sequences: ReadonlyMap<string, number> = this.#writer.sequences): boolean {
    const coverage = this.publisher.coverage ?? {};
    for (const [id, sequence] of sequences) if ((coverage[id] ?? 0) < sequence) return false;
    return true;
  }

  async #maintain(): Promise<void> {
    if (this.#closing || this.publisher.coverage === undefined) return;
    const { viewBytes } = this.publisher;
    try {
      await untraced(() => this.#maintenance.run(viewBytes, () => this.publisher.settle()));
    } catch (error) {
      this.#countFailure();
      this.#onFailure(error, 'compact the ledger');
    }
  }

  /** Here, and in the ledger's audit with the next line. */
  #countFailure(): void {
    this.failedFlushes++;
    this.#writer.append({ rows: [], audit: { failedFlushes: 1 }, pricedCalls: {} });
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#closing) return;
    const wait = Math.max(RETRY_MILLIS, this.#allowance.waitMillis(this.publisher.viewBytes));
    this.#timer = this.#clock.after(wait, () => {
      this.#timer = undefined;
      this.flush(false).catch((error: unknown) => this.#onFailure(error, 'flush the ledger'));
    });
  }

  #cancelTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
