import type { Attributes, Counter, Histogram, MeterProvider, UpDownCounter } from '@opentelemetry/api';
import type { CoreObserver } from './core-observer.js';

/** Type names as the OTel SDK gives its own components (`otel.component.type`). */
const PROCESSOR_TYPE = 'genai_usage_span_processor';
const EXPORTER_TYPE = 'usage_ledger_exporter';

let instances = 0;

/**
 * Self-observability, opt-in: how many calls the ledger took, holds and wrote, under the names the OTel SDK uses for its
 * own processors and exporters (semantic-conventions 1.45, "otel.sdk.*", in development). Measured per line and per
 * flush, never per call. What GenAI calls use is not repeated here: `gen_ai.client.token.usage` is the instrumentations'.
 */
export class CoreMetrics implements CoreObserver {
  readonly #processed: Counter;
  readonly #inflight: UpDownCounter;
  readonly #exported: Counter;
  readonly #duration: Histogram;
  readonly #processor: Attributes;
  readonly #exporter: Attributes;

  constructor(meterProvider: MeterProvider, maxQueueSize: number, queueSize: () => number) {
    const meter = meterProvider.getMeter('otel-genai-ledger');
    const instance = instances++;
    this.#processor = component(PROCESSOR_TYPE, instance);
    this.#exporter = component(EXPORTER_TYPE, instance);
    this.#processed = meter.createCounter('otel.sdk.processor.span.processed', { unit: '{span}' });
    meter
      .createObservableUpDownCounter('otel.sdk.processor.span.queue.size', { unit: '{span}' })
      .addCallback((result) => result.observe(queueSize(), this.#processor));
    meter
      .createObservableUpDownCounter('otel.sdk.processor.span.queue.capacity', { unit: '{span}' })
      .addCallback((result) => result.observe(maxQueueSize, this.#processor));
    this.#inflight = meter.createUpDownCounter('otel.sdk.exporter.span.inflight', { unit: '{span}' });
    this.#exported = meter.createCounter('otel.sdk.exporter.span.exported', { unit: '{span}' });
    this.#duration = meter.createHistogram('otel.sdk.exporter.operation.duration', { unit: 's' });
  }

  written(entries: number): void {
    this.#processed.add(entries, this.#processor);
  }

  flushing(records: number): undefined {
    if (records > 0) this.#inflight.add(records, this.#exporter);
  }

  /** A failed flush is tried again, so its calls are not exported yet; the operation's duration shows the error. */
  flushed(records: number, millis: number, error: unknown): undefined {
    if (records > 0) this.#inflight.add(-records, this.#exporter);
    if (records > 0 && error === undefined) this.#exported.add(records, this.#exporter);
    const failure = error === undefined ? {} : { 'error.type': errorType(error) };
    this.#duration.record(millis / 1000, { ...this.#exporter, ...failure });
  }
}

function component(type: string, instance: number): Attributes {
  return { 'otel.component.type': type, 'otel.component.name': `${type}/${instance}` };
}

/** The system's code, else the class: few values, nothing private. */
function errorType(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '_OTHER';
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
  return error instanceof Error ? error.name : '_OTHER';
}
