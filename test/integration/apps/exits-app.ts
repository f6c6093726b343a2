import { UsageLedgerExporter } from '../../../src/exporter/usage-ledger-exporter.js';

/** What the program does, as its one argument: records `turns` × `perTurn` calls and ends in the way of `end`. */
export interface ExitTask {
  readonly path: string;
  readonly end: string;
  readonly turns: number;
  readonly perTurn: number;
}

const { path, end, turns, perTurn } = JSON.parse(process.argv[2] ?? '') as ExitTask;
// No flush of its own comes in between: what is there afterwards is what the turns wrote.
const quiet = { flushIntervalMillis: 600_000, flushThreshold: 1_000_000 };
const exporter = new UsageLedgerExporter(end === 'flushing' ? { path } : { path, ...quiet });

function record(): void {
  exporter.record({ provider: 'openai', model: 'gpt-4o-mini', inputTokens: 11, outputTokens: 3 });
}

async function recordTurns(): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    for (let i = 0; i < perTurn; i++) record();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

function stayAlive(): void {
  setInterval(() => undefined, 1000);
  process.stdout.write('ready\n');
}

function exhaust(): void {
  const hoard: unknown[] = [];
  for (;;) hoard.push(Array.from({ length: 100_000 }, (_, i) => ({ i })));
}

async function flushForEver(): Promise<void> {
  for (let flushes = 1; ; flushes++) {
    record();
    await exporter.forceFlush();
    if (flushes === 3) process.stdout.write('ready\n');
  }
}

const ENDS: Record<string, () => unknown> = {
  natural: () => undefined,
  idle: () => undefined,
  shutdown: async () => {
    const before = performance.now();
    await exporter.shutdown();
    process.stdout.write(`shutdown took ${Math.round(performance.now() - before)} ms\n`);
  },
  exit: () => process.exit(0),
  // The last calls are of the turn that ends the process.
  'exit within the turn': () => {
    record();
    process.exit(0);
  },
  throw: () => {
    record();
    setImmediate(() => {
      throw new Error('on purpose');
    });
  },
  rejection: () => void Promise.reject(new Error('on purpose')),
  SIGTERM: stayAlive,
  SIGINT: stayAlive,
  SIGKILL: stayAlive,
  abort: () => process.abort(),
  'out of memory': exhaust,
  flushing: flushForEver,
};

await recordTurns();
await ENDS[end]?.();
