import type { CallReading } from './call-reading.js';
import type { CountedCall } from './counted-call.js';
import { GenerationMap } from './generation-map.js';
import { fitsAll, providersAgree, usageAgrees } from './same-call.js';

/** Response ids are remembered for this many calls (DESIGN §3.4) … */
const MAX_RESPONSES = 10_000;
/** … and this long. */
const MAX_RESPONSE_AGE_MILLIS = 600_000;

/**
 * The calls counted lately by response id: the same id, provider and tokens from another scope is the same call; from the
 * same scope it is another one (some servers hand out few ids).
 */
export class RecentResponses {
  readonly #byId = new GenerationMap<string, readonly CountedCall[]>(MAX_RESPONSES);

  sameResponse(reading: CallReading, nowMillis: number): CountedCall | undefined {
    if (reading.responseId === undefined) return undefined;
    const calls = this.#byId.get(reading.responseId);
    return calls?.findLast(
      (counted) =>
        nowMillis - counted.bookedMillis <= MAX_RESPONSE_AGE_MILLIS &&
        !counted.hasScope(reading.scope) &&
        fitsAll(counted, reading, fitsResponse),
    );
  }

  add(counted: CountedCall, reading: CallReading): void {
    if (reading.responseId === undefined) return;
    const calls = this.#byId.get(reading.responseId);
    this.#byId.set(reading.responseId, calls === undefined ? [counted] : [...calls.slice(-15), counted]);
  }
}

function fitsResponse(a: CallReading, b: CallReading): boolean {
  return (
    a.generating === b.generating &&
    a.responseId === b.responseId &&
    providersAgree(a.call.provider, b.call.provider) &&
    usageAgrees(a, b)
  );
}
