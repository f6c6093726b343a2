import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ROOT, runNode } from '../examples/run-node.js';

const run = promisify(execFile);

interface PackedFile {
  readonly path: string;
  readonly mode: number;
}

async function packedFiles(): Promise<PackedFile[]> {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT });
  const [report] = JSON.parse(stdout) as { files: PackedFile[] }[];
  return report?.files ?? [];
}

describe('the published package', () => {
  test('holds the build, the schema and the papers, and nothing else', async () => {
    const files = (await packedFiles()).map((file) => file.path);
    const docs = ['cli', 'durability', 'prices', 'scale'].map((name) => `docs/${name}.md`);
    const papers = ['CHANGELOG.md', 'LICENSE', 'README.md', ...docs, 'package.json'];
    expect(files.filter((path) => !/^(?:dist|schema)\//.test(path)).sort()).toEqual(papers);
    expect(files.filter((path) => path.startsWith('dist/') && !/\.(?:js|d\.ts|css)$/.test(path))).toEqual([]);
    expect(files).toContain('schema/usage-ledger.schema.json');
    expect(files).toContain('dist/index.js');
    expect(files).toContain('dist/register.js');
    expect(files).toContain('dist/cli/main.js');
  });

  test('has types that import @opentelemetry/api alone', async () => {
    const types = (await packedFiles()).map((file) => file.path).filter((path) => path.endsWith('.d.ts'));
    expect(types.length).toBeGreaterThan(10);
    const foreign: string[] = [];
    for (const path of types) {
      const text = await readFile(join(ROOT, path), 'utf8');
      for (const [, name = ''] of text.matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)) {
        if (!name.startsWith('.') && name !== '@opentelemetry/api') foreign.push(`${path}: ${name}`);
      }
      if (text.includes('<reference')) foreign.push(`${path}: a triple-slash reference`);
    }
    expect(foreign).toEqual([]);
  });

  // Every other file or slow module of Node's is milliseconds of each process's start: see bench/README.md, "Start-up".
  test('has a main entry of one file that loads little', async () => {
    const code = await readFile(join(ROOT, 'dist/index.js'), 'utf8');
    const loaded = [...code.matchAll(/^(?:import|export)\b[^;'"]*?from ['"]([^'"]+)['"]/gm)].map(
      ([, name = '']) => name,
    );
    expect([...new Set(loaded)].sort()).toEqual(['@opentelemetry/api', 'node:fs', 'node:path']);
    expect(code).not.toMatch(/\P{ASCII}/u);
  });

  test('carries the license of what is copied into it', async () => {
    const files = (await packedFiles()).map((file) => file.path).filter((path) => path.endsWith('.js'));
    const texts = await Promise.all(files.map((path) => readFile(join(ROOT, path), 'utf8')));
    const copies = texts.filter((text) => text.includes('node_modules/signal-exit/'));
    expect(copies.length).toBeGreaterThan(0);
    for (const text of copies) expect(text).toContain('Copyright (c) 2015-2023 Benjamin Coe');
    expect(texts.join()).not.toMatch(/^\/\/ node_modules\/(?!signal-exit\/)/m);
    // Nothing of the machine that built it, and no source map that is not there.
    expect(texts.join()).not.toMatch(/^\/\/ (?:\.\.|\/)|sourceMappingURL=/m);
  });

  test('has a bin that can be executed', async () => {
    const bin = (await packedFiles()).find((file) => file.path === 'dist/cli/main.js');
    expect((bin?.mode ?? 0) & 0o111).toBe(0o111);
    expect(await readFile(join(ROOT, 'dist/cli/main.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test.each([
    [
      'import',
      [
        '--input-type=module',
        '--eval',
        `console.log(Object.keys(await import('otel-genai-ledger')).sort().join())`,
      ],
    ],
    [
      'require',
      [
        '--input-type=commonjs',
        '--eval',
        `console.log(Object.keys(require('otel-genai-ledger')).sort().join())`,
      ],
    ],
  ])('gives its public names by %s', async (_way, args) => {
    const { stdout } = await runNode(args, ROOT);
    const names = stdout.trim().split(',');
    for (const name of [
      'GenAIUsageSpanProcessor',
      'UsageLedgerExporter',
      'UsageRecordingSampler',
      'readLedger',
      'summarize',
    ]) {
      expect(names).toContain(name);
    }
  });
});
