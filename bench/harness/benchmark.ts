import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdownTable } from './text.js';

/** One line of the budgets (DESIGN: Budgets), as measured. */
export interface BudgetLine {
  readonly what: string;
  readonly mustBe: string;
  readonly measured: string;
  readonly met: boolean;
}

/** What a benchmark's process sends to the runner. */
export interface BudgetMessage {
  readonly budgets: readonly BudgetLine[];
}

/** What a benchmark has at hand while it runs. */
export interface Run {
  /** True: sizes are tiny, to see that it works; its figures mean nothing. */
  readonly quick: boolean;
  /** The size to take. */
  size(full: number, quick: number): number;
  say(text: string): void;
  table(header: readonly string[], rows: ReadonlyArray<readonly string[]>): void;
  budget(line: BudgetLine): void;
  /** A new empty folder, removed at the end. */
  folder(): string;
}

/** Runs one benchmark in this process: prints what it finds and tells the runner how its budgets stand. */
export async function benchmark(title: string, body: (run: Run) => Promise<void>): Promise<void> {
  const quick = process.env['BENCH_QUICK'] === '1';
  const budgets: BudgetLine[] = [];
  const folders: string[] = [];
  console.log(`\n## ${title}\n`);
  const run: Run = {
    quick,
    size: (full, small) => (quick ? small : full),
    say: (text) => console.log(`${text}\n`),
    table: (header, rows) => console.log(`${markdownTable(header, rows)}\n`),
    budget: (line) => budgets.push(line),
    folder: () => {
      const folder = mkdtempSync(join(tmpdir(), 'ledger-bench-'));
      folders.push(folder);
      return folder;
    },
  };
  try {
    await body(run);
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
  const message: BudgetMessage = { budgets };
  if (process.send) process.send(message);
  process.disconnect?.();
}

/** Throws unless both are the same: a benchmark of wrong results is worth nothing. */
export function mustEqual(what: string, actual: unknown, expected: unknown): void {
  if (!Object.is(actual, expected))
    throw new Error(`${what}: expected ${String(expected)}, got ${String(actual)}`);
}

/** Ends the JS turn: microtasks, timers that are due and finished I/O get their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function wait(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
