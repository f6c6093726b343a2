import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Run } from './harness/benchmark.js';
import { benchmark, nextTurn, wait } from './harness/benchmark.js';
import { recordOf } from './harness/calls.js';
import { median } from './harness/samples.js';
import { STEADY_LEDGERS } from './harness/steady-ledgers.js';
import { figure } from './harness/text.js';

interface Result {
  readonly recorded: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** CPU of all threads, the flush of the last call included, in microseconds. */
  readonly cpuMicros: number;
  /** From the record to the end of its microtasks, on the main thread, in microseconds for all calls. */
  readonly recordMicros: number;
  /** CPU of all threads for the flush after the last call, in microseconds. */
  readonly flushMicros: number;
  readonly waiting: number;
}

/** `busy`: between the calls the process does other work all the time; else it sleeps. */
interface Load {
  readonly rate: number;
  readonly millis: number;
  readonly busy: boolean;
}

async function measure(run: Run, name: string, load: Load): Promise<Result> {
  const warmUp = name === 'naive' ? 0 : run.size(20_000, 100); // what a process at 1,000 calls/s has behind it after 20 s
  const ledger = await STEADY_LEDGERS[name]!(run.folder());
  const records = Array.from({ length: 1000 }, (_, i) => recordOf(i));
  for (let i = 0; i < warmUp; i++) {
    ledger.record(records[i % 1000]!);
    await nextTurn();
  }
  await ledger.flush(); // these calls are not to be paid for by those that are measured
  await wait(50);
  globalThis.gc?.({ type: 'minor' });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const cpu = process.cpuUsage();
  delay.enable();
  const { recorded, recordMicros } = await drive(load, (i) => ledger.record(records[i % 1000]!));
  delay.disable();
  const before = micros(process.cpuUsage(cpu));
  await ledger.flush();
  const cpuMicros = micros(process.cpuUsage(cpu));
  const waiting = await ledger.close(recorded + warmUp);
  const milli = (nanos: number): number => nanos / 1e6;
  return {
    recorded,
    p50: milli(delay.percentile(50)),
    p99: milli(delay.percentile(99)),
    max: milli(delay.max),
    cpuMicros,
    recordMicros,
    flushMicros: cpuMicros - before,
    waiting,
  };
}

function micros({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}

/** `rate` calls a second for `millis`, spread evenly over timers of 1 ms; each call is a turn of its own. */
async function drive(
  { rate, millis, busy }: Load,
  record: (i: number) => void,
): Promise<{ recorded: number; recordMicros: number }> {
  const start = performance.now();
  let recorded = 0;
  let recordMillis = 0;
  while (performance.now() - start < millis) {
    if (busy) await otherWork();
    else await wait(1);
    const due = Math.min(rate * millis, (performance.now() - start) * rate) / 1000;
    while (recorded < due) {
      const before = performance.now();
      record(recorded++);
      await Promise.resolve();
      recordMillis += performance.now() - before;
    }
  }
  return { recorded, recordMicros: recordMillis * 1000 };
}

const REQUEST = JSON.stringify({
  messages: Array.from({ length: 40 }, (_, i) => ({ role: 'user', content: `question ${i} `.repeat(20) })),
});

/** What a handler of a request does, about a third of a millisecond: reads and writes JSON. */
async function otherWork(): Promise<void> {
  for (let i = 0; i < 10; i++) JSON.stringify(JSON.parse(REQUEST));
  await nextTurn();
}

/** Medians over the rounds; "over nothing" is what the load itself does not cost. */
class Results {
  readonly #of = new Map<string, Result[]>();

  add(name: string, result: Result): void {
    this.#of.set(name, [...(this.#of.get(name) ?? []), result]);
  }

  median(name: string, field: keyof Result): number {
    return median(this.#of.get(name)!.map((result) => result[field]));
  }

  more(name: string, field: keyof Result): number {
    return this.median(name, field) - this.median('nothing', field);
  }

  perCall(name: string, field: 'cpuMicros' | 'recordMicros' | 'flushMicros'): number {
    return this.more(name, field) / this.median(name, 'recorded');
  }
}

async function rounds(run: Run, count: number, names: readonly string[], load: Load): Promise<Results> {
  const results = new Results();
  for (let round = 0; round < count; round++) {
    for (const name of names) results.add(name, await measure(run, name, load));
  }
  return results;
}

function rowsAt(rate: number, results: Results): string[][] {
  return Object.keys(STEADY_LEDGERS).map((name) => {
    const itself = name === 'nothing';
    const delays = (['p50', 'p99', 'max'] as const).map((field) =>
      figure(itself ? results.median(name, field) : results.more(name, field)),
    );
    return [
      itself ? 'nothing (the delay itself)' : name,
      rate.toLocaleString('en-US'),
      ...delays,
      itself ? '–' : figure(results.perCall(name, 'cpuMicros')),
      itself ? '–' : figure(results.perCall(name, 'recordMicros')),
      results.median(name, 'waiting').toLocaleString('en-US'),
    ];
  });
}

await benchmark('Event-loop delay and CPU at a steady rate', async (run) => {
  const millis = run.size(6000, 300);
  const count = run.size(3, 1);
  run.say(
    `Delay of a 1 ms timer (\`monitorEventLoopDelay\`), less that of the same load recorded into nothing; ${figure(millis / 1000)} s each, ` +
      `median of ${count} interleaved rounds. CPU: of all threads until the last call is in the file, less that of the load itself. ` +
      `Recording: main thread, until the call is appended.`,
  );
  const rows: string[][] = [];
  for (const rate of run.quick ? [1000] : [100, 1000, 10_000]) {
    const results = await rounds(run, count, Object.keys(STEADY_LEDGERS), { rate, millis, busy: false });
    rows.push(...rowsAt(rate, results));
    if (rate !== 1000) continue;
    const cpu = results.perCall('ours', 'cpuMicros');
    const delay = results.more('ours', 'p99');
    run.budget({
      what: 'one call, flush included, at 1,000 calls/s in a process that sleeps between them',
      mustBe: '≤ 15 µs CPU',
      measured: `${figure(cpu)} µs (bare append ${figure(results.perCall('bare append', 'cpuMicros'))})`,
      met: cpu <= 15,
    });
    run.budget({
      what: 'added event-loop delay at 1,000 calls/s',
      mustBe: 'p99 ≤ 5 ms',
      measured: `${figure(delay)} ms`,
      met: delay <= 5,
    });
  }
  run.table(
    [
      'ledger',
      'calls/s',
      'p50 ms',
      'p99 ms',
      'max ms',
      'µs CPU a call',
      'µs recording',
      'calls not yet in a file',
    ],
    rows,
  );
  await besideOtherWork(run);
});

/** A process that is called 1,000 times a second hardly sleeps between the calls: its caches are warm, or full of others. */
async function besideOtherWork(run: Run): Promise<void> {
  const millis = run.size(4500, 300); // shorter than what a background flush waits: the one at the end has all the calls
  const names = ['nothing', 'ours', 'bare append', 'timer'];
  const results = await rounds(run, run.size(5, 1), names, { rate: 1000, millis, busy: true });
  run.say(
    'The same at 1,000 calls/s in a process that parses and writes JSON all the time between the calls. ' +
      'Recording is measured directly, since the difference of two busy processes is noise; the flush is the CPU of all threads for the one that ends the load.',
  );
  const rows = names.slice(1).map((name) => {
    const recording = results.perCall(name, 'recordMicros');
    const flush = results.perCall(name, 'flushMicros');
    return [name, figure(recording), figure(flush), figure(recording + flush)];
  });
  run.table(['ledger', 'µs recording', 'µs CPU its flush', 'µs a call'], rows);
  const whole = results.perCall('ours', 'recordMicros') + results.perCall('ours', 'flushMicros');
  run.budget({
    what: 'one call, flush included, at 1,000 calls/s beside other work',
    mustBe: '≤ 15 µs CPU',
    measured: `${figure(whole)} µs`,
    met: whole <= 15,
  });
}
