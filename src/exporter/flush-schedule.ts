import type { Clock, Timer } from '../config/clock.js';

export interface FlushScheduleOptions {
  readonly clock: Pick<Clock, 'after'>;
  readonly flushIntervalMillis: number;
  readonly flushThreshold: number;
  /** Flushes `records` new ones and reports its own failure before it rejects. `force`: somebody waits for it. */
  readonly flush: (force: boolean, records: number) => Promise<void>;
  /** For how long a flush that nobody waits for would do nothing, in milliseconds; 0 = it may begin. */
  readonly putOffMillis: () => number;
}

/**
 * Decides when to flush: after the turn that brought the threshold, else an interval after the first record, and not
 * before a flush may do something: until then a busy process is not woken. One flush at a time; what comes during one is
 * left to the next. A failed one is tried again an interval later.
 */
export class FlushSchedule {
  readonly #options: FlushScheduleOptions;
  #pending = 0;
  #timer: Timer | undefined;
  #immediate = false;
  #failing = false;
  #closed = false;
  #flight: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(options: FlushScheduleOptions) {
    this.#options = options;
  }

  /** Records that no successful flush has covered yet. */
  get pending(): number {
    return this.#pending;
  }

  /** True when nothing waits for a flush and none is under way. */
  get isIdle(): boolean {
    return this.#pending === 0 && this.#flight === undefined;
  }

  /** Says that so many more records were written; starts nothing within this turn. */
  written(records: number): void {
    this.#pending += records;
    if (this.#flight === undefined) this.#arm();
  }

  /**
   * Resolves when a flush that began after this call has succeeded, rejects if it failed. A flush in flight is awaited
   * first, since it may have begun before the last record; all who wait for it share the next one.
   */
  cover(): Promise<void> {
    if (this.#flight === undefined) return this.#fly(true);
    this.#next ??= this.#afterFlight();
    return this.#next;
  }

  /** No flush starts by itself any more; `cover` still works. */
  close(): void {
    this.#closed = true;
    this.#disarm();
  }

  async #afterFlight(): Promise<void> {
    while (this.#flight !== undefined) await settled(this.#flight);
    this.#next = undefined;
    await this.#fly(true);
  }

  #arm(): void {
    if (this.#closed || this.#pending === 0) return;
    const immediate = this.#pending >= this.#options.flushThreshold && !this.#failing;
    if (this.#timer !== undefined && (this.#immediate || !immediate)) return;
    this.#disarm();
    this.#immediate = immediate;
    const millis = Math.max(immediate ? 0 : this.#options.flushIntervalMillis, this.#options.putOffMillis());
    this.#timer = this.#options.clock.after(millis, () => {
      this.#disarm();
      if (this.#flight === undefined) void settled(this.#fly(false));
    });
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#immediate = false;
  }

  #fly(force: boolean): Promise<void> {
    this.#disarm();
    const records = this.#pending;
    this.#pending = 0;
    const land = (failed: boolean): void => {
      this.#flight = undefined;
      this.#failing = failed;
      if (failed) this.#pending += records;
      this.#arm();
    };
    const flight = this.#options.flush(force, records).then(
      () => land(false),
      (error: unknown) => {
        land(true);
        throw error;
      },
    );
    this.#flight = flight;
    return flight;
  }
}

/** Resolves when `flight` has ended either way: whoever started it has reported a failure. */
async function settled(flight: Promise<void>): Promise<void> {
  await Promise.allSettled([flight]);
}
