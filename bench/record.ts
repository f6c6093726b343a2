import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
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

const open: Readonly<Record<'ours' | 'bare' | 'naive' | 'timer', Open>> = {
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
  bare: (folder) => {
    const path = join(folder, 'calls.jsonl');
    const file = openSync(path, 'a');
    return Promise.resolve({
      record: (call: PlainCall) => void writeSync(file, `${JSON.stringify(call)}\n`),
      finish: () => {
        closeSync(file);
        return Promise.resolve('–');
      },
      counted: () => {
        const calls = readFileSync(path, 'utf8').trimEnd().split('\n');
        const tokens = calls.map((line) => (JSON.parse(line) as PlainCall).inputTokens);
        return Promise.resolve([calls.length, tokens.reduce((sum, count) => sum + count, 0)] as const);
      },
    });
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

/** Place of "ours, one call a turn" among the cases. */
const OURS = 4;

interface Result {
  readonly wallMillis: number;
  readonly cpuMicros: number;
  /** Of it until the last call was recorded: what is left is the flush at the end. */
  readonly turnMicros: number;
  readonly written: WrittenSoFar;
  readonly perFlush: string;
}

async function measure(run: Run, make: Open, count: number, callsPerTurn: number): Promise<Result> {
  const ledger = await make(run.folder());
  const records = Array.from({ length: Math.min(count, 1000) }, (_, i) => recordOf(i));
  globalThis.gc?.({ type: 'minor' });
  const before = writtenSoFar();
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    ledger.record(records[i % records.length]!);
    if (i % callsPerTurn === callsPerTurn - 1) await nextTurn();
  }
  const turns = process.cpuUsage(cpu);
  const perFlush = await ledger.finish();
  const wallMillis = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const written = writtenSince(before);
  const [calls, inputTokens] = await ledger.counted();
  mustEqual('calls', calls, count);
  mustEqual('input tokens', inputTokens, inputTokensOf(count));
  return { wallMillis, cpuMicros: user + system, turnMicros: turns.user + turns.system, written, perFlush };
}

await benchmark('Recording calls until they are in the file', async (run) => {
  const few = 100;
  const many = run.size(100_000, 1000);
  const naiveMany = run.size(1000, 20);
  const cases: ReadonlyArray<readonly [name: string, make: Open, count: number, callsPerTurn: number]> = [
    ['ours', open.ours, few, 1],
    ['naive', open.naive, few, 1],
    ['timer', open.timer, few, 1],
    ['bare append', open.bare, few, 1],
    ['ours, one call a turn', open.ours, many, 1],
    ['ours, 100 calls a turn', open.ours, many, 100],
    ['naive', open.naive, naiveMany, 1],
    ['timer, one call a turn', open.timer, many, 1],
    ['timer, 100 calls a turn', open.timer, many, 100],
    ['bare append', open.bare, many, 1],
  ];
  const rounds = run.size(5, 1);
  const results = cases.map((): Result[] => []);
  for (let round = run.quick ? 0 : -1; round < rounds; round++) {
    for (const [i, [, make, count, callsPerTurn]] of cases.entries()) {
      const result = await measure(run, make, count, callsPerTurn);
      if (round >= 0) results[i]!.push(result);
    }
  }
  const perCall = (i: number, field: 'cpuMicros' | 'turnMicros'): number =>
    median(results[i]!.map((result) => result[field])) / cases[i]![2];
  const cpuPerCall = (i: number): number => perCall(i, 'cpuMicros');
  const wallPerCall = (i: number): number =>
    (median(results[i]!.map(({ wallMillis }) => wallMillis)) * 1000) / cases[i]![2];
  run.say(
    `Medians of ${rounds} runs, to the end of the flush. "naive" reads, adds and writes the file for each call (write-file-atomic); ` +
      `"bare append" writes one JSON line a call with writeSync and nothing else: no price, no sums, no file to read; ` +
      `"timer" keeps all in memory until a 5 s timer, and loses that with the process; these know one price. A turn of the event loop (≈ 1 µs) is in all. ` +
      `Naive does ${naiveMany.toLocaleString('en-US')} calls instead of ${many.toLocaleString('en-US')}: its cost per call does not fall.`,
  );
  run.table(
    [
      'ledger',
      'calls',
      'µs a call',
      'µs CPU a call',
      'of it recording',
      'writes a call',
      'bytes written a call',
      'records a flush',
      '÷ naive (CPU)',
    ],
    cases.map(([name, , count], i) => {
      const last = results[i]!.at(-1)!;
      const naive = cpuPerCall(i < 4 ? 1 : 6);
      return [
        name,
        count.toLocaleString('en-US'),
        figure(wallPerCall(i)),
        figure(cpuPerCall(i)),
        figure(perCall(i, 'turnMicros')),
        figure(last.written.calls / count),
        bytes(last.written.bytes / count),
        last.perFlush,
        times(cpuPerCall(i) / naive),
      ];
    }),
  );
  run.budget({
    what: 'record, price and append, one call a turn (flush apart)',
    mustBe: '≤ 10 µs a call',
    measured: `${figure(perCall(OURS, 'turnMicros'))} µs CPU; with its flush ${figure(cpuPerCall(OURS))} µs`,
    met: perCall(OURS, 'turnMicros') <= 10,
  });
});
