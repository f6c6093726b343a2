import cluster from 'node:cluster';
import { writeSync } from 'node:fs';
import { Worker, isMainThread, workerData } from 'node:worker_threads';
import { compactLedgerAt } from '../../../src/store/compact-ledger.js';
import { ledgerPlace } from '../../../src/store/ledger-place.js';
import { LedgerStore } from '../../../src/store/ledger-store.js';
import { SETTINGS, callDelta } from '../call-delta.js';

/** What the program is to do, as its one argument. */
export interface WriterTask {
  readonly mode: 'count' | 'acknowledge' | 'compact' | 'cluster' | 'threads';
  readonly path: string;
  readonly records?: number;
  readonly model?: string;
  readonly graceMillis?: number;
  /** Sleeps now and then for so long. */
  readonly pauseMillis?: number;
  readonly workers?: number;
}

const task = JSON.parse(isMainThread ? (process.argv[2] ?? '') : String(workerData)) as WriterTask;
const { path, records = 0, model = 'm', graceMillis = 3_600_000, pauseMillis = 0, workers = 0 } = task;

function openStore(): LedgerStore {
  const limits = { tailBytes: 20_000, parts: 8 };
  return new LedgerStore({
    path,
    settings: SETTINGS,
    priceSource: () => 'x',
    internals: { graceMillis, limits },
  });
}

function turn(millis = 0): Promise<void> {
  return new Promise((resolve) => {
    if (millis === 0) setImmediate(resolve);
    else setTimeout(resolve, millis);
  });
}

/** Appends `records` calls, one a turn, flushing now and then, and ends cleanly. */
async function count(): Promise<void> {
  const store = openStore();
  for (let i = 1; i <= records; i++) {
    store.append(callDelta(7, model));
    await turn();
    if (i % 500 === 0) await store.flush({ force: false });
  }
  await store.close();
}

/** Appends for ever, and prints a dot once the turn of a call has ended: from then on it may not be lost. */
async function acknowledge(): Promise<void> {
  const store = openStore();
  for (let i = 1; ; i++) {
    store.append(callDelta(7, model));
    if (store.stats().pendingInMemory === 0) writeSync(1, '.');
    await turn(i % 10 === 0 ? 1 : 0);
    if (i % 25 === 0) store.flush({ force: i % 50 === 0 }).catch(() => undefined);
    if (pauseMillis > 0 && i % 40 === 0) await turn(pauseMillis);
  }
}

async function compact(): Promise<void> {
  for (;;) {
    await compactLedgerAt(ledgerPlace(path, { graceMillis })).catch(() => undefined);
    writeSync(1, '.');
    await turn(20);
  }
}

async function threads(): Promise<void> {
  const ends = Array.from({ length: workers }, () => {
    const data = JSON.stringify({ ...task, mode: 'count' });
    const worker = new Worker(new URL(import.meta.url), { workerData: data });
    return new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject));
  });
  await Promise.all(ends);
}

async function clustered(): Promise<void> {
  if (!cluster.isPrimary) {
    await count();
    process.disconnect();
    return;
  }
  const ends = Array.from(
    { length: workers },
    () => new Promise((resolve) => cluster.fork().on('exit', resolve)),
  );
  await Promise.all(ends);
}

const MODES = { count, acknowledge, compact, cluster: clustered, threads };
await MODES[task.mode]();
