import type { AuditField, DimensionSource } from '../usage/usage-sink.js';
import type { Call } from '../usage/call.js';
import type { Clock } from '../config/clock.js';
import type { RecordContext } from './record-call.js';
import type { ResponseWindow } from './response-window.js';
import { recordCall } from './record-call.js';

/** What `record()` books into. */
export interface RecordTarget {
  readonly responses: ResponseWindow;
  record(call: Call): void;
  /** Books a call with a response id, unless a span told of that response. */
  recordResponse(call: Call, responseId: string): void;
  count(field: AuditField, by: number): void;
}

/** Takes what `record()` is given: checks it, leaves out a response that was recorded before, and books it. */
export class RecordIntake {
  readonly #target: RecordTarget;
  readonly #context: RecordContext;

  constructor(target: RecordTarget, dimensions: readonly DimensionSource[], clock: Clock) {
    this.#target = target;
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
      const responseId = responseIdOf(record);
      if (call === undefined) return;
      this.#target.count('recordsSeen', 1);
      if (responseId === undefined) this.#target.record(call);
      else if (this.#target.responses.isRepeat(responseId, call)) this.#target.count('repeatedResponses', 1);
      else this.#target.recordResponse(call, responseId);
    } catch {
      // A getter or proxy of the caller's threw: the record cannot be read.
      this.#target.count('rejectedValues', 1);
    }
  }
}

function responseIdOf(record: unknown): string | undefined {
  if (typeof record !== 'object' || record === null || !('responseId' in record)) return undefined;
  const { responseId } = record;
  return typeof responseId === 'string' && responseId !== '' ? responseId : undefined;
}
