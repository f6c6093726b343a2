import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseDocument } from '../../../src/ledger/parse-document.js';
import { compactLedger } from '../../../src/store/compact-ledger.js';
import { readLedger } from '../../../src/store/read-ledger.js';
import { temporaryLedger } from '../temporary-ledger.js';
import { compile, pause, start } from './program.js';

/** SIGKILLs per loop; `.ci/run` asks for more. */
const KILLS = Number(process.env['LEDGER_KILLS'] ?? 30);
const WRITERS = 4;

let program = '';
beforeAll(async () => {
  program = await compile('test/store/apps/writer.ts');
});

interface Outcome {
  /** Calls whose turn had ended, by process. */
  readonly acknowledged: Map<string, number>;
  readonly reads: number;
}

/** Keeps four writers running and kills one of them at a random moment, again and again, while a reader looks on. */
async function killLoop(path: string, task: object): Promise<Outcome> {
  const acknowledged = new Map<string, number>();
  let kills = 0;
  let done = false;
  const writer = async (slot: number): Promise<void> => {
    for (let life = 0; kills < KILLS; life++) {
      const model = `w${slot}-${life}`;
      const running = start(program, { ...task, mode: 'acknowledge', path, model });
      await running.prints('.');
      await pause(Math.random() * 150);
      kills++;
      running.child.kill('SIGKILL');
      const { output, signal } = await running.exit;
      expect(signal).toBe('SIGKILL');
      acknowledged.set(model, output.length);
    }
  };
  const reader = watch(path, () => done);
  await Promise.all(Array.from({ length: WRITERS }, (_, slot) => writer(slot)));
  done = true;
  return { acknowledged, reads: await reader };
}

/** Polls: the view always parses, and what `readLedger` counts never goes back (I1, I6). */
async function watch(path: string, done: () => boolean): Promise<number> {
  let reads = 0;
  let last = 0;
  while (!done()) {
    await pause(5);
    const read = await readLedger(path).catch((error: { code?: string }) => {
      if (error.code !== 'ENOENT' || last > 0) throw error;
      return undefined;
    });
    const calls = read?.totals.calls ?? 0;
    expect(calls).toBeGreaterThanOrEqual(last);
    last = calls;
    const text = readOrNothing(path);
    if (text !== undefined) expect(parseDocument(text).kind).toBe('ledger');
    reads++;
  }
  return reads;
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Every acknowledged call counts exactly once; per killed process one more may be there, on disk but not acknowledged. */
async function expectExact(path: string, { acknowledged, reads }: Outcome): Promise<number> {
  await compactLedger(path);
  const { models, totals, audit } = await readLedger(path);
  let sum = 0;
  for (const [model, calls] of acknowledged) {
    const counted = models[`openai/${model}`]?.calls ?? 0;
    expect(counted - calls, `${model}: ${counted} counted, ${calls} acknowledged`).toBeGreaterThanOrEqual(0);
    expect(counted - calls, `${model}: ${counted} counted, ${calls} acknowledged`).toBeLessThanOrEqual(1);
    sum += calls;
  }
  expect(audit.corruptRecords).toBe(0);
  expect(reads).toBeGreaterThan(10);
  console.log(`${acknowledged.size} kills, ${sum} acknowledged, ${totals.calls} counted, ${reads} reads`);
  return acknowledged.size;
}

describe('I1 I2 I3 I6: processes killed at random moments', () => {
  it(
    `${KILLS} SIGKILLs over ${WRITERS} writers: nothing acknowledged is lost or doubled`,
    async () => {
      const path = temporaryLedger();
      expect(await expectExact(path, await killLoop(path, {}))).toBeGreaterThanOrEqual(KILLS);
    },
    60_000 + KILLS * 2000,
  );

  it(
    `${KILLS} SIGKILLs beside a compactor that takes live writers for dead`,
    async () => {
      const path = temporaryLedger();
      const graceMillis = 60;
      const compactor = start(program, { mode: 'compact', path, graceMillis });
      const outcome = await killLoop(path, { graceMillis, pauseMillis: 2 * graceMillis });
      compactor.child.kill('SIGKILL');
      await compactor.exit;
      expect(await expectExact(path, outcome)).toBeGreaterThanOrEqual(KILLS);
      expect(compactor.output.length).toBeGreaterThan(5);
    },
    60_000 + KILLS * 2000,
  );
});
