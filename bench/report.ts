import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchmark, mustEqual } from './harness/benchmark.js';
import { writeLedger } from './harness/ledger-of.js';
import { median, quantile } from './harness/samples.js';
import { figure } from './harness/text.js';

/** `genai-ledger report`, a process of its own, as built to dist/; beside it a process that only parses the file. */
const cli = new URL('../../dist/cli/main.js', import.meta.url).pathname;

function timed(args: readonly string[], repeats: number): { millis: number[]; output: string } {
  const millis: number[] = [];
  let output = '';
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    output = execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
    millis.push(performance.now() - start);
  }
  return { millis, output };
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
      `${figure(quantile(table.millis, 0.25))} … ${figure(quantile(table.millis, 0.75))}`,
      figure(median(parsed.millis)),
      figure(median(table.millis) / median(parsed.millis)),
    ]);
    if (size === 100_000) {
      const millis = median(table.millis);
      run.budget({
        what: 'report over 100,000 rows, whole process',
        mustBe: '≤ 1 s',
        measured: `${figure(millis)} ms`,
        met: millis <= 1000,
      });
    }
  }
  run.say(`A Node process that does nothing: ${figure(empty)} ms. Milliseconds, medians of ${repeats}:`);
  run.table(['rows', 'file', 'report', 'quartiles', 'JSON.parse and one loop', 'ratio'], rows);
});
