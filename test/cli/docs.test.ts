import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../src/cli/run.js';
import { FakeTerminal, writeLedger } from './cli-fixture.js';
import { DOCS_COUNTERS, DOCS_NOW, DOCS_ROWS } from './docs-ledger.js';

const DOCS = new URL('../../docs/cli.md', import.meta.url);
const COLUMNS = 110;

/** The `console` blocks: a command after `$ `, what it prints, and its exit code when it is not 0. */
function examples(): Array<{ command: string; output: string }> {
  const text = readFileSync(DOCS, 'utf8');
  return [...text.matchAll(/^```console\n\$ genai-ledger (.*)\n([^]*?)^```$/gm)].map((match) => ({
    command: match[1] ?? '',
    output: match[2] ?? '',
  }));
}

/** Splits a command line as a shell does, as far as the examples need it. */
function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}

describe('docs/cli.md', () => {
  const before = process.cwd();
  let where = '';

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: DOCS_NOW });
    where = mkdtempSync(join(tmpdir(), 'genai-ledger-docs-'));
    process.chdir(where);
    await writeLedger('usage-ledger.json', DOCS_ROWS, true, DOCS_COUNTERS);
    writeFileSync(
      'prices.json',
      JSON.stringify({ 'openai/ft:gpt-4o-mini:acme': { inputUsdPerMTok: 0.3, outputUsdPerMTok: 1.2 } }),
    );
  });

  afterEach(() => {
    vi.useRealTimers();
    process.chdir(before);
    rmSync(where, { recursive: true, force: true });
  });

  async function printed(command: string): Promise<string> {
    const terminal = new FakeTerminal();
    terminal.columns = COLUMNS;
    const code = await run(words(command), terminal);
    const text = terminal.stdout + terminal.stderr;
    return (code === 0 ? text : `${text}(exit code ${code})\n`)
      .replaceAll('\r\n', '\n')
      .replaceAll(/ +$/gm, '');
  }

  it.each(examples())('shows what genai-ledger $command prints', async ({ command, output }) => {
    const actual = await printed(command);
    // `…` stands for lines left out; all else must be there, in order.
    const parts = output.split(/^ *…\n/m);
    let rest = actual;
    for (const part of parts) {
      expect(rest).toContain(part);
      rest = rest.slice(rest.indexOf(part) + part.length);
    }
    expect(actual.startsWith(parts[0] ?? '') && rest === '').toBe(true);
  });

  it('has examples of most commands and names every option', async () => {
    expect(examples().length).toBeGreaterThan(8);
    const text = readFileSync(DOCS, 'utf8');
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
      expect(text).toContain(`## ${command}`);
      const help = await printed(`${command} --help`);
      for (const [option] of help.matchAll(/(?<=^ {2})--[a-z-]+/gm)) expect(text).toContain(`\`${option}`);
    }
  });
});
