import type { Clock } from '../config/clock.js';
import type { Call } from '../usage/call.js';
import type { AuditField, DimensionSource } from '../usage/usage-sink.js';
import { GenerationMap } from '../span/generation-map.js';
import { recordCall } from './record-call.js';
import type { RecordContext } from './record-call.js';

/** Response ids are remembered for so many records, and so long (DESIGN §3.4). */
const MAX_RESPONSES = 10_000;
const MAX_AGE_MILLIS = 600_000;

/** What `record()` books into. */
export interface RecordTarget {
  record(call: Call): void;
  count(field: AuditField, by: number): void;
}

interface Seen {
  readonly provider: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly atMillis: number;
}

/** Takes what `record()` is given: checks it, leaves out a response that was recorded before, and books it. */
export class RecordIntake {
  readonly #target: RecordTarget;
  readonly #clock: Clock;
  readonly #context: RecordContext;
  readonly #seen = new GenerationMap<string, readonly Seen[]>(MAX_RESPONSES);

  constructor(target: RecordTarget, dimensions: readonly DimensionSource[], clock: Clock) {
    this.#target = target;
    this.#clock = clock;
    this.#context = {
      nowMillis: () => clock.nowMillis(),
      dimensions,
      count: (field, by) => target.count(field, by),
    };
  }

  /** Never throws, whatever it is given. */
  take(record: unknown): void {
    try {
      const call = recordCall(record, this.#context);
      if (call === undefined) return;
      if (this.#isRepeat(record, call)) this.#target.count('repeatedResponses', 1);
      else this.#target.record(call);
    } catch {
      // A getter or proxy of the caller's threw: the record cannot be read.
      this.#target.count('rejectedValues', 1);
    }
  }

  /** One response id, provider and token counts, within the window: the same response. */
  #isRepeat(record: unknown, call: Call): boolean {
    if (typeof record !== 'object' || record === null || !('responseId' in record)) return false;
    const { responseId } = record;
    if (typeof responseId !== 'string' || responseId === '') return false;
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
    if (!same)
      this.#seen.set(responseId, [...seen.slice(-15), { provider, inputTokens, outputTokens, atMillis }]);
    return same;
  }
}
