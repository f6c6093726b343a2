import type { Histogram } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { NoopProcessor } from './noop-processor.js';

/**
 * What the GenAI conventions ask of an instrumentation: each call's tokens into the histogram
 * `gen_ai.client.token.usage`, once as input and once as output, with the attributes they name. It knows no price and
 * loses everything since the last export when the process dies. Nothing is exported while it is measured.
 */
export class HistogramProcessor extends NoopProcessor {
  readonly #reader = new PeriodicExportingMetricReader({
    exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE),
    exportIntervalMillis: 2 ** 31 - 1,
  });
  readonly #histogram: Histogram;

  constructor() {
    super();
    const provider = new MeterProvider({ readers: [this.#reader] });
    this.#histogram = provider
      .getMeter('bench')
      .createHistogram('gen_ai.client.token.usage', { unit: '{token}' });
  }

  override onEnd(span?: ReadableSpan): void {
    const attributes = span?.attributes;
    if (attributes?.['gen_ai.usage.input_tokens'] === undefined) return;
    const common = {
      'gen_ai.operation.name': attributes['gen_ai.operation.name'],
      'gen_ai.provider.name': attributes['gen_ai.provider.name'],
      'gen_ai.request.model': attributes['gen_ai.request.model'],
      'gen_ai.response.model': attributes['gen_ai.response.model'],
      'server.address': attributes['server.address'],
    };
    this.#histogram.record(Number(attributes['gen_ai.usage.input_tokens']), {
      ...common,
      'gen_ai.token.type': 'input',
    });
    this.#histogram.record(Number(attributes['gen_ai.usage.output_tokens']), {
      ...common,
      'gen_ai.token.type': 'output',
    });
  }

  /** Records and tokens so far. */
  async collected(): Promise<{ records: number; tokens: number }> {
    const { resourceMetrics } = await this.#reader.collect();
    let records = 0;
    let tokens = 0;
    for (const { metrics } of resourceMetrics.scopeMetrics) {
      for (const { dataPoints } of metrics) {
        for (const { value } of dataPoints) {
          if (typeof value === 'number' || !('sum' in value)) continue;
          records += value.count;
          tokens += value.sum ?? 0;
        }
      }
    }
    return { records, tokens };
  }
}
