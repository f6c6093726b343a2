import type { Context } from '@opentelemetry/api';
import type { UsageSink } from '../usage/usage-sink.js';
import { CallTracker } from './call-tracker.js';
import type { EndedSpan, StartedSpan } from './span-shape.js';

/**
 * Span processor that picks up GenAI usage from LLM-call spans, whichever library made them, and books it into `sink`
 * (a `UsageLedgerExporter`). Fits SDK 1.30, 2.x and 3.x by structure. It counts every recording span, sampled or not,
 * never edits a span, keeps none beyond its life, awaits nothing in `onEnd` and throws from no callback.
 * Throws `TypeError` at construction if `sink` is no usage sink.
 */
export class GenAIUsageSpanProcessor {
  readonly #sink: UsageSink;
  readonly #tracker: CallTracker;
  #shutdown: Promise<void> | undefined;

  constructor(sink: UsageSink) {
    if (typeof sink?.record !== 'function' || typeof sink.replace !== 'function') {
      throw new TypeError(
        'GenAIUsageSpanProcessor: sink must be a UsageLedgerExporter (record and replace are missing)',
      );
    }
    this.#sink = sink;
    this.#tracker = CallTracker.of(sink);
    sink.attach?.();
  }

  onStart(span: StartedSpan, parentContext: Context): void {
    this.#tracker.onStart(span, parentContext);
  }

  onEnd(span: EndedSpan): void {
    this.#tracker.onEnd(span);
  }

  /** Resolves when the ledger file holds everything that ended before; rejects as the sink does. */
  forceFlush(): Promise<void> {
    return this.#sink.forceFlush();
  }

  /** Flushes and gives up the sink; once only, later calls get the same promise. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#sink.shutdown();
    return this.#shutdown;
  }
}
