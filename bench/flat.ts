import { join } from 'node:path';
import { UsageLedgerExporter, readLedger } from '../src/index.js';
import type { Run } from './harness/benchmark.js';
import { benchmark, mustEqual, nextTurn } from './harness/benchmark.js';
import { recordOf } from './harness/calls.js';
import { fitLine, median } from './harness/samples.js';
import { figure, percent } from './harness/text.js';

/** Whether a call costs the same after a million calls, and in a ledger of ten thousand rows. */
const WINDOWS = 100;

async function byCalls(run: Run, total: number): Promise<number[]> {
  const path = join(run.folder(), 'usage-ledger.json');
  const exporter = new UsageLedgerExporter({ path });
  await exporter.forceFlush();
  const records = Array.from({ length: 100 }, (_, i) => recordOf(i, 100));
  const perWindow = total / WINDOWS;
  const costs: number[] = [];
  for (let window = 0; window < WINDOWS; window++) {
    const cpu = process.cpuUsage();
    for (let i = 0; i < perWindow; i++) {
      exporter.record(records[i % 100]!);
      if (i % 100 === 99) await nextTurn();
    }
    const { user, system } = process.cpuUsage(cpu);
    costs.push((user + system) / perWindow);
    if (window % 10 === 9) await exporter.forceFlush(); // between windows: the flush has a table of its own
  }
  await exporter.shutdown();
  const { totals } = await readLedger(path);
  mustEqual('calls', totals.calls, total);
  return costs;
}

interface ByRows {
  readonly cpuMicros: number;
  readonly flushShare: number;
}

async function byRows(run: Run, rows: number, callsPerTurn: number): Promise<ByRows> {
  const path = join(run.folder(), 'usage-ledger.json');
  const exporter = new UsageLedgerExporter({ path, cardinalityLimit: 100_000 });
  const count = run.size(Math.max(20_000, 2 * rows), 2 * rows);
  const records = Array.from({ length: rows }, (_, i) => ({
    ...recordOf(i, rows),
    endTimeUnixMillis: startOfSlot,
  }));
  const cpuOf = async (work: () => Promise<void>): Promise<number> => {
    globalThis.gc?.({ type: 'minor' });
    const cpu = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(cpu);
    return user + system;
  };
  let inputTokens = 0;
  const turns = (calls: number) => async (): Promise<void> => {
    for (let i = 0; i < calls; i++) {
      const record = records[i % rows]!;
      inputTokens += record.inputTokens;
      exporter.record(record);
      if (i % callsPerTurn === callsPerTurn - 1) await nextTurn();
    }
  };
  await turns(rows)(); // all rows are there
  await exporter.forceFlush();
  const callsCpu = await cpuOf(turns(count));
  const flushes: number[] = [];
  for (let i = 0; i < run.size(5, 1); i++) {
    exporter.record(records[0]!);
    flushes.push(await cpuOf(() => exporter.forceFlush()));
  }
  await exporter.shutdown();
  const document = await readLedger(path);
  mustEqual('calls', document.totals.calls, rows + count + flushes.length);
  mustEqual('rows', document.rows.length, rows);
  mustEqual(
    'input tokens',
    document.totals.inputTokens,
    inputTokens + flushes.length * records[0]!.inputTokens,
  );
  // The view is at most written every 5 s, 2 % of the time, 100 KB a second (about 330 bytes a row).
  const seconds = Math.max(5, (rows * 330) / 100_000);
  return { cpuMicros: callsCpu / count, flushShare: median(flushes) / (seconds * 1000) };
}

const startOfSlot = Math.floor(Date.now() / 900_000) * 900_000;

await benchmark('Cost of a call as the ledger grows', async (run) => {
  const total = run.size(1_000_000, 1000);
  await byCalls(run, run.size(200_000, 1000)); // warm-up
  const costs = await byCalls(run, total);
  const perWindow = total / WINDOWS;
  const callsFit = fitLine(costs.map((cost, i) => [((i + 0.5) * perWindow) / 1e6, cost]));
  const upTo = (part: number): string =>
    figure(median(costs.slice(0, Math.max(1, Math.round(part * WINDOWS)))));
  run.table(
    ['calls recorded (100 a turn, 100 rows)', 'µs CPU a call, median of windows'],
    [
      [`first ${figure(total / 100)}`, upTo(0.01)],
      [`first ${figure(total / 10)}`, upTo(0.1)],
      [`first ${figure(total / 2)}`, upTo(0.5)],
      [`last ${figure(total / 10)}`, figure(median(costs.slice(-WINDOWS / 10)))],
    ],
  );
  run.say(
    `Fit (Theil–Sen over ${WINDOWS} windows): ${figure(callsFit.at0)} µs ${signed(callsFit.slope)} µs per million calls.`,
  );

  const sizes = run.quick ? [1, 10, 100] : [1, 10, 100, 1000, 10_000];
  await byRows(run, 100, 1);
  const single: ByRows[] = [];
  const hundred: ByRows[] = [];
  for (const rows of sizes) {
    single.push(await medianOf(run, () => byRows(run, rows, 1)));
    hundred.push(await medianOf(run, () => byRows(run, rows, 100)));
  }
  run.table(
    ['rows', 'µs CPU a call, one a turn', 'µs CPU a call, 100 a turn', "flush's share at 1,000 calls/s, µs"],
    sizes.map((rows, i) => [
      rows.toLocaleString('en-US'),
      figure(single[i]!.cpuMicros),
      figure(hundred[i]!.cpuMicros),
      figure(single[i]!.flushShare),
    ]),
  );
  const rowsFit = fitLine(sizes.map((rows, i) => [Math.log10(rows), single[i]!.cpuMicros]));
  run.say(
    `Fit over one call a turn: ${figure(rowsFit.at0)} µs ${signed(rowsFit.slope)} µs per ten times the rows. ` +
      `100 calls a turn into few rows share their rows in one line; from 100 rows on each is a row of its line.`,
  );
  run.budget({
    what: 'cost of a call, 1,000 to 1,000,000 calls',
    mustBe: 'flat (≤ 10 % more)',
    measured: `${signedPercent(callsFit.slope / callsFit.at0)} per million`,
    met: callsFit.slope <= 0.1 * callsFit.at0,
  });
  run.budget({
    what: 'cost of a call, 1 to 10,000 rows',
    mustBe: 'flat (≤ 10 % more per ten times)',
    measured: `${signedPercent(rowsFit.slope / rowsFit.at0)} per ten times`,
    met: rowsFit.slope <= 0.1 * rowsFit.at0,
  });
});

async function medianOf(run: Run, once: () => Promise<ByRows>): Promise<ByRows> {
  const all: ByRows[] = [];
  for (let i = 0; i < run.size(5, 1); i++) all.push(await once());
  return {
    cpuMicros: median(all.map(({ cpuMicros }) => cpuMicros)),
    flushShare: median(all.map(({ flushShare }) => flushShare)),
  };
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'} ${figure(Math.abs(value))}`;
}

function signedPercent(part: number): string {
  return `${part < 0 ? '−' : '+'}${percent(Math.abs(part))}`;
}
