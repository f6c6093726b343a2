import type { CallReading } from './call-reading.js';
import type { CountedCall } from './counted-call.js';
import { RecentList, type Recent } from './recent-list.js';
import { idsDiffer, isFailure, modelsAgree, overlap, providersAgree, tokensEqual } from './same-call.js';

/** Twins are looked for among this many calls (DESIGN §3.3) … */
const MAX_RECENT = 4096;
/** … and no longer than this after they were counted. */
const MAX_AGE_MILLIS = 30_000;
/** Ends may be reported this much later than they happened. */
const REPORT_SLACK_MILLIS = 1000;
/** How many calls are tried: those under way at one time with the same numbers, in practice. */
const MAX_TRIED = 1024;

const MAX_FRAMEWORKS = 64;

/** What `RecentCalls.twinOf` found: the call, and the span that must leave it for this one. */
export interface Twin {
  readonly counted: CountedCall;
  readonly leaves: CallReading | undefined;
}

/**
 * The calls counted lately, to find the one that another instrumentation told of already (DESIGN §3.3): one of the two is
 * a framework, they overlap, provider and model agree, and input and output are equal or one has no usage. One to one
 * per scope, nearest end first. A call that every scope told of is out. Bounded by count and age.
 */
export class RecentCalls {
  readonly #ring: (CountedCall | undefined)[] = [];
  #next = 0;
  /** Still open to a twin with the same numbers, by those. */
  readonly #byTokens = new Map<number, RecentList>();
  /** Still open to any twin: those with usage, and those without. */
  readonly #metered = new RecentList();
  readonly #unmetered = new RecentList();
  readonly #frameworks = new Set<string>();
  #lastFrameworkMillis = -Infinity;

  /** The call that `reading` is a twin of, or `undefined`. `nowMillis` is monotonic. */
  twinOf(reading: CallReading, nowMillis: number): Twin | undefined {
    if (reading.framework) this.#meet(reading, nowMillis);
    else if (nowMillis - this.#lastFrameworkMillis > MAX_AGE_MILLIS) return undefined;
    const took = Math.max(0, reading.endMillis - reading.startMillis);
    const earliest = nowMillis - Math.min(MAX_AGE_MILLIS, took + REPORT_SLACK_MILLIS);
    if (!reading.call.metered) {
      return (
        this.#nearest(this.#unmetered, reading, earliest, false) ??
        this.#nearest(this.#metered, reading, earliest, false)
      );
    }
    for (const key of tokenKeys(reading)) {
      const twin = this.#nearest(this.#byTokens.get(key), reading, earliest, true);
      if (twin !== undefined) return twin;
    }
    return this.#nearest(this.#unmetered, reading, earliest, false);
  }

  /** Remembers a call just counted. */
  add(counted: CountedCall): void {
    for (const reading of counted.readings) if (reading.framework) this.#meet(reading, counted.bookedMillis);
    const oldest = this.#ring[this.#next];
    if (oldest !== undefined) this.#remove(oldest);
    this.#ring[this.#next] = counted;
    this.#next = (this.#next + 1) % MAX_RECENT;
    this.#place(counted);
  }

  /** Files a call anew after a span joined or left it. */
  update(counted: CountedCall): void {
    this.#remove(counted);
    this.#place(counted);
  }

  #meet(reading: CallReading, nowMillis: number): void {
    this.#lastFrameworkMillis = nowMillis;
    if (this.#frameworks.size < MAX_FRAMEWORKS) this.#frameworks.add(reading.scope);
  }

  #place(counted: CountedCall): void {
    const saturated = counted.readings.length > this.#frameworks.size && counted.readings.length > 1;
    const telling = counted.readings.find((reading) => reading.call.metered);
    const recents: Recent[] = [];
    if (telling === undefined) {
      if (!saturated) recents.push(this.#unmetered.add(counted));
    } else {
      if (!saturated) recents.push(this.#metered.add(counted));
      // One joined for want of usage may still be pushed out by one with the same numbers.
      if (!saturated || counted.readings.some((reading) => !reading.call.metered)) {
        for (const key of tokenKeys(telling)) recents.push(this.#listOf(key).add(counted));
      }
    }
    counted.recents = recents;
  }

  #remove(counted: CountedCall): void {
    for (const recent of counted.recents) {
      recent.list.remove(recent);
      if (recent.list.key !== undefined && recent.list.newest === undefined)
        this.#byTokens.delete(recent.list.key);
    }
    counted.recents = [];
  }

  #nearest(
    list: RecentList | undefined,
    reading: CallReading,
    earliest: number,
    equal: boolean,
  ): Twin | undefined {
    let best: Twin | undefined;
    let bestGap = Infinity;
    let tried = 0;
    for (
      let recent = list?.newest;
      recent !== undefined && tried < MAX_TRIED;
      recent = recent.older, tried++
    ) {
      if (recent.counted.bookedMillis < earliest) break;
      const counted = recent.counted;
      const gap = Math.abs((counted.readings[0]?.endMillis ?? 0) - reading.endMillis);
      if (gap >= bestGap) continue;
      const leaves = counted.readings.find((other) => other.scope === reading.scope);
      if (leaves !== undefined && !(equal && isWeak(counted, leaves))) continue;
      if (!mayBeTwin(counted, reading, leaves, equal)) continue;
      best = { counted, leaves };
      bestGap = gap;
    }
    return best;
  }

  #listOf(key: number): RecentList {
    let list = this.#byTokens.get(key);
    if (list === undefined) {
      list = new RecentList(key);
      this.#byTokens.set(key, list);
    }
    return list;
  }
}

/** A span that was paired for want of usage leaves when one with equal numbers comes. */
function isWeak(counted: CountedCall, reading: CallReading): boolean {
  return !reading.call.metered && counted.readings.some((other) => other !== reading && other.call.metered);
}

function mayBeTwin(
  counted: CountedCall,
  reading: CallReading,
  leaves: CallReading | undefined,
  equal: boolean,
): boolean {
  let framework = reading.framework;
  for (const other of counted.readings) {
    if (other === leaves) continue;
    if (!(equal ? fitsEqual(other, reading) : fitsAny(other, reading))) return false;
    framework ||= other.framework;
  }
  return framework;
}

function fitsEqual(a: CallReading, b: CallReading): boolean {
  return (!a.call.metered || tokensEqual(a, b)) && fitsNames(a, b);
}

function fitsAny(a: CallReading, b: CallReading): boolean {
  return (!a.call.metered || !b.call.metered) && fitsNames(a, b);
}

function fitsNames(a: CallReading, b: CallReading): boolean {
  return (
    a.generating === b.generating &&
    isFailure(a) === isFailure(b) &&
    overlap(a, b) &&
    !idsDiffer(a, b) &&
    providersAgree(a.call.provider, b.call.provider) &&
    modelsAgree(a, b)
  );
}

function tokenKeys(reading: CallReading): readonly number[] {
  const key = tokenKey(reading.call.inputTokens, reading.call.outputTokens);
  const rawKey = tokenKey(reading.rawInputTokens, reading.rawOutputTokens);
  return key === rawKey ? [key] : [key, rawKey];
}

function tokenKey(input: number, output: number): number {
  return (Math.imul(input | 0, 31) + (output | 0)) | 0;
}
