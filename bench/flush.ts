import { join } from 'node:path';
import { readLedger } from '../src/index.js';
import { benchmark, mustEqual } from './harness/benchmark.js';
import { rowsOf, storeOn, writeLedger } from './harness/ledger-of.js';
import { median, quantile } from './harness/samples.js';
import { bytes, figure } from './harness/text.js';

/** One flush of one new call into ledgers of growing size, by a process that has it in memory. */
interface Flushed {
  readonly wallMillis: number;
  readonly cpuMillis: number;
  /** Longest time in which the event loop did nothing else. */
  readonly blockedMillis: number;
}

async function watched(work: () => Promise<void>): Promise<Flushed> {
  globalThis.gc?.({ type: 'minor' });
  let done = false;
  let longest = 0;
  let last = performance.now();
  const look = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!done) setImmediate(look);
  };
  setImmediate(look);
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const wallMillis = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  look();
  done = true;
  return { wallMillis, cpuMillis: (user + system) / 1000, blockedMillis: longest };
}

await benchmark('Flush by size of the ledger', async (run) => {
  const sizes = run.quick ? [100, 1000] : [100, 1000, 10_000, 100_000];
  const rows: string[][] = [];
  for (const size of sizes) {
    const path = join(run.folder(), 'usage-ledger.json');
    await writeLedger(path, size);
    const store = storeOn(path);
    const [row] = rowsOf(1);
    const one = { rows: [{ ...row!, measures: { ...row!.measures, calls: 1 } }], audit: {}, pricedCalls: {} };
    store.append(one);
    const first = await watched(() => store.flush({ force: true }));
    const repeats = run.quick ? 2 : size > 10_000 ? 7 : 21;
    const flushes: Flushed[] = [];
    for (let i = 0; i < repeats; i++) {
      store.append(one);
      flushes.push(await watched(() => store.flush({ force: true })));
    }
    const { viewBytes } = store.stats();
    await store.close();
    const { totals } = await readLedger(path);
    mustEqual('calls', totals.calls, size * 10 + repeats + 1);
    const of = (field: keyof Flushed): number[] => flushes.map((flushed) => flushed[field]);
    rows.push([
      size.toLocaleString('en-US'),
      bytes(viewBytes),
      figure(median(of('wallMillis'))),
      figure(median(of('blockedMillis'))),
      `${figure(quantile(of('blockedMillis'), 0))} … ${figure(quantile(of('blockedMillis'), 1))}`,
      figure(first.wallMillis),
      figure(first.blockedMillis),
    ]);
    if (size === 10_000) {
      const blocked = median(of('blockedMillis'));
      run.budget({
        what: 'main thread blocked by a flush at 10,000 rows',
        mustBe: '≤ 20 ms',
        measured: `${figure(blocked)} ms`,
        met: blocked <= 20,
      });
    }
  }
  run.say(
    'Blocked: longest stretch in which nothing else ran on the main thread, medians. ' +
      '"First": the process has just started and reads all that others left.',
  );
  run.table(
    ['rows', 'view', 'flush ms', 'blocked ms', 'least … most', 'first flush ms', 'first blocked ms'],
    rows,
  );
});
