import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeDocument } from '../report/make-document.js';
import { folder, writeCopy } from './cli-fixture.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const COMMAND = [process.execPath, '--import', TSX, MAIN];
const NODE = { env: { ...process.env, NO_COLOR: '1' } };

function big(): string {
  const rows = Array.from({ length: 4000 }, (_, i) => ({
    start: new Date(Date.UTC(2026, 10, 22)).toISOString(),
    model: `model-with-a-long-name-${i}`,
    calls: 1,
  }));
  return writeCopy(join(folder(), 'usage-ledger.json'), makeDocument(rows));
}

describe('the process', () => {
  it('ends with the documented exit codes', () => {
    const path = big();
    const code = (...argv: string[]): number | null =>
      spawnSync(COMMAND[0] ?? '', [...COMMAND.slice(1), ...argv], NODE).status;
    expect(code('report', path, '--since', 'all')).toBe(0);
    expect(code('report', `${path}.nope`)).toBe(1);
    expect(code('report', path, '--by', 'modle')).toBe(2);
    expect(code('--help')).toBe(0);
  });

  it('is quiet when the reader of its output goes away', () => {
    const line = `${COMMAND.map((word) => `'${word}'`).join(' ')} report '${big()}' --since all --format json | head -c 20; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', line], { ...NODE, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toBe('{\n  "format": "genai0\n');
  });

  it.skipIf(!existsSync('/dev/full'))('says in two lines that the disk is full (needs /dev/full)', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(
      COMMAND[0] ?? '',
      [...COMMAND.slice(1), 'report', big(), '--since', 'all'],
      {
        ...NODE,
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      },
    );
    closeSync(full);
    expect(stderr).toMatch(
      /^genai-ledger: cannot write the output: .*ENOSPC.*\n {2}Write it to a place with room\.\n$/,
    );
    expect(status).toBe(1);
  });

  it.skipIf(!existsSync('/usr/bin/script'))(
    'leaves a real terminal clean on Ctrl-C (needs util-linux script)',
    async () => {
      // Ctrl-C goes to the shell too, and dash would die of it without a trap: the command's own code is what we ask for.
      const line = `trap : INT; ${COMMAND.map((word) => `'${word}'`).join(' ')} watch '${big()}' --since all --interval 0.2; echo "ended with $?"`;
      const child = spawn('/usr/bin/script', ['-qec', line, '/dev/null'], {
        ...NODE,
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      await expect.poll(() => output, { timeout: 20_000 }).toContain('/min');
      child.stdin.write('\u0003');
      await expect.poll(() => output, { timeout: 20_000 }).toContain('ended with 0');
      child.stdin.end();
      expect(output).toContain('\u001b[?1049h');
      const left = output.slice(output.lastIndexOf('\u001b[?7h\u001b[?25h\u001b[?1049l'));
      expect(left.replace('^C', '').trim()).toBe('\u001b[?7h\u001b[?25h\u001b[?1049lended with 0');
    },
  );

  it('loads little before it knows the command', () => {
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(
        /^import (?!type\b)[^;]*?from '(\.[^']+)'/gm,
      )) {
        visit(resolve(dirname(file), specifier.replace(/\.js$/, '.ts')));
      }
    };
    visit(MAIN);
    const rooms = new Set([...seen].map((file) => dirname(file).split('/').at(-1)));
    expect([...rooms].sort((a, b) => String(a).localeCompare(String(b)))).toEqual(['cli', 'journal']);
    expect(seen.size).toBeLessThan(10);
  });
});
