import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));

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
];

beforeAll(() => {
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  if (!existsSync(join(root, 'dist/index.js')))
    execFileSync(process.execPath, [join(root, 'scripts/build.mjs')]);
  execFileSync(process.execPath, [
    join(dirname(typescript), 'bin/tsc'),
    '-p',
    join(root, 'bench/tsconfig.json'),
  ]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function bench(args: readonly string[], env: Readonly<Record<string, string>> = {}): Outcome {
  return spawnSync(process.execPath, [join(root, '.bench/bench/main.js'), ...args], {
    cwd: folder,
    env: { ...process.env, NODE_V8_COVERAGE: '', ...env },
    encoding: 'utf8',
  });
}

describe('npm run bench', () => {
  test.each(BENCHMARKS)('%s runs, checks its results and prints a table', (name) => {
    const { status, stdout, stderr } = bench(['--quick', name]);
    expect(stderr.replaceAll(/^npm warn.*$/gm, '').trim()).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+ cores .*, Node \d+\.\d+\.\d+/);
    expect(stdout).toMatch(/^\|-+\|(-+:\|)+$/m);
    expect(stdout).not.toMatch(/NaN|undefined/);
  });

  test('its list of benchmarks is the one tested here', () => {
    const { status, stderr } = bench(['no-such']);
    expect(status).toBe(2);
    expect(stderr).toContain(`benchmarks: ${BENCHMARKS.join(' ')}\n`);
  });

  test('a wrong result fails the run: here other prices than the benchmark knows', () => {
    const prices = join(folder, 'prices.json');
    writeFileSync(
      prices,
      JSON.stringify({ 'openai/gpt-4o-mini*': { inputUsdPerMTok: 1, outputUsdPerMTok: 1 } }),
    );
    const { status, stderr } = bench(['--quick', 'span-path'], { GENAI_LEDGER_PRICES_FILE: prices });
    expect(stderr).toContain('ledger cost: expected');
    expect(stderr).toContain('failed: span-path');
    expect(status).toBe(1);
  });

  test('a benchmark that dies fails the run', () => {
    const { status, stderr } = bench(['--quick', 'record'], { TMPDIR: join(folder, 'is-not-there') });
    expect(stderr).toContain('failed: record');
    expect(status).toBe(1);
  });
});
