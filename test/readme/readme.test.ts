import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { LEDGER_OPTION_RULES } from '../../src/config/ledger-options.js';
import { variableName } from '../../src/config/resolve-options.js';
import { parseDocument } from '../../src/ledger/parse-document.js';
import { sumProblems } from '../../src/ledger/sum-problems.js';
import { ROOT, runNode, type Ended } from '../examples/run-node.js';
import { openWorkplace, type Workplace } from '../examples/workplace.js';
import { BLOCKS, README, tableRows } from './readme-blocks.js';

// Inside the repository, where the package finds itself by name.
const snippets = join(ROOT, '.tmp', `readme-${process.pid}`);
const APP = join(ROOT, 'examples/app.mjs');
const scripts = BLOCKS.filter((block) => block.language === 'js');

let place: Workplace;
beforeAll(async () => {
  await mkdir(snippets, { recursive: true });
  for (const { name, text } of scripts) await writeFile(join(snippets, name), text);
});
afterAll(() => rm(snippets, { recursive: true, force: true }));
beforeEach(async () => {
  place = await openWorkplace();
});
afterEach(() => place.close());

function run(args: readonly string[]): Promise<Ended> {
  return runNode(args, place.folder, place.env);
}

describe('snippets', () => {
  test('all have a name and a test', () => {
    const names = scripts.map((block) => block.name);
    expect(names).toEqual([
      'telemetry.mjs',
      'node-sdk.mjs',
      'instrumentation.js',
      'serverless.mjs',
      'sampling.mjs',
      'dimensions.mjs',
      'record.mjs',
      'budgets.mjs',
    ]);
  });

  test('telemetry.mjs is ten lines or fewer and counts the calls of an application', async () => {
    const text = scripts.find((block) => block.name === 'telemetry.mjs')?.text ?? '';
    expect(text.trim().split('\n').filter(Boolean).length).toBeLessThanOrEqual(10);
    expect(await run(['--import', join(snippets, 'telemetry.mjs'), APP])).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect((await place.ledger()).totals.calls).toBe(1);
  });

  test('node-sdk.mjs counts the calls and keeps the trace exporter of the environment', async () => {
    expect(await run(['--import', join(snippets, 'node-sdk.mjs'), APP])).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect((await place.ledger()).totals.calls).toBe(1);
    expect(place.collector.traceRequests).toBeGreaterThan(0);
  });

  test('node-sdk.mjs ends well when the collector is away', async () => {
    await place.collector.stop();
    const env = { ...place.env, OTEL_EXPORTER_OTLP_TIMEOUT: '1000' };
    const { code } = await runNode(['--import', join(snippets, 'node-sdk.mjs'), APP], place.folder, env);
    expect(code).toBe(0);
    expect((await place.ledger()).totals.calls).toBe(1);
  });

  test.each(['sampling.mjs', 'dimensions.mjs'])('%s runs', async (name) => {
    expect(await run([join(snippets, name)])).toMatchObject({ code: 0, stderr: '' });
  });

  /** A span such as a GenAI library makes, as a program of its own after `lines`. */
  async function callAfter(lines: string): Promise<Ended> {
    const program = join(snippets, 'program.mjs');
    const usage = `{ 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 10, 'gen_ai.agent.name': 'ask' }`;
    const call = `const call = () => trace.getTracer('test').startSpan('chat', { attributes: ${usage} }).end();`;
    await writeFile(program, `import { trace } from '@opentelemetry/api';\n${call}\n${lines}\n`);
    return run([program]);
  }

  test('instrumentation.js counts what a server does after register()', async () => {
    const lines = `import { register } from './instrumentation.js';\nawait register();\ncall();`;
    expect(await callAfter(lines)).toMatchObject({ code: 0, stderr: '' });
    expect((await place.ledger()).rows).toMatchObject([{ calls: 1, dimensions: { agent: 'ask' } }]);
  });

  test('serverless.mjs has flushed when the handler answers, though the process is killed then', async () => {
    const lines = `import { metered } from './serverless.mjs';
      console.log(await metered(async (event) => (call(), event))('answer'));
      process.kill(process.pid, 'SIGKILL');`;
    expect((await callAfter(lines)).stdout).toBe('answer\n');
    expect((await place.ledger()).totals.calls).toBe(1);
  });

  test('budgets.mjs tells of the day that is over, and not of a month that is not', async () => {
    const { code, stderr } = await run([join(snippets, 'budgets.mjs')]);
    // 30 M × $2.5 per million.
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^\d{4}-\d\d-\d\d: \$75 of \$50\n$/),
    });
  });

  test('record.mjs books what it records', async () => {
    const { code, stdout, stderr } = await run([join(snippets, 'record.mjs')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // 1,200 × $3 + 80 × $12 per million.
    expect(stdout.split('\n')[0]).toBe('0.00456');
    expect((await place.ledger()).totals).toMatchObject({ calls: 1, inputTokens: 1200, costUsd: 0.00456 });
  });
});

describe('commands', () => {
  const commands = BLOCKS.filter((block) => block.language === 'sh')
    .flatMap((block) => block.text.trim().split('\n'))
    .map((line) => line.replace(/\s+#.*$/, ''));

  test('of npm name scripts that exist', () => {
    const named = [...README.matchAll(/npm run ([\w:]+)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => !(script in manifest.scripts))).toEqual([]);
  });

  test.each(commands.filter((line) => /^(?:npx )?genai-ledger /.test(line)))('%s', async (line) => {
    expect(await run([join(snippets, 'record.mjs')])).toMatchObject({ code: 0 });
    const args = line.replace(/^npx /, '').split(' ').slice(1);
    expect(await run([join(ROOT, 'dist/cli/main.js'), ...args])).toMatchObject({ code: 0 });
    const output = /--output (\S+)/.exec(line)?.[1];
    if (output !== undefined) JSON.parse(await readFile(join(place.folder, output), 'utf8'));
  });
});

test('the printed ledger is one, and its sums are right', () => {
  const text = BLOCKS.find((block) => block.language === 'json')?.text ?? '';
  const parsed = parseDocument(text);
  expect(parsed).toMatchObject({ kind: 'ledger' });
  expect(parsed.kind === 'ledger' && sumProblems(parsed.document)).toEqual([]);
});

test('the options are those of the code, with their variables and defaults', () => {
  const told = tableRows('option').map(([option, variable, fallback]) => [option, variable, fallback]);
  const coded = Object.entries(LEDGER_OPTION_RULES).map(([name, rule]) => [
    `\`${name}\``,
    `\`${variableName(name)}\``,
    rule.fallback === undefined ? '' : `\`${String(rule.fallback)}\``,
  ]);
  expect(told).toEqual(coded);
});

test('every run-time dependency has a reason', () => {
  const told = tableRows('dependency').flatMap(([names = '']) => names.replaceAll('`', '').split(', '));
  expect(told.sort()).toEqual(Object.keys(manifest.dependencies).sort());
});

test('links lead to files', () => {
  const targets = [...README.matchAll(/\]\((?!http)([^)#]+)\)/g)].map(([, target = '']) => target);
  expect(targets.filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
});
