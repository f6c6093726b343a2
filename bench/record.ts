import { join } from 'node:path';
import { UsageLedgerExporter, readLedger } from '../src/index.js';
import type { Run } from './harness/benchmark.js';
import { benchmark, mustEqual, nextTurn } from './harness/benchmark.js';
import { inputTokensOf, recordOf } from './harness/calls.js';
import type { WrittenSoFar } from './harness/process-io.js';
import { writtenSince, writtenSoFar } from './harness/process-io.js';
import { median } from './harness/samples.js';
import { bytes, figure, times } from './harness/text.js';
import { NaiveLedger } from './peers/naive-ledger.js';
import type { PlainCall } from './peers/simple-ledger.js';
import { callsIn } from './peers/simple-ledger.js';
import { TimerLedger } from './peers/timer-ledger.js';

/** A ledger under test: takes calls, and in the end has them in its file. */
interface Ledger {
  record(call: PlainCall): void;
  /** Resolves with the records per flush once everything is in the file. */
  finish(): Promise<string>;
  /** Calls and input tokens in the file. */
  counted(): Promise<readonly [calls: number, inputTokens: number]>;
}

type Open = (folder: string) => Promise<Ledger>;

const open: Readonly<Record<'ours' | 'naive' | 'timer', Open>> = {
  ours: async (folder) => {
    const path = join(folder, 'usage-ledger.json');
    const exporter = new UsageLedgerExporter({ path });
    await exporter.forceFlush(); // the price book is there, as it is 100 ms after the start
    return {
      record: (call) => exporter.record(call),
      finish: async () => {
        await exporter.forceFlush();
        const { recordsPerFlush } = exporter.stats();
        return figure(recordsPerFlush);
      },
      counted: async () => {
        await exporter.shutdown();
        const { totals } = await readLedger(path);
        mustEqual('unpriced calls', totals.unpricedCalls, 0);
        return [totals.calls, totals.inputTokens];
      },
    };
  },
  naive: (folder) => {
    const ledger = new NaiveLedger(join(folder, 'naive.json'));
    return Promise.resolve({
      record: (call: PlainCall) => ledger.record(call),
      finish: async () => {
        await ledger.flush();
        return '1';
      },
      counted: async () => sums(await ledger.read()),
    });
  },
  timer: (folder) => {
    const ledger = new TimerLedger(join(folder, 'timer.json'));
    return Promise.resolve({
      record: (call: PlainCall) => ledger.record(call),
      finish: async () => {
        await ledger.close();
        return 'all';
      },
      counted: async () => sums(await ledger.read()),
    });
  },
};

function sums(document: Awaited<ReturnType<TimerLedger['read']>>): readonly [number, number] {
  return [callsIn(document), Object.values(document.rows).reduce((sum, row) => sum + row.inputTokens, 0)];
}

interface Result {
  readonly wallMillis: number;
  readonly cpuMicros: number;
  readonly written: WrittenSoFar;
  readonly perFlush: string;
}

async function measure(run: Run, make: Open, count: number, callsPerTurn: number): Promise<Result> {
  const ledger = await make(run.folder());
  const records = Array.from({ length: Math.min(count, 1000) }, (_, i) => recordOf(i));
  globalThis.gc?.();
  const before = writtenSoFar();
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    ledger.record(records[i % records.length]!);
    if (i % callsPerTurn === callsPerTurn - 1) await nextTurn();
  }
  const perFlush = await ledger.finish();
  const wallMillis = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const written = writtenSince(before);
  const [calls, inputTokens] = await ledger.counted();
  mustEqual('calls', calls, count);
  mustEqual('input tokens', inputTokens, inputTokensOf(count));
  return { wallMillis, cpuMicros: user + system, written, perFlush };
}

await benchmark('Recording calls until they are in the file', async (run) => {
  const few = 100;
  const many = run.size(100_000, 1000);
  const naiveMany = run.size(1000, 20);
  const cases: ReadonlyArray<readonly [name: string, make: Open, count: number, callsPerTurn: number]> = [
    ['ours', open.ours, few, 1],
    ['naive', open.naive, few, 1],
    ['timer', open.timer, few, 1],
    ['ours, one call a turn', open.ours, many, 1],
    ['ours, 100 calls a turn', open.ours, many, 100],
    ['naive', open.naive, naiveMany, 1],
    ['timer, one call a turn', open.timer, many, 1],
    ['timer, 100 calls a turn', open.timer, many, 100],
  ];
  const rounds = run.size(5, 1);
  const results = cases.map((): Result[] => []);
  for (let round = run.quick ? 0 : -1; round < rounds; round++) {
    for (const [i, [, make, count, callsPerTurn]] of cases.entries()) {
      const result = await measure(run, make, count, callsPerTurn);
      if (round >= 0) results[i]!.push(result);
    }
  }
  const cpuPerCall = (i: number): number =>
    median(results[i]!.map(({ cpuMicros }) => cpuMicros)) / cases[i]![2];
  const wallPerCall = (i: number): number =>
    (median(results[i]!.map(({ wallMillis }) => wallMillis)) * 1000) / cases[i]![2];
  run.say(
    `Medians of ${rounds} runs, to the end of the flush. "naive" reads, adds and writes the file for each call (write-file-atomic); ` +
      `"timer" keeps all in memory until a 5 s timer, and loses that with the process; both know one price. ` +
      `Naive does ${naiveMany.toLocaleString('en-US')} calls instead of ${many.toLocaleString('en-US')}: its cost per call does not fall.`,
  );
  run.table(
    [
      'ledger',
      'calls',
      'µs a call',
      'µs CPU a call',
      'writes a call',
      'bytes written a call',
      'records a flush',
      '÷ naive (CPU)',
    ],
    cases.map(([name, , count], i) => {
      const last = results[i]!.at(-1)!;
      const naive = cpuPerCall(i < 3 ? 1 : 5);
      return [
        name,
        count.toLocaleString('en-US'),
        figure(wallPerCall(i)),
        figure(cpuPerCall(i)),
        figure(last.written.calls / count),
        bytes(last.written.bytes / count),
        last.perFlush,
        times(cpuPerCall(i) / naive),
      ];
    }),
  );
  run.budget({
    what: 'append, all included, one call a turn',
    mustBe: '≤ 10 µs a call',
    measured: `${figure(cpuPerCall(3))} µs CPU, ${figure(wallPerCall(3))} µs`,
    met: cpuPerCall(3) <= 10,
  });
});
