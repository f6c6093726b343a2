import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLedger, UsageLedgerExporter } from '../../src/index.js';
import { compactLedger } from '../../src/store/compact-ledger.js';
import { loadCaptures, replay, type Capture } from '../span/support/captures.js';

const CANARY = 'CANARY-sk-7f3a';

/** Where libraries put prompts, answers, tool data, headers and keys. */
const CONTENT = [
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.system_instructions',
  'gen_ai.prompt.0.content',
  'gen_ai.completion.0.content',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'ai.prompt',
  'ai.prompt.messages',
  'ai.response.text',
  'ai.response.toolCalls',
  'ai.request.headers.authorization',
  'ai.telemetry.metadata.secret',
  'input.value',
  'output.value',
  'llm.input_messages.0.message.content',
  'llm.prompts',
  'llm.invocation_parameters',
  'langfuse.observation.input',
  'langfuse.observation.output',
  'traceloop.entity.input',
  'genkit:input',
  'http.request.header.authorization',
  'url.full',
  'exception.message',
  'error.message',
  'api_key',
];

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'genai-ledger-canary-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The capture with a canary in everything that is content, in span names, and inside every JSON attribute. */
function withCanaries(capture: Capture): Capture {
  const spans = capture.spans.map((span) => {
    const attributes: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(span.attributes)) {
      const isJson = typeof value === 'string' && value.startsWith('{') && value.endsWith('}');
      attributes[key] = isJson ? value.replace('{', `{"note":"${CANARY}",`).replace(',}', '}') : value;
    }
    for (const key of CONTENT) attributes[key] = `${CANARY} ${key}`;
    return {
      ...span,
      name: `${span.name} ${CANARY}`,
      attributes,
      status: { ...span.status, message: CANARY },
    };
  });
  return { ...capture, spans };
}

function filesUnder(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('I9: no prompt, answer, header or key of any library ever reaches the disk, in any file', async () => {
  const path = join(folder, 'usage-ledger.json');
  const options = { path, dimensions: ['agent', 'user', 'session', 'tenant'] };
  for (const way of ['processor', 'ends'] as const) {
    const exporter = new UsageLedgerExporter(options);
    for (const capture of loadCaptures()) replay(withCanaries(capture), exporter, { way });
    const record = { provider: 'openai', model: 'gpt-4o-mini', inputTokens: 1, prompt: CANARY };
    exporter.record(record);
    await exporter.forceFlush();
    for (const file of filesUnder(folder)) expect(readFileSync(file, 'latin1'), file).not.toContain('CANARY');
    await exporter.shutdown();
  }
  await compactLedger(path);
  const files = filesUnder(folder);
  expect(files.some((file) => file.includes('base-'))).toBe(true);
  for (const file of files) expect(readFileSync(file, 'latin1'), file).not.toContain('CANARY');
  const { totals } = await readLedger(path);
  expect(totals.calls).toBeGreaterThan(150);
  expect(totals.inputTokens).toBeGreaterThan(100_000);
});
