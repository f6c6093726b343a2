import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { cli } from './cli-fixture.js';

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

/** What bash would offer after these words. */
function offered(script: string, words: readonly string[]): string[] {
  const list = words.map((word) => `'${word}'`).join(' ');
  const program = `${script}\nCOMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _genai_ledger; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', program], { encoding: 'utf8' }).trim().split('\n');
}

describe('completion', () => {
  it.skipIf(!has('bash'))('offers commands, options and choices in bash (needs bash)', async () => {
    const { out, code } = await cli(['completion', 'bash']);
    expect(code).toBe(0);
    expect(offered(out, ['genai-ledger', 're'])).toEqual(['report', 'reprice']);
    expect(offered(out, ['genai-ledger', 'report', '--ti'])).toEqual(['--timezone']);
    expect(offered(out, ['genai-ledger', 'report', '--format', ''])).toEqual([
      'table',
      'json',
      'csv',
      'markdown',
      'html',
    ]);
    expect(offered(out, ['genai-ledger', 'budget', '--max'])).toEqual(['--max-day', '--max-month']);
    expect(offered(out, ['genai-ledger', 'report', 'usage'])).toEqual(['']);
    expect(offered(out, ['genai-ledger', 'completion', ''])).toEqual(['bash', 'zsh', 'fish']);
  });

  it.each(['zsh', 'fish'])('covers every command and option in %s', async (shell) => {
    const { out } = await cli(['completion', shell]);
    for (const command of [
      'report',
      'watch',
      'serve',
      'budget',
      'check',
      'compact',
      'reprice',
      'completion',
    ]) {
      expect(out).toContain(command);
    }
    for (const option of ['timezone', 'max-month', 'dry-run', 'interval', 'port'])
      expect(out).toContain(option);
    const valid = has(shell) ? spawnSync(shell, ['-n'], { input: out }).status : 0;
    expect(valid).toBe(0);
  });
});
