// npm run demo: an instrumented application against a loopback LLM server, its ledger, its report, and the proof that
// the ledger holds what the server billed.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';
import { differences } from './compare.js';
import { LlmServer } from './llm-server/llm-server.js';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, '.demo');
const ledgerPath = join(folder, 'usage-ledger.json');

/** `@opentelemetry/instrumentation-openai` puts no cache and no reasoning tokens on its spans. */
const WITHOUT_DETAILS = [
  'openai/gpt-4o-mini-2024-07-18',
  'openai/gpt-5-mini-2025-08-07',
  'openai/house-model-1',
];

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const server = new LlmServer();
const url = await server.start();
console.log(
  `A stand-in for the LLM providers answers at ${url}; running an instrumented application against it …\n`,
);
await node(['--import', join(root, 'examples/demo/telemetry.mjs'), join(root, 'examples/demo/app.mjs')], {
  LLM_BASE_URL: url,
  GENAI_LEDGER_PATH: ledgerPath,
});
await server.stop();

const shown = relative(process.cwd(), ledgerPath);
console.log(`$ genai-ledger report ${shown}\n`);
await node([join(root, 'dist/cli/main.js'), 'report', shown], {});

const ledger = JSON.parse(readFileSync(ledgerPath, 'utf8')) as LedgerDocument;
const billed = server.tally.total();
console.log(
  `\nThe server billed ${billed.calls} calls (${billed.unmeteredCalls} without telling usage): ` +
    `${billed.inputTokens} input and ${billed.outputTokens} output tokens.`,
);
const wrong = differences(server.tally.entries(), ledger, WITHOUT_DETAILS);
if (wrong.length === 0) {
  console.log(`The ledger agrees, token for token, for every model. It is in ${shown}.`);
} else {
  console.error(`The ledger does not agree with the server:\n  ${wrong.join('\n  ')}`);
  process.exitCode = 1;
}

/** Runs a Node program to its end with our output; throws unless it succeeds. */
async function node(args: string[], env: Record<string, string>): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  const code = await new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  if (code !== 0)
    throw new Error(`${args.map((arg) => relative(root, arg)).join(' ')} ended with ${String(code)}`);
}
