import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOT } from '../examples/run-node.js';

// DESIGN, "The way of the data": what each room may import besides config.
const LAW: Record<string, readonly string[]> = {
  span: ['usage'],
  usage: [],
  price: ['usage'],
  ledger: ['usage', 'price'],
  journal: ['ledger'],
  store: ['ledger', 'journal'],
  exporter: ['span', 'usage', 'price', 'ledger', 'journal', 'store'],
  report: ['ledger'],
  cli: ['report', 'store', 'journal', 'price', 'ledger'],
  config: [],
};
const ROOMS = Object.keys(LAW);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'genai-ledger-law-'));
  await cp(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function plant(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** Lints what was planted with the rules of the repository; resolves to "rule file" pairs. */
async function violations(): Promise<string[]> {
  const oxlint = join(ROOT, 'node_modules/oxlint/bin/oxlint');
  const output = await new Promise<string>((done) => {
    execFile(process.execPath, [oxlint, '--format', 'json', 'src'], { cwd: folder }, (_error, stdout) =>
      done(stdout),
    );
  });
  const report = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] };
  return report.diagnostics.map(({ code, filename }) => `${code} ${filename.replaceAll('\\', '/')}`);
}

test('lint refuses exactly the imports the law forbids', async () => {
  const forbidden: string[] = [];
  for (const room of ROOMS) await plant(`src/${room}/here.ts`, 'export const here: number = 1;\n');
  for (const room of ROOMS) {
    for (const other of ROOMS.filter((name) => name !== room)) {
      const file = `src/${room}/imports-${other}.ts`;
      const from = `../${other}/here.js`;
      await plant(file, `import { here } from '${from}';\n\nexport const there: number = here;\n`);
      if (other !== 'config' && !LAW[room]!.includes(other)) forbidden.push(file);
    }
  }
  const found = await violations();
  expect(new Set(found.map((line) => line.split(' ')[1]))).toEqual(new Set(forbidden));
  expect(new Set(found.map((line) => line.split(' ')[0]))).toEqual(
    new Set(['eslint(no-restricted-imports)']),
  );
});

test.each([
  [
    'the SDK at run time',
    `import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';`,
    'BatchSpanProcessor',
  ],
  ['files outside journal and store', `import { readFileSync } from 'node:fs';`, 'readFileSync'],
  ['the way out of the rooms', `import { register } from '../register.js';`, 'register'],
])('lint refuses %s', async (_what, line, name) => {
  await plant('src/ledger/planted.ts', `${line}\n\nexport const used: unknown = ${name};\n`);
  expect(await violations()).toEqual(['eslint(no-restricted-imports) src/ledger/planted.ts']);
});

test('lint refuses a cycle', async () => {
  await plant(
    'src/ledger/hen.ts',
    `import { egg } from './egg.js';\n\nexport const hen = (): unknown => egg;\n`,
  );
  await plant(
    'src/ledger/egg.ts',
    `import { hen } from './hen.js';\n\nexport const egg = (): unknown => hen;\n`,
  );
  expect(await violations()).toContain('import(no-cycle) src/ledger/hen.ts');
});
