import type { Attributes, Counter, Histogram, MeterProvider, UpDownCounter } from '@opentelemetry/api';
import type { CoreObserver } from './core-observer.js';

/** Type names as the OTel SDK gives its own components (`otel.component.type`). */
const PROCESSOR_TYPE = 'genai_usage_span_processor';
const EXPORTER_TYPE = 'usage_ledger_exporter';

let instances = 0;

/**
 * Self-observability, opt-in: how many calls the ledger took, holds and wrote, under the names, units and texts the OTel
 * SDK uses for its own (semantic-conventions 1.45, "otel.sdk.*", in development): where both end up in one backend, they must
 * agree. Measured per line and per flush, never per call. What GenAI calls use is not repeated here: `gen_ai.client.token.usage` is the instrumentations'.
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
    const queue = 'otel.sdk.processor.span.queue';
    this.#processed = meter.createCounter('otel.sdk.processor.span.processed', {
      unit: '{span}',
      description: 'The number of spans for which the processing has finished, either successful or failed.',
    });
    meter
      .createObservableUpDownCounter(`${queue}.size`, {
        unit: '{span}',
        description: 'The number of spans in the queue of a given instance of an SDK span processor.',
      })
      .addCallback((result) => result.observe(queueSize(), this.#processor));
    meter
      .createUpDownCounter(`${queue}.capacity`, {
        unit: '{span}',
        description:
          'The maximum number of spans the queue of a given instance of an SDK span processor can hold.',
      })
      .add(maxQueueSize, this.#processor);
    this.#inflight = meter.createUpDownCounter('otel.sdk.exporter.span.inflight', {
      unit: '{span}',
      description:
        'The number of spans which were passed to the exporter, but that have not been exported yet (neither successful, nor failed).',
    });
    this.#exported = meter.createCounter('otel.sdk.exporter.span.exported', {
      unit: '{span}',
      description: 'The number of spans for which the export has finished, either successful or failed.',
    });
    this.#duration = meter.createHistogram('otel.sdk.exporter.operation.duration', {
      unit: 's',
      description: 'The duration of exporting a batch of telemetry records.',
      advice: { explicitBucketBoundaries: [] },
    });
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
