import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchmark, mustEqual } from './harness/benchmark.js';
import { writeLedger } from './harness/ledger-of.js';
import { median, quantile } from './harness/samples.js';
import { figure } from './harness/text.js';

/** `genai-ledger report`, a process of its own, as built to dist/; beside it a process that only parses the file. */
const cli = new URL('../../dist/cli/main.js', import.meta.url).pathname;

/** Has a process say at its end, on standard error, how much CPU time it took. */
const TELL_CPU = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    writeSync(2, '\\n#cpu ' + (user + system));
  });`)}`;

interface Timed {
  readonly millis: readonly number[];
  readonly cpuMillis: readonly number[];
  readonly output: string;
}

function timed(args: readonly string[], repeats: number): Timed {
  const millis: number[] = [];
  const cpuMillis: number[] = [];
  let output = '';
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    const run = spawnSync(process.execPath, ['--import', TELL_CPU, ...args], {
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    });
    millis.push(performance.now() - start);
    mustEqual(`exit code of ${args.join(' ')}`, run.status, 0);
    cpuMillis.push(Number(/\n#cpu (\d+)$/.exec(run.stderr)?.[1]) / 1000);
    output = run.stdout;
  }
  return { millis, cpuMillis, output };
}

await benchmark('Report by size of the ledger (whole process)', async (run) => {
  const sizes = run.quick ? [100] : [100, 1000, 10_000, 100_000];
  const repeats = run.size(9, 1);
  const empty = median(timed(['-e', ''], repeats).millis);
  const rows: string[][] = [];
  for (const size of sizes) {
    const path = join(run.folder(), 'usage-ledger.json');
    await writeLedger(path, size);
    const parse = `const d=JSON.parse(require('fs').readFileSync(${JSON.stringify(path)},'utf8'));let n=0;for(const r of d.rows)n+=r.calls;console.log(n)`;
    const parsed = timed(['-e', parse], repeats);
    mustEqual('calls by JSON.parse', Number(parsed.output), size * 10);
    const json = timed([cli, 'report', path, '--format', 'json', '--by', 'model'], 1);
    mustEqual(
      'calls of the report',
      (JSON.parse(json.output) as { totals: { calls: number } }).totals.calls,
      size * 10,
    );
    const table = timed([cli, 'report', path], repeats);
    const bytes = readFileSync(path).length;
    rows.push([
      size.toLocaleString('en-US'),
      `${figure(bytes / 1e6)} MB`,
      figure(median(table.millis)),
      `${figure(quantile(table.millis, 0))} … ${figure(quantile(table.millis, 1))}`,
      figure(median(table.cpuMillis)),
      figure(median(parsed.millis)),
      figure(median(table.millis) / median(parsed.millis)),
    ]);
    if (size === 100_000) {
      const millis = median(table.millis);
      run.budget({
        what: 'report over 100,000 rows, whole process',
        mustBe: '≤ 1 s',
        measured: `${figure(millis)} ms (fastest ${figure(quantile(table.millis, 0))}, CPU ${figure(median(table.cpuMillis))})`,
        met: millis <= 1000,
      });
    }
  }
  run.say(`A Node process that does nothing: ${figure(empty)} ms. Milliseconds, medians of ${repeats}:`);
  run.table(['rows', 'file', 'report', 'least … most', 'CPU', 'JSON.parse and one loop', 'ratio'], rows);
});
