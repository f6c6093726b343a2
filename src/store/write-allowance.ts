import type { Clock } from '../config/clock.js';

const MIN_MILLIS = 5000;
/** A timer may fire so early; what is set for the end of a pause must not find it unfinished and wait for another. */
export const TIMER_SLACK_MILLIS = 1;
/** A publish may take this share of the time. */
const TIME_SHARE = 0.02;
const BYTES_PER_MILLI = 100;

/**
 * How often the view may be written by all processes together: every 5 seconds, 2 % of the time, 100 KB a second,
 * whichever is longest. Whoever published last, everybody waits that long; `forceFlush` does not.
 */
export class WriteAllowance {
  readonly #clock: Clock;
  #changedAt: number | undefined;
  #tookMillis = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes a publish of ours. */
  published(tookMillis: number): void {
    this.#changedAt = this.#clock.monotonicMillis();
    this.#tookMillis = tookMillis;
  }

  /** Notes that somebody else published, `agoMillis` ago as far as known. */
  changed(agoMillis: number): void {
    this.#changedAt = this.#clock.monotonicMillis() - agoMillis;
  }

  /** Milliseconds until the next publish may begin; 0 = now. */
  waitMillis(viewBytes: number): number {
    if (this.#changedAt === undefined) return 0;
    const pause = Math.max(MIN_MILLIS, this.#tookMillis / TIME_SHARE, viewBytes / BYTES_PER_MILLI);
    const millis = this.#changedAt + pause - this.#clock.monotonicMillis();
    return millis < TIMER_SLACK_MILLIS ? 0 : millis;
  }
}
