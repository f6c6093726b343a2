import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LedgerDocument } from '../../../src/ledger/ledger-document.js';
import { readLedger } from '../../../src/store/read-ledger.js';
import { temporaryLedger } from '../temporary-ledger.js';
import { Running, compile, start } from './program.js';

let program = '';
beforeAll(async () => {
  program = await compile('test/store/apps/writer.ts');
});

async function expectExact(path: string, calls: number): Promise<void> {
  const view = JSON.parse(readFileSync(path, 'utf8')) as LedgerDocument;
  expect(view.totals.calls).toBe(calls);
  expect(view.totals.inputTokens).toBe(7 * calls);
  expect((await readLedger(path)).totals).toEqual(view.totals);
}

describe('I2 I5: many processes write one ledger', () => {
  it('4 processes × 2,000 records: exact, and the view is complete after the last one ends', async () => {
    const path = temporaryLedger();
    const before = performance.now();
    await start(program, { mode: 'count', path, records: 2000 }).exit;
    const one = performance.now();
    const exits = Array.from(
      { length: 4 },
      () => start(program, { mode: 'count', path, records: 2000 }).exit,
    );
    for (const { code, output } of await Promise.all(exits)) expect(output + String(code)).toBe('0');
    const four = performance.now();
    console.log(`one process ${Math.round(one - before)} ms, four at once ${Math.round(four - one)} ms`);
    await expectExact(path, 10_000);
  });

  it('cluster workers', async () => {
    const path = temporaryLedger();
    const { code, output } = await start(program, { mode: 'cluster', path, records: 300, workers: 3 }).exit;
    expect(output + String(code)).toBe('0');
    await expectExact(path, 900);
  });

  it('worker threads', async () => {
    const path = temporaryLedger();
    const { code, output } = await start(program, { mode: 'threads', path, records: 300, workers: 3 }).exit;
    expect(output + String(code)).toBe('0');
    await expectExact(path, 900);
  });

  const namespaces = spawnSync('unshare', ['-p', '-f', '--mount-proc', 'true']).status === 0;
  it.skipIf(!namespaces)(
    'two containers with the same pid (skipped where unshare(1) may not be used)',
    async () => {
      const path = temporaryLedger();
      const task = JSON.stringify({ mode: 'count', path, records: 500 });
      const inside = ['-p', '-f', '--mount-proc', process.execPath, program, task];
      const exits = Array.from({ length: 3 }, () => new Running('unshare', inside).exit);
      for (const { code, output } of await Promise.all(exits)) expect(output + String(code)).toBe('0');
      await expectExact(path, 1500);
    },
  );
});
