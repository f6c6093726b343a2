import { afterEach, describe, expect, test } from 'vitest';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { CoreMetrics } from '../../src/exporter/core-metrics.js';
import { LedgerError } from '../../src/journal/ledger-error.js';
import { callOf, createReadyFixture } from './core-fixture.js';

let provider: MeterProvider | undefined;

afterEach(async () => {
  await provider?.shutdown();
});

async function createMeasured() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const meterProvider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  });
  provider = meterProvider;
  let queued = (): number => 0;
  const fixture = await createReadyFixture({
    observers: () => [new CoreMetrics(meterProvider, 2048, () => queued())],
  });
  queued = () => fixture.core.stats().queued;
  /** Metric name → its points as [attributes without type and name, value]. */
  const collect = async () => {
    exporter.reset();
    await meterProvider.forceFlush();
    const all = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) =>
        scopeMetrics.flatMap(({ scope, metrics }) =>
          metrics.map((metric) => ({ scope: scope.name, metric })),
        ),
      );
    return Object.assign(new Map(all.map(({ metric }) => [metric.descriptor.name, metric])), { all });
  };
  return { ...fixture, collect, meterProvider };
}

describe('metrics about the ledger itself', () => {
  test('have the names, units and attributes of the SDK’s own', async () => {
    const { core, collect } = await createMeasured();
    for (let i = 0; i < 30; i++) core.record(callOf());
    const before = await collect();
    expect(before.get('otel.sdk.processor.span.queue.size')?.dataPoints[0]?.value).toBe(0);
    await core.forceFlush();
    const metrics = await collect();
    const shown = [...metrics].map(([name, { descriptor, dataPoints }]) => {
      const { value, attributes } = dataPoints[0]!;
      const number = typeof value === 'number' ? value : value.count;
      return [name, descriptor.unit, attributes['otel.component.type'], number];
    });
    expect(shown).toEqual([
      ['otel.sdk.processor.span.processed', '{span}', 'genai_usage_span_processor', 30],
      ['otel.sdk.processor.span.queue.size', '{span}', 'genai_usage_span_processor', 0],
      ['otel.sdk.processor.span.queue.capacity', '{span}', 'genai_usage_span_processor', 2048],
      ['otel.sdk.exporter.span.inflight', '{span}', 'usage_ledger_exporter', 0],
      ['otel.sdk.exporter.span.exported', '{span}', 'usage_ledger_exporter', 30],
      ['otel.sdk.exporter.operation.duration', 's', 'usage_ledger_exporter', 1],
    ]);
    for (const { dataPoints } of metrics.values()) {
      const { attributes } = dataPoints[0]!;
      expect(attributes['otel.component.name']).toMatch(
        /^(genai_usage_span_processor|usage_ledger_exporter)\/\d+$/,
      );
      expect(attributes).not.toHaveProperty('error.type');
    }
  });

  test('tell the queue within a turn and what is in flight', async () => {
    const { core, storage, clock, collect } = await createMeasured();
    let open: () => void = () => undefined;
    storage.gate = new Promise((resolve) => (open = resolve));
    for (let i = 0; i < 12; i++) core.record(callOf());
    await clock.pass(0);
    const during = await collect();
    expect(during.get('otel.sdk.exporter.span.inflight')?.dataPoints[0]?.value).toBe(12);
    open();
    await clock.pass(0);
    const after = await collect();
    expect(after.get('otel.sdk.exporter.span.inflight')?.dataPoints[0]?.value).toBe(0);
  });

  test('tell a failure by its code, and only then', async () => {
    const { core, storage, collect } = await createMeasured();
    storage.error = new LedgerError('ENOSPC', 'full');
    core.record(callOf());
    await core.forceFlush().catch(() => undefined);
    storage.error = undefined;
    await core.forceFlush();
    const metrics = await collect();
    const exported = metrics.get('otel.sdk.exporter.span.exported')?.dataPoints ?? [];
    expect(exported.map(({ value }) => value)).toEqual([1]);
    const durations = metrics.get('otel.sdk.exporter.operation.duration')?.dataPoints ?? [];
    expect(durations.map(({ attributes }) => attributes['error.type'])).toEqual(['ENOSPC', undefined]);
  });

  test('agree with those of the SDK’s own batch processor and OTLP exporter in everything but whose they are', async () => {
    const { core, collect, meterProvider } = await createMeasured();
    const otlp = new OTLPTraceExporter({
      url: 'http://127.0.0.1:1/v1/traces',
      timeoutMillis: 50,
      selfObsMeterProvider: meterProvider,
    });
    const config = { maxQueueSize: 2048, selfObsMeterProvider: meterProvider };
    const traces = new BasicTracerProvider({
      spanProcessors: [new BatchSpanProcessor(otlp, config)],
    });
    traces.getTracer('app').startSpan('x').end();
    await traces.forceFlush().catch(() => undefined);
    core.record(callOf());
    await core.forceFlush();
    const { all } = await collect();
    for (const name of OUR_METRICS) {
      const [sdk, ours] = ['@opentelemetry/', 'otel-genai-ledger'].map((scope) =>
        all.find((one) => one.metric.descriptor.name === name && one.scope.startsWith(scope)),
      );
      expect(ours?.metric.descriptor, name).toEqual(sdk?.metric.descriptor);
      expect(ours?.metric.dataPointType, name).toBe(sdk?.metric.dataPointType);
      const keys = Object.keys(ours?.metric.dataPoints[0]?.attributes ?? {});
      expect(keys, name).toEqual(['otel.component.type', 'otel.component.name']);
      expect(Object.keys(sdk?.metric.dataPoints[0]?.attributes ?? {}), name).toEqual(
        expect.arrayContaining(keys),
      );
    }
    await traces.shutdown().catch(() => undefined);
  });
});

const OUR_METRICS = [
  'otel.sdk.processor.span.processed',
  'otel.sdk.processor.span.queue.size',
  'otel.sdk.processor.span.queue.capacity',
  'otel.sdk.exporter.span.inflight',
  'otel.sdk.exporter.span.exported',
  'otel.sdk.exporter.operation.duration',
];
