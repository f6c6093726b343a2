import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { differences } from '../../examples/demo/compare.js';
import { ROOT, runNode, type Ended } from '../examples/run-node.js';
import { openWorkplace, type Workplace } from '../examples/workplace.js';

// The OpenAI instrumentation puts no cache tokens on its spans.
const WITHOUT_DETAILS = ['openai/gpt-4o-mini-2024-07-18'];
const app = (name: string): string => join(ROOT, 'test/register/apps', name);

let place: Workplace;
beforeEach(async () => {
  place = await openWorkplace();
});
afterEach(() => place.close());

/** Runs from the repository, where the package finds itself by name. */
function registered(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const path = join(place.folder, 'usage-ledger.json');
  // Without the spans that the Anthropic client makes by itself, so that only instrumentation counts its calls.
  const own = { ANTHROPIC_OPEN_TELEMETRY: 'false' };
  return runNode(args, ROOT, { ...place.env, ...own, GENAI_LEDGER_PATH: path, ...env });
}

const REGISTER = ['--import', 'otel-genai-ledger/register'];

describe('node --import otel-genai-ledger/register', () => {
  test.each(['app.mjs', 'app.cjs'])('counts the calls of both clients in %s', async (name) => {
    expect(await registered([...REGISTER, app(name)])).toMatchObject({ code: 0, stderr: '' });
    const ledger = await place.ledger();
    expect(ledger.totals.calls).toBe(2);
    expect(differences(place.llm.tally.entries(), ledger, WITHOUT_DETAILS)).toEqual([]);
    expect(ledger.rows.map((row) => row.service)).toEqual(['example', 'example']);
    expect(place.collector.traceRequests).toBeGreaterThan(0);
  });

  test('counts every call however little is sampled', async () => {
    const env = { OTEL_TRACES_SAMPLER: 'always_off', ANTHROPIC_OPEN_TELEMETRY: '' };
    const run = await registered([...REGISTER, app('app.mjs')], env);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect((await place.ledger()).totals.calls).toBe(2);
    expect(place.collector.traceRequests).toBe(0);
  });

  test('exports no traces when the environment asks for none', async () => {
    const run = await registered([...REGISTER, app('app.mjs')], { OTEL_TRACES_EXPORTER: 'none' });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect((await place.ledger()).totals.calls).toBe(2);
    expect(place.collector.traceRequests).toBe(0);
  });

  test('ends well, with every call, when the trace collector is away', async () => {
    const away = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_EXPORTER_OTLP_TIMEOUT: '1000' };
    const run = await registered([...REGISTER, app('app.mjs')], away);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('ECONNREFUSED');
    expect((await place.ledger()).totals.calls).toBe(2);
  });

  test('changes nothing and warns where a global provider exists', async () => {
    const run = await registered(['--import', app('own-provider.mjs'), ...REGISTER, app('app.mjs')]);
    expect(run).toMatchObject({ code: 0, stdout: 'true\n' });
    expect(run.stderr).toContain('a tracer provider is registered already');
    expect(existsSync(join(place.folder, 'usage-ledger.json'))).toBe(false);
  });

  test('does nothing when OTEL_SDK_DISABLED is set', async () => {
    const run = await registered([...REGISTER, app('app.mjs')], { OTEL_SDK_DISABLED: 'true' });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(join(place.folder, 'usage-ledger.json'))).toBe(false);
  });

  test('says what to install where there is no SDK', async () => {
    await writeFile(join(place.folder, 'app.mjs'), '');
    const run = await runNode(['--import', join(ROOT, 'dist/register.js'), 'app.mjs'], place.folder, {});
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('npm install @opentelemetry/sdk-trace-node');
  });

  test('says so when the environment asks for a protocol that is not installed or not known', async () => {
    const run = await registered([...REGISTER, app('app.mjs')], { OTEL_EXPORTER_OTLP_PROTOCOL: 'pigeon' });
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('OTEL_EXPORTER_OTLP_PROTOCOL=pigeon is not known');
    expect((await place.ledger()).totals.calls).toBe(2);
  });
});
