import { fork } from 'node:child_process';
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { BudgetLine, BudgetMessage } from './harness/benchmark.js';
import { markdownTable } from './harness/text.js';

/** In the order of DESIGN, Budgets. */
const BENCHMARKS = [
  'span-path',
  'price',
  'record',
  'rates',
  'flat',
  'written',
  'flush',
  'memory',
  'report',
  'start-up',
  'footprint',
] as const;

interface Outcome {
  readonly ok: boolean;
  readonly budgets: readonly BudgetLine[];
}

/** `[--quick] [--cpu-prof] [NAME…]`: each benchmark in a process of its own, one after the other. */
async function main(args: readonly string[]): Promise<void> {
  const flags = args.filter((arg) => arg.startsWith('--'));
  const names = args.filter((arg) => !arg.startsWith('--'));
  const unknown = [
    ...flags.filter((flag) => flag !== '--quick' && flag !== '--cpu-prof'),
    ...names.filter((name) => !BENCHMARKS.some((known) => known === name)),
  ];
  if (unknown.length > 0) {
    console.error(
      `unknown: ${unknown.join(' ')}\nbenchmarks: ${BENCHMARKS.join(' ')}\nflags: --quick --cpu-prof`,
    );
    process.exitCode = 2;
    return;
  }
  const quick = flags.includes('--quick');
  console.log(machine());
  if (quick) console.log('\nQuick: tiny sizes, to see that everything works. The figures mean nothing.');
  const budgets: BudgetLine[] = [];
  const failed: string[] = [];
  for (const name of names.length > 0 ? names : BENCHMARKS) {
    const outcome = await runOne(name, quick, flags.includes('--cpu-prof'));
    budgets.push(...outcome.budgets);
    if (!outcome.ok) failed.push(name);
  }
  printBudgets(budgets, quick);
  if (failed.length > 0) {
    console.error(`failed: ${failed.join(', ')}`);
    process.exitCode = 1;
  }
}

function runOne(name: string, quick: boolean, profile: boolean): Promise<Outcome> {
  return new Promise((resolve) => {
    const budgets: BudgetLine[] = [];
    const child = fork(fileURLToPath(new URL(`./${name}.js`, import.meta.url)), [], {
      execArgv: ['--expose-gc', ...(profile ? ['--cpu-prof', '--cpu-prof-dir=.bench/profiles'] : [])],
      env: { ...process.env, BENCH_QUICK: quick ? '1' : '0' },
    });
    child.on('message', (message: BudgetMessage) => budgets.push(...message.budgets));
    child.on('exit', (code) => resolve({ ok: code === 0, budgets }));
  });
}

function machine(): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const load = loadavg()[0]!.toFixed(1);
  return (
    `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${memory}, ${type()} ${release().split('-')[0]} ${arch()}, ` +
    `Node ${process.versions.node}, V8 ${process.versions.v8}; load at start ${load}`
  );
}

function printBudgets(budgets: readonly BudgetLine[], quick: boolean): void {
  if (budgets.length === 0) return;
  const verdict = ({ met }: BudgetLine): string => (quick ? '(quick)' : met ? 'yes' : 'NO');
  const rows = budgets.map((line) => [line.what, line.mustBe, line.measured, verdict(line)]);
  console.log(`\n## Budgets\n\n${markdownTable(['what', 'must be', 'measured', 'met'], rows)}`);
}

await main(process.argv.slice(2));
