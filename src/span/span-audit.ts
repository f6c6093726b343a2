import type { Clock } from '../config/clock.js';
import { isCallTime } from '../usage/call-time.js';
import type { AuditField, UsageSink } from '../usage/usage-sink.js';
import type { CallReading } from './call-reading.js';
import type { EndedSpan } from './span-shape.js';

/** Counts into the audit what spans cannot tell or tell wrong (DESIGN §6). */
export class SpanAudit {
  readonly #sink: UsageSink;
  readonly #clock: Clock;
  readonly #onIncomplete: () => void;

  constructor(sink: UsageSink, clock: Clock, onIncomplete: () => void) {
    this.#sink = sink;
    this.#clock = clock;
    this.#onIncomplete = onIncomplete;
  }

  /** One LLM span was seen: what it lost, what was rejected, and a time that cannot be becomes now. */
  saw(span: EndedSpan, reading: CallReading): void {
    this.count('spansSeen', 1);
    this.count('rejectedValues', reading.rejected);
    const nowMillis = this.#clock.nowMillis();
    if (!isCallTime(reading.call.endTimeUnixMillis, nowMillis)) {
      reading.call.endTimeUnixMillis = nowMillis;
      this.count('clampedTimes', 1);
    }
    if ((span.droppedAttributesCount ?? 0) <= 0) return;
    this.count('incompleteSpans', 1);
    this.#onIncomplete();
  }

  count(field: AuditField, by: number): void {
    if (by !== 0) this.#sink.count?.(field, by);
  }
}
