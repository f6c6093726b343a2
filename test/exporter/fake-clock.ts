import type { Clock, Timer } from '../../src/config/clock.js';

interface Due {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #now: number;
  #timers = new Set<Due>();

  constructor(now: number = Date.UTC(2026, 10, 22, 10, 20)) {
    this.#now = now;
  }

  nowMillis(): number {
    return this.#now;
  }

  monotonicMillis(): number {
    return this.#now;
  }

  after(millis: number, callback: () => void): Timer {
    const due = { at: this.#now + millis, callback };
    this.#timers.add(due);
    return { cancel: () => this.#timers.delete(due) };
  }

  yieldTurn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Timers that wait, as milliseconds from now. */
  get waiting(): number[] {
    return [...this.#timers].map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }

  /** Lets time pass, firing what is due in order, and lets promises settle after each. */
  async pass(millis: number): Promise<void> {
    const until = this.#now + millis;
    await settle();
    for (;;) {
      const next = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settle();
    }
    this.#now = until;
  }

  /** Lets time pass without firing anything: a timer is never exact. */
  skip(millis: number): void {
    this.#now += millis;
  }
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}
