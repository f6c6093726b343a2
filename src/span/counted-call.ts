import { NO_DIMENSIONS, UNKNOWN, type Call } from '../usage/call.js';
import type { UsageSink } from '../usage/usage-sink.js';
import type { CallReading } from './call-reading.js';
import type { Recent } from './recent-list.js';

/** More spans than this never tell of one call; an endless chain of equal ones must not pile up. */
const MAX_READINGS = 16;

const NOWHERE: readonly Recent[] = [];

let serials = 0;

/**
 * One call as booked, with every span that told of it. `call` is what the sink holds; when another span adds to it, a
 * merged call replaces it there by a reversing entry.
 */
export class CountedCall {
  /** Number of this call in the process, from 1. */
  readonly serial: number = ++serials;
  readonly sink: UsageSink;
  /** True: an agent or chain counted whole, because nothing below it was. */
  readonly aggregate: boolean;
  /** When it was booked, monotonic; 0 while nobody needs to know. */
  bookedMillis: number;
  readonly readings: CallReading[];
  call: Call;
  /** Where the twin window keeps it. */
  recents: readonly Recent[] = NOWHERE;
  /** Further requests that the span summed into one (mastra), booked beside `call`. */
  extras: readonly Call[] | undefined = undefined;

  constructor(sink: UsageSink, reading: CallReading, aggregate: boolean, bookedMillis: number) {
    this.sink = sink;
    this.aggregate = aggregate;
    this.bookedMillis = bookedMillis;
    this.readings = [reading];
    this.call = reading.call;
  }

  get generating(): boolean {
    return this.readings[0]?.generating ?? true;
  }

  hasScope(scope: string): boolean {
    for (const reading of this.readings) if (reading.scope === scope) return true;
    return false;
  }

  /** Books it; once. */
  book(): void {
    this.sink.record(this.call);
    if (this.extras !== undefined) for (const extra of this.extras) this.sink.record(extra);
  }

  /** Takes another span's telling of the same call, and corrects the booking if that knows more. */
  join(reading: CallReading): void {
    if (this.readings.length >= MAX_READINGS) return;
    this.readings.push(reading);
    this.#rebook();
  }

  /** Takes the inner span's telling of the same call instead of all before: the outer ones may have summed up. */
  supersede(reading: CallReading): void {
    this.readings.splice(0, this.readings.length, reading);
    this.#rebook();
  }

  /** Takes a span out again that belonged to another call. */
  leave(reading: CallReading): void {
    const index = this.readings.indexOf(reading);
    if (index < 0) return;
    this.readings.splice(index, 1);
    this.#rebook();
  }

  /** Reverses the booking. */
  reverse(): void {
    this.sink.replace(this.call, undefined);
    for (const extra of this.extras ?? []) this.sink.replace(extra, undefined);
  }

  #rebook(): void {
    const merged = mergeReadings(this.readings);
    if (merged === undefined || sameBooking(merged, this.call)) return;
    this.sink.replace(this.call, merged);
    this.call = merged;
  }
}

/**
 * One call out of all its tellings: names from the client rather than the framework, tokens from who has them, the larger
 * where one knows more (a cache, thoughts), labels from whoever has any. A failure counts only if all say so.
 */
function mergeReadings(readings: readonly CallReading[]): Call | undefined {
  const ranked = readings.toSorted((a, b) => Number(a.framework) - Number(b.framework));
  const first = ranked[0];
  if (first === undefined) return undefined;
  const merged: Call = { ...first.call, booking: undefined };
  merged.model = modelOf(ranked);
  let metered = first.call.metered ? first.call : undefined;
  for (const { call } of ranked.slice(1)) {
    merged.provider = moreSpecific(merged.provider, call.provider);
    if (merged.service === '') merged.service = call.service;
    if (call.dimensions !== NO_DIMENSIONS) merged.dimensions = { ...call.dimensions, ...merged.dimensions };
    merged.reportedCostUsd ??= call.reportedCostUsd;
    if (call.metered && metered === undefined) {
      metered = call;
      takeTokens(merged, call);
      merged.error = call.error;
    } else if (call.metered) {
      takeLarger(merged, call);
    }
    if (!call.error) merged.error = false;
  }
  merged.metered = metered !== undefined;
  return merged;
}

function modelOf(readings: readonly CallReading[]): string {
  for (const reading of readings) if (reading.responseModel !== undefined) return reading.responseModel;
  for (const reading of readings) if (reading.requestModel !== undefined) return reading.requestModel;
  return UNKNOWN;
}

/** The client library names the protocol it speaks (`openai`); a framework may know whom it really went to. */
function moreSpecific(client: string, framework: string): string {
  if (client === UNKNOWN) return framework;
  return client === 'openai' && framework !== UNKNOWN ? framework : client;
}

const TOKEN_FIELDS = [
  'inputTokens',
  'cacheReadInputTokens',
  'cacheWriteInputTokens',
  'audioInputTokens',
  'outputTokens',
  'reasoningOutputTokens',
  'audioOutputTokens',
] as const;

function takeTokens(into: Call, from: Call): void {
  for (const field of TOKEN_FIELDS) into[field] = from[field];
}

function takeLarger(into: Call, from: Call): void {
  for (const field of TOKEN_FIELDS) into[field] = Math.max(into[field], from[field]);
}

const BOOKED_FIELDS = [
  ...TOKEN_FIELDS,
  'provider',
  'model',
  'operation',
  'service',
  'endTimeUnixMillis',
  'durationMillis',
  'metered',
  'error',
  'reportedCostUsd',
] as const;

function sameBooking(a: Call, b: Call): boolean {
  for (const field of BOOKED_FIELDS) if (a[field] !== b[field]) return false;
  return sameLabels(a.dimensions, b.dimensions);
}

function sameLabels(a: Call['dimensions'], b: Call['dimensions']): boolean {
  if (a === b) return true;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
