import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { UsageLedgerExporter, readLedger } from '../src/index.js';
import type { Run } from './harness/benchmark.js';
import { benchmark, mustEqual, nextTurn, wait } from './harness/benchmark.js';
import { recordOf } from './harness/calls.js';
import { median } from './harness/samples.js';
import { figure } from './harness/text.js';
import { NaiveLedger } from './peers/naive-ledger.js';
import type { PlainCall } from './peers/simple-ledger.js';
import { TimerLedger } from './peers/timer-ledger.js';

/** What recording at a steady rate does to a process that has other things to do. */
interface Ledger {
  record(call: PlainCall): void;
  /** Ends and checks; tells how many calls were still waiting to be written when the load ended. */
  close(recorded: number): Promise<number>;
}

const LEDGERS: Readonly<Record<string, (folder: string) => Promise<Ledger>>> = {
  nothing: () => Promise.resolve({ record: () => {}, close: () => Promise.resolve(0) }),
  ours: async (folder) => {
    const path = join(folder, 'usage-ledger.json');
    const exporter = new UsageLedgerExporter({ path });
    await exporter.forceFlush();
    return {
      record: (call) => exporter.record(call),
      close: async (recorded) => {
        const { pendingInMemory } = exporter.stats();
        await exporter.shutdown();
        mustEqual('calls', (await readLedger(path)).totals.calls, recorded);
        return pendingInMemory;
      },
    };
  },
  'bare append': (folder) => {
    const path = join(folder, 'calls.jsonl');
    const file = openSync(path, 'a');
    return Promise.resolve({
      record: (call: PlainCall) => void writeSync(file, `${JSON.stringify(call)}\n`),
      close: (recorded: number) => {
        closeSync(file);
        mustEqual('lines', readFileSync(path, 'utf8').split('\n').length - 1, recorded);
        return Promise.resolve(0);
      },
    });
  },
  naive: (folder) => {
    const ledger = new NaiveLedger(join(folder, 'naive.json'));
    return Promise.resolve({
      record: (call: PlainCall) => ledger.record(call),
      close: async () => {
        const { waiting } = ledger; // it would write them for minutes
        await ledger.abandon();
        return waiting;
      },
    });
  },
  timer: (folder) => {
    const ledger = new TimerLedger(join(folder, 'timer.json'));
    return Promise.resolve({
      record: (call: PlainCall) => ledger.record(call),
      close: async () => {
        await ledger.close();
        return 0;
      },
    });
  },
};

interface Result {
  readonly recorded: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly cpuMicros: number;
  readonly waiting: number;
}

async function measure(run: Run, name: string, rate: number, millis: number): Promise<Result> {
  const warmUp = name === 'naive' ? 0 : run.size(20_000, 100); // what a process at 1,000 calls/s has behind it after 20 s
  const ledger = await LEDGERS[name]!(run.folder());
  const records = Array.from({ length: 1000 }, (_, i) => recordOf(i));
  for (let i = 0; i < warmUp; i++) await recordOne(ledger, records[i % 1000]!);
  await wait(50);
  globalThis.gc?.({ type: 'minor' });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const cpu = process.cpuUsage();
  delay.enable();
  const recorded = await load(rate, millis, (i) => ledger.record(records[i % 1000]!));
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  const waiting = await ledger.close(recorded + warmUp);
  const milli = (nanos: number): number => nanos / 1e6;
  return {
    recorded,
    p50: milli(delay.percentile(50)),
    p99: milli(delay.percentile(99)),
    max: milli(delay.max),
    cpuMicros: user + system,
    waiting,
  };
}

async function recordOne(ledger: Ledger, call: PlainCall): Promise<void> {
  ledger.record(call);
  await nextTurn();
}

/** `rate` calls a second for `millis`, spread evenly over timers of 1 ms; each call is a turn of its own. */
async function load(rate: number, millis: number, record: (i: number) => void): Promise<number> {
  const start = performance.now();
  let done = 0;
  while (performance.now() - start < millis) {
    await wait(1);
    const due = Math.min(rate * millis, (performance.now() - start) * rate) / 1000;
    while (done < due) {
      record(done++);
      await Promise.resolve();
    }
  }
  return done;
}

await benchmark('Event-loop delay and CPU at a steady rate', async (run) => {
  const rates = run.quick ? [1000] : [100, 1000, 10_000];
  const millis = run.size(6000, 300);
  const rounds = run.size(3, 1);
  run.say(
    `Delay of a 1 ms timer (\`monitorEventLoopDelay\`), less that of the same load recorded into nothing; ${figure(millis / 1000)} s each, ` +
      `median of ${rounds} interleaved rounds. CPU: of all threads, less that of the load itself.`,
  );
  const rows: string[][] = [];
  for (const rate of rates) {
    const results = new Map<string, Result[]>(Object.keys(LEDGERS).map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const name of Object.keys(LEDGERS))
        results.get(name)!.push(await measure(run, name, rate, millis));
    }
    const of = (name: string, field: keyof Result): number =>
      median(results.get(name)!.map((result) => result[field]));
    const more = (name: string, field: keyof Result): number => of(name, field) - of('nothing', field);
    const cpuPerCall = (name: string): number => more(name, 'cpuMicros') / of(name, 'recorded');
    for (const name of results.keys()) {
      const delays = (['p50', 'p99', 'max'] as const).map((field) =>
        figure(name === 'nothing' ? of(name, field) : more(name, field)),
      );
      const label = name === 'nothing' ? 'nothing (the delay itself)' : name;
      const cpu = name === 'nothing' ? '–' : figure(cpuPerCall(name));
      rows.push([
        label,
        rate.toLocaleString('en-US'),
        ...delays,
        cpu,
        of(name, 'waiting').toLocaleString('en-US'),
      ]);
    }
    if (rate === 1000) {
      run.budget({
        what: 'one call, flush included, at 1,000 calls/s',
        mustBe: '≤ 15 µs CPU',
        measured: `${figure(cpuPerCall('ours'))} µs`,
        met: cpuPerCall('ours') <= 15,
      });
      run.budget({
        what: 'added event-loop delay at 1,000 calls/s',
        mustBe: 'p99 ≤ 5 ms',
        measured: `${figure(more('ours', 'p99'))} ms`,
        met: more('ours', 'p99') <= 5,
      });
    }
  }
  run.table(
    ['ledger', 'calls/s', 'p50 ms', 'p99 ms', 'max ms', 'µs CPU a call', 'calls not yet in a file'],
    rows,
  );
});
