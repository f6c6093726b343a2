import type { Context } from '@opentelemetry/api';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { join } from 'node:path';
import { GenAIUsageSpanProcessor, UsageLedgerExporter, readLedger } from '../src/index.js';
import type { Run } from './harness/benchmark.js';
import { benchmark, mustEqual, nextTurn } from './harness/benchmark.js';
import { recordOf } from './harness/calls.js';
import { HungDisk, coreOn } from './harness/hung-disk.js';
import { callOf } from './harness/calls.js';
import { figure } from './harness/text.js';

/** Heap after garbage collection, in MB: at the start, half way and at the end. */
interface Heap {
  readonly start: number;
  readonly half: number;
  readonly end: number;
  readonly rssEnd: number;
}

function heapMegabytes(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}

async function grow(count: number, perTurn: number, one: (i: number) => void): Promise<Heap> {
  const start = heapMegabytes();
  let half = start;
  for (let i = 0; i < count; i++) {
    one(i);
    if (i % perTurn === perTurn - 1) await nextTurn();
    if (i === count / 2 - 1) half = heapMegabytes();
  }
  await nextTurn();
  return { start, half, end: heapMegabytes(), rssEnd: process.memoryUsage().rss / 1e6 };
}

async function intoRows(run: Run, count: number, series: number): Promise<Heap> {
  const path = join(run.folder(), 'usage-ledger.json');
  const exporter = new UsageLedgerExporter({ path });
  exporter.record(recordOf(0, series));
  await exporter.forceFlush();
  const heap = await grow(count, 100, (i) => exporter.record(recordOf(i, series)));
  await exporter.shutdown();
  mustEqual('calls', (await readLedger(path)).totals.calls, count + 1);
  return heap;
}

async function otherSpans(run: Run, count: number): Promise<Heap> {
  const path = join(run.folder(), 'usage-ledger.json');
  const processor = new GenAIUsageSpanProcessor(new UsageLedgerExporter({ path }));
  const provider = new NodeTracerProvider({ spanProcessors: [processor] });
  const tracer = provider.getTracer('bench');
  let parent: Context = ROOT_CONTEXT;
  const heap = await grow(count, 100, (i) => {
    if (i % 100 === 0) parent = ROOT_CONTEXT;
    const span = tracer.startSpan(
      'GET',
      { attributes: { 'http.request.method': 'GET', 'url.path': `/${i}` } },
      parent,
    );
    // Chains of ten spans that outlive their parents, and beside them leaves.
    if (i % 10 === 0) parent = trace.setSpan(parent, span);
    span.end();
  });
  await provider.shutdown();
  return heap;
}

await benchmark('Memory (MB of heap after garbage collection)', async (run) => {
  const million = run.size(1_000_000, 2000);
  const results: Array<readonly [what: string, heap: Heap]> = [];
  await intoRows(run, run.size(100_000, 200), 100); // what is loaded and compiled once is no growth
  const rows = await intoRows(run, million, 1000);
  results.push([`${million.toLocaleString('en-US')} calls into 1,000 series`, rows]);
  const others = await otherSpans(run, million);
  results.push([`${million.toLocaleString('en-US')} spans that are no GenAI calls`, others]);
  for (const durability of ['turn', 'flush'] as const) {
    const disk = new HungDisk();
    const core = coreOn(join(run.folder(), 'usage-ledger.json'), disk, durability);
    const calls = Array.from({ length: 1000 }, (_, i) => {
      const { provider, model, dimensions = {} } = recordOf(i, 1000);
      return { provider, model, dimensions };
    });
    const record = (i: number): void => core.record({ ...callOf(i), ...calls[i % 1000]! });
    for (let i = 0; i < 1000; i++) record(i);
    await nextTurn();
    disk.hang();
    // 4,096 calls a turn: the queue (2,048) is full in each.
    const hung = await grow(million, 4096, record);
    results.push([`the same, queue full each turn, disk hangs (durability '${durability}')`, hung]);
    mustEqual('recorded', core.stats().recorded, million + 1000);
    if (disk.waiting === 0) throw new Error('the disk was not asked for anything');
    run.budget({
      what: `memory with a disk that hangs (durability '${durability}')`,
      mustBe: 'bounded: none from 500 k to 1 M',
      measured: `${figure(hung.end - hung.half)} MB (${figure(hung.end - hung.start)} MB in all)`,
      met: hung.end - hung.half <= 1,
    });
  }
  run.table(
    ['', 'before', 'half way', 'after', 'growth', 'second half', 'rss after'],
    results.map(([what, { start, half, end, rssEnd }]) => [
      what,
      ...[start, half, end, end - start, end - half, rssEnd].map((value) => figure(value)),
    ]),
  );
  run.budget({
    what: '1,000,000 calls into 1,000 rows: heap growth',
    mustBe: '≤ 20 MB',
    measured: `${figure(rows.end - rows.start)} MB`,
    met: rows.end - rows.start <= 20,
  });
  run.budget({
    what: '… and from 500 k to 1 M',
    mustBe: 'none (≤ 1 MB)',
    measured: `${figure(rows.end - rows.half)} MB`,
    met: rows.end - rows.half <= 1,
  });
  run.budget({
    what: '1,000,000 spans that are no GenAI calls: heap growth',
    mustBe: 'none (≤ 1 MB)',
    measured: `${figure(others.end - others.start)} MB`,
    met: others.end - others.start <= 1,
  });
});
