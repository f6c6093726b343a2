import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ledgerPaths } from '../../src/cli/ledger-paths.js';
import { nodeFileSystem } from '../../src/journal/node-file-system.js';
import { folder } from './cli-fixture.js';

const FILES = [
  'a/usage-ledger.json',
  'a/usage-ledger.json.d/base-1.json',
  'b/usage-ledger.json',
  'b/c/usage-ledger.json',
  'b/.hidden/x.json',
  'x[1].json',
  'x1.json',
  'x2.json',
  'x10.json',
  'y.txt',
  'z.json/inner.json',
];

async function expand(...patterns: string[]): Promise<string[]> {
  const where = folder();
  for (const file of FILES) {
    mkdirSync(join(where, file, '..'), { recursive: true });
    writeFileSync(join(where, file), '{}');
  }
  const paths = await ledgerPaths(
    patterns.map((pattern) => join(where, pattern)),
    {},
    nodeFileSystem,
  );
  return paths.map((path) => relative(where, path));
}

describe('ledgerPaths', () => {
  it('is the environment or the default without arguments', async () => {
    expect(await ledgerPaths([], {}, nodeFileSystem)).toEqual(['./usage-ledger.json']);
    expect(await ledgerPaths([], { GENAI_LEDGER_PATH: '/x/y.json' }, nodeFileSystem)).toEqual(['/x/y.json']);
    expect(await ledgerPaths([], { GENAI_LEDGER_PATH: '' }, nodeFileSystem)).toEqual(['./usage-ledger.json']);
  });

  it('takes names as they are, once each, also of files that are missing', async () => {
    expect(await expand('x1.json', 'nope.json', 'x1.json')).toEqual(['x1.json', 'nope.json']);
  });

  it.each([
    ['x?.json', ['x1.json', 'x2.json']],
    ['x*.json', ['x1.json', 'x10.json', 'x2.json', 'x[1].json']],
    ['x[12].json', ['x1.json', 'x2.json']],
    ['x[!1].json', ['x2.json']],
    ['x[1].json', ['x[1].json']],
    ['*/usage-ledger.json', ['a/usage-ledger.json', 'b/usage-ledger.json']],
    ['**/usage-*.json', ['a/usage-ledger.json', 'b/c/usage-ledger.json', 'b/usage-ledger.json']],
    ['b/**/*.json', ['b/c/usage-ledger.json', 'b/usage-ledger.json']],
    [
      '**/*.json',
      [
        'a/usage-ledger.json',
        'b/c/usage-ledger.json',
        'b/usage-ledger.json',
        'x1.json',
        'x10.json',
        'x2.json',
        'x[1].json',
        'z.json/inner.json',
      ],
    ],
    ['*.txt', ['y.txt']],
  ])('expands %s', async (pattern, found) => {
    expect(await expand(pattern)).toEqual(found);
  });

  it('refuses a pattern that matches nothing', async () => {
    await expect(expand('*.xml')).rejects.toThrow(/no file matches/);
  });
});
