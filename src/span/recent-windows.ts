import type { Clock } from '../config/clock.js';
import type { CallReading } from './call-reading.js';
import type { CountedCall } from './counted-call.js';
import { RecentCalls, type Twin } from './recent-calls.js';
import { RecentResponses } from './recent-responses.js';

/** Calls kept while one scope is all there is: what a second one may have told of as well. */
const MAX_KEPT = 1024;
const MAX_SCOPES = 64;

/**
 * The windows in which another scope's telling of the same call is found. They cost memory per call, so they are only kept
 * once calls come from two scopes, and the twin window only once a framework is among them; until then a few of the
 * newest calls are, and go into the windows when these open.
 */
export class RecentWindows {
  readonly #scopes = new Set<string>();
  #lastScope: string | undefined = undefined;
  #framework = false;
  #responses: RecentResponses | undefined = undefined;
  #twins: RecentCalls | undefined = undefined;
  readonly #kept: CountedCall[] = [];
  #next = 0;

  /** To be told of each call before it is looked up, so that windows open in time. `clock` is only asked once they do. */
  meet(reading: CallReading, clock: Clock): void {
    if (reading.scope === this.#lastScope) return;
    this.#lastScope = reading.scope;
    if (this.#scopes.size < MAX_SCOPES) this.#scopes.add(reading.scope);
    this.#framework ||= reading.framework;
    if (this.#scopes.size < 2) return;
    const nowMillis = clock.monotonicMillis();
    if (this.#responses === undefined) {
      this.#responses = new RecentResponses();
      for (const counted of this.#newestKept()) {
        counted.bookedMillis = nowMillis;
        for (const told of counted.readings) this.#responses.add(counted, told);
      }
    }
    if (this.#twins === undefined && this.#framework) {
      this.#twins = new RecentCalls();
      for (const counted of this.#newestKept()) this.#twins.add(counted);
    }
  }

  /** False while all calls come from one scope: then nothing is ever found. */
  get open(): boolean {
    return this.#responses !== undefined;
  }

  sameResponse(reading: CallReading, nowMillis: number): CountedCall | undefined {
    return this.#responses?.sameResponse(reading, nowMillis);
  }

  twinOf(reading: CallReading, nowMillis: number): Twin | undefined {
    return this.#twins?.twinOf(reading, nowMillis);
  }

  /** Remembers a call just counted. */
  add(counted: CountedCall, reading: CallReading): void {
    this.#kept[this.#next] = counted;
    this.#next = (this.#next + 1) % MAX_KEPT;
    this.#responses?.add(counted, reading);
    this.#twins?.add(counted);
  }

  /** Files a call anew after a span joined or left it. */
  update(counted: CountedCall, reading: CallReading): void {
    this.#responses?.add(counted, reading);
    this.#twins?.update(counted);
  }

  #newestKept(): readonly CountedCall[] {
    return [...this.#kept.slice(this.#next), ...this.#kept.slice(0, this.#next)];
  }
}
