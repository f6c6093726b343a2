import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.js';
import { ratesLine } from '../../src/cli/watch-command.js';
import { WatchRates } from '../../src/cli/watch-rates.js';
import { zeroMeasures } from '../../src/ledger/measures.js';
import { toUsage } from '../../src/ledger/usage-fields.js';
import { FakeTerminal, folder, writeLedger } from './cli-fixture.js';

const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const now = (): string => new Date(Math.floor(Date.now() / 900_000) * 900_000).toISOString();
const count = (text: string, part: string): number => text.split(part).length - 1;

async function watch(terminal: FakeTerminal): Promise<{ path: string; ended: Promise<number> }> {
  const path = await writeLedger(join(folder(), 'usage-ledger.json'), [
    { start: now(), calls: 5, inputTokens: 100, costNanoUsd: 1e9 },
  ]);
  return { path, ended: run(['watch', path, '--interval', '0.2'], terminal) };
}

describe('watch', () => {
  it('keeps a table up to date on the alternate screen and gives the screen back', async () => {
    const terminal = new FakeTerminal();
    Object.assign(terminal, { isTerminal: true, columns: 100, rows: 40, env: { NO_COLOR: '1' } });
    const { path, ended } = await watch(terminal);
    await expect.poll(() => terminal.stdout).toContain('Total');
    expect(terminal.stdout.startsWith(`${ENTER}\u001b[H`)).toBe(true);
    await writeLedger(path, [
      { start: now(), model: 'new-model', calls: 2, inputTokens: 50, costNanoUsd: 5e8 },
    ]);
    await expect.poll(() => terminal.stdout).toContain('new-model');
    expect(terminal.stdout).toMatch(/\$[\d.,]+\/min · [\d,]+ tokens\/min · [\d,]+ calls\/min \(last \d+ s\)/);
    terminal.stop();
    expect(await ended).toBe(0);
    expect(terminal.stdout.endsWith(LEAVE)).toBe(true);
    expect([count(terminal.stdout, ENTER), count(terminal.stdout, LEAVE)]).toEqual([1, 1]);
    expect(terminal.listens).toBe(false);
  });

  it('draws anew when the terminal is resized, and never more lines than it has', async () => {
    const terminal = new FakeTerminal();
    Object.assign(terminal, { isTerminal: true, columns: 120, rows: 40 });
    const { ended } = await watch(terminal);
    await expect.poll(() => terminal.stdout).toContain('Total');
    const before = terminal.stdout.length;
    terminal.resize(40, 8);
    await expect.poll(() => terminal.stdout.length).toBeGreaterThan(before);
    const drawn = terminal.stdout.slice(before).split('\u001b[H')[1] ?? '';
    expect(drawn.split('\n')).toHaveLength(8);
    expect(drawn).toContain('…\u001b[K\u001b[J');
    terminal.stop();
    expect(await ended).toBe(0);
  });

  it('survives a ledger that cannot be read for a while', async () => {
    const terminal = new FakeTerminal();
    Object.assign(terminal, { isTerminal: true, columns: 120, rows: 40 });
    const { path, ended } = await watch(terminal);
    await expect.poll(() => terminal.stdout).toContain('Total');
    rmSync(`${path}.d`, { recursive: true });
    writeFileSync(path, '{"other":1}');
    await expect.poll(() => terminal.stdout).toContain('Not up to date: ');
    rmSync(path);
    await writeLedger(path, [{ start: now(), model: 'back-again', calls: 1 }]);
    await expect.poll(() => terminal.stdout).toContain('back-again');
    terminal.stop();
    expect(await ended).toBe(0);
  });

  it('prints one line a reading where there is no terminal', async () => {
    const terminal = new FakeTerminal();
    const { ended } = await watch(terminal);
    await expect.poll(() => terminal.stdout.split('\n').length).toBeGreaterThan(2);
    terminal.stop();
    expect(await ended).toBe(0);
    expect(terminal.stdout).not.toContain('\u001b');
    const [first, second] = terminal.stdout.split('\n');
    expect(first).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}5 calls {2}100 tokens {2}\$1\.0000 {2}Watching; rates come/,
    );
    expect(second).toMatch(/\$0\.000000\/min · 0 tokens\/min · 0 calls\/min/);
  });
});

it('counts in a line what the period has, and says of a cost that it is a lower bound', async () => {
  const terminal = new FakeTerminal();
  const path = await writeLedger(join(folder(), 'usage-ledger.json'), [
    { start: now(), calls: 2, unmeteredCalls: 1, inputTokens: 100, costNanoUsd: 1e9 },
    { start: '2026-01-05T10:00:00Z', calls: 7, inputTokens: 900, costNanoUsd: 5e9 },
  ]);
  const ended = run(['watch', path, '--interval', '0.2'], terminal);
  await expect.poll(() => terminal.stdout).toContain('\n');
  terminal.stop();
  expect(await ended).toBe(0);
  expect(terminal.stdout).toMatch(/Z {2}2 calls {2}100 tokens {2}≥\$1\.0000 {2}Watching/);
});

describe('rates', () => {
  const usage = (calls: number): ReturnType<typeof toUsage> =>
    toUsage({
      ...zeroMeasures(),
      calls,
      inputTokens: 100 * calls,
      outputTokens: 10 * calls,
      costNanoUsd: 250_000_000 * calls,
    });

  it('are what the last minute brought', () => {
    const rates = new WatchRates();
    rates.add(0, usage(10));
    expect(rates.rates()).toBeUndefined();
    rates.add(30_000, usage(14));
    expect(rates.rates()).toEqual({ usdPerMinute: 2, tokensPerMinute: 880, callsPerMinute: 8, seconds: 30 });
    expect(ratesLine(rates.rates())).toBe('$2.0000/min · 880 tokens/min · 8 calls/min (last 30 s)');
    for (let second = 31; second <= 150; second++) rates.add(second * 1000, usage(14));
    expect(rates.rates()).toEqual({ usdPerMinute: 0, tokensPerMinute: 0, callsPerMinute: 0, seconds: 60 });
  });
});
