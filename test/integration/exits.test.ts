import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';
import { readLedger } from '../../src/store/read-ledger.js';
import { Running, compile, pause, start } from '../store/processes/program.js';
import { temporaryLedger } from '../store/temporary-ledger.js';

/** SIGTERMs sent to a process that flushes all the time. */
const SIGTERMS = Number(process.env['LEDGER_SIGTERMS'] ?? 12);
const TURNS = 11;
const PER_TURN = 100;

let app = '';
let cli = '';
beforeAll(async () => {
  app = await compile('test/integration/apps/exits-app.ts');
  cli = await compile('src/cli/main.ts');
});

interface Case {
  readonly end: string;
  readonly code?: number;
  readonly signal?: NodeJS.Signals;
  /** Calls beyond those of the turns. */
  readonly more?: number;
  readonly flags?: readonly string[];
}

const CASES: readonly Case[] = [
  { end: 'natural', code: 0 },
  { end: 'shutdown', code: 0 },
  { end: 'exit', code: 0 },
  { end: 'exit within the turn', code: 0, more: 1 },
  { end: 'throw', code: 1, more: 1 },
  { end: 'rejection', code: 1 },
  { end: 'SIGTERM', signal: 'SIGTERM' },
  { end: 'SIGINT', signal: 'SIGINT' },
  { end: 'SIGKILL', signal: 'SIGKILL' },
  { end: 'abort', signal: 'SIGABRT' },
  { end: 'out of memory', signal: 'SIGABRT', flags: ['--max-old-space-size=60'] },
];

describe(`I3: after ${TURNS * PER_TURN} calls a process ends by`, () => {
  it.each(CASES)(
    '$end: every call is there, once',
    async ({ end, code = null, signal = null, more = 0, flags }) => {
      const path = temporaryLedger();
      const running = start(app, { path, end, turns: TURNS, perTurn: PER_TURN }, flags);
      if (end.startsWith('SIG')) {
        await running.prints('ready');
        running.child.kill(end as NodeJS.Signals);
      }
      const exit = await running.exit;
      expect([exit.code, exit.signal], exit.output).toEqual([code, signal]);
      const calls = TURNS * PER_TURN + more;
      const { totals } = await readLedger(path);
      expect([totals.calls, totals.inputTokens, totals.outputTokens]).toEqual([calls, 11 * calls, 3 * calls]);
      const report = new Running(process.execPath, [cli, 'report', path, '--format', 'json']);
      const { output } = await report.exit;
      expect(output).toContain(`"calls": ${calls}`);
    },
  );

  it('a natural end publishes the view', async () => {
    const path = temporaryLedger();
    await start(app, { path, end: 'natural', turns: 2, perTurn: 10 }).exit;
    expect((JSON.parse(readFileSync(path, 'utf8')) as LedgerDocument).totals.calls).toBe(20);
  });

  it('an idle process with an exporter ends by itself and leaves nothing', async () => {
    const path = temporaryLedger();
    const exit = await start(app, { path, end: 'idle', turns: 0, perTurn: 0 }).exit;
    expect([exit.code, exit.signal]).toEqual([0, null]);
    expect(existsSync(path)).toBe(false);
  });

  it(
    `SIGTERM ends a process that flushes all the time, every one of ${SIGTERMS} times`,
    async () => {
      const path = temporaryLedger();
      for (let i = 0; i < SIGTERMS; i++) {
        const running = start(app, { path, end: 'flushing', turns: 0, perTurn: 0 });
        await running.prints('ready');
        await pause(Math.random() * 200);
        running.child.kill('SIGTERM');
        const survived = pause(20_000).then(() => 'survived' as const);
        const exit = await Promise.race([running.exit, survived]);
        if (exit === 'survived') running.child.kill('SIGKILL');
        expect(exit).toMatchObject({ signal: 'SIGTERM' });
      }
      expect((await readLedger(path)).totals.calls).toBeGreaterThanOrEqual(3 * SIGTERMS);
    },
    60_000 + SIGTERMS * 5000,
  );
});
