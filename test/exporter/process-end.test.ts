import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLedger } from '../../src/index.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-end-'));
  path = join(folder, 'usage-ledger.json');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const index = new URL('../../src/index.ts', import.meta.url).href;

/** Runs `body` in a process of its own that has an `exporter` and `calls(n)`; an hour between flushes. */
function run(body: string): Promise<{ code: number | null; signal: NodeJS.Signals | null; errors: string }> {
  const source = `
    const { UsageLedgerExporter } = await import(${JSON.stringify(index)});
    const exporter = new UsageLedgerExporter({
      path: ${JSON.stringify(path)}, flushIntervalMillis: 3600000, flushThreshold: 1000000,
    });
    const calls = (n) => {
      for (let i = 0; i < n; i++) exporter.record({ provider: 'openai', model: 'gpt-4o-mini', inputTokens: 10, outputTokens: 2 });
    };
    ${body}`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
    cwd: new URL('../..', import.meta.url),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, errors })));
}

describe('a process', () => {
  test('that only has an exporter ends, and leaves no file', async () => {
    expect(await run('')).toMatchObject({ code: 0, signal: null });
    expect(existsSync(path)).toBe(false);
    expect(existsSync(`${path}.d`)).toBe(false);
  });

  test('that ends naturally publishes the file, with every call priced', async () => {
    expect(await run('calls(1100);')).toMatchObject({ code: 0 });
    const document = JSON.parse(readFileSync(path, 'utf8'));
    expect(document.totals).toMatchObject({
      calls: 1100,
      inputTokens: 11_000,
      unpricedCalls: 0,
      costUsd: 0.00297,
    });
  });

  test('that calls process.exit in the turn of its calls loses none', async () => {
    expect(await run('calls(1100); process.exit(3);')).toMatchObject({ code: 3 });
    expect((await readLedger(path)).totals).toMatchObject({ calls: 1100, inputTokens: 11_000 });
  });

  test('that dies of an uncaught error dies of it, and loses none', async () => {
    const { code, errors } = await run(`setTimeout(() => { calls(1100); throw new Error('my own'); }, 1);`);
    expect(code).toBe(1);
    expect(errors).toContain('my own');
    expect((await readLedger(path)).totals.calls).toBe(1100);
  });

  test('that dies of an unhandled rejection loses none', async () => {
    expect(
      await run(`calls(1100); Promise.reject(new Error('my own')); setInterval(() => {}, 1000);`),
    ).toMatchObject({ code: 1 });
    expect((await readLedger(path)).totals.calls).toBe(1100);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
    'is killed by %s, and loses no call whose turn had ended',
    async (name) => {
      const { signal } = await run(
        `calls(1100); setTimeout(() => process.kill(process.pid, '${name}'), 20); setInterval(() => {}, 1000);`,
      );
      expect(signal).toBe(name);
      expect((await readLedger(path)).totals.calls).toBe(1100);
    },
  );

  test('with a signal handler of its own, the handler decides', async () => {
    const { code } = await run(`
      calls(1100);
      process.on('SIGTERM', () => { calls(10); process.exit(7); });
      setTimeout(() => process.kill(process.pid, 'SIGTERM'), 20); setInterval(() => {}, 1000);`);
    expect(code).toBe(7);
    expect((await readLedger(path)).totals.calls).toBe(1110);
  });

  test('that shut down and ends has nothing left to do', async () => {
    expect(await run('calls(5); await exporter.shutdown(); calls(1);')).toMatchObject({ code: 0 });
    expect(await readLedger(path)).toMatchObject({ totals: { calls: 5 }, audit: { lateSpans: 1 } });
  });

  test('whose ledger cannot be written ends all the same', async () => {
    const body = `
      const { writeFileSync } = await import('node:fs');
      writeFileSync(${JSON.stringify(path)}, 'my diary');
      calls(25);`;
    expect(await run(body)).toMatchObject({ code: 0 });
    expect(readFileSync(path, 'utf8')).toBe('my diary');
  });
});
