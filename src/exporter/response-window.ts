import type { Call } from '../usage/call.js';
import type { Clock } from '../config/clock.js';
import { GenerationMap } from '../span/generation-map.js';

/** Response ids are remembered for so many records, and so long (DESIGN §3.4). */
const MAX_RESPONSES = 10_000;
const MAX_AGE_MILLIS = 600_000;
/** Calls remembered per id: some servers hand out few. */
const MAX_PER_ID = 16;

interface Seen {
  readonly provider: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly atMillis: number;
}

/** The responses that `record()` was told of lately, so that one told twice counts once. */
export class ResponseWindow {
  readonly #clock: Clock;
  readonly #seen = new GenerationMap<string, readonly Seen[]>(MAX_RESPONSES);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True when the same id came with the same provider and token counts within ten minutes; else remembers it. */
  isRepeat(responseId: string, call: Call): boolean {
    const atMillis = this.#clock.monotonicMillis();
    const seen = this.#seen.get(responseId) ?? [];
    const { provider, inputTokens, outputTokens } = call;
    const same = seen.some(
      (each) =>
        each.provider === provider &&
        each.inputTokens === inputTokens &&
        each.outputTokens === outputTokens &&
        atMillis - each.atMillis <= MAX_AGE_MILLIS,
    );
    if (same) return true;
    const kept = seen.slice(1 - MAX_PER_ID);
    this.#seen.set(responseId, [...kept, { provider, inputTokens, outputTokens, atMillis }]);
    return false;
  }
}
