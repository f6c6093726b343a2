import { expect, test } from 'vitest';
import { ROOT, runNode } from '../examples/run-node.js';
import { BLOCKS } from '../readme/readme-blocks.js';

/** Dates, times and the lengths they take, which differ from day to day. */
function undated(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?/g, 'DATE').trim();
}

test('the demo agrees with its server and prints the report of the README', async () => {
  const run = await runNode(['node_modules/tsx/dist/cli.mjs', 'examples/demo/main.ts'], ROOT);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toContain('The ledger agrees, token for token, for every model.');
  const printed = run.stdout.slice(run.stdout.indexOf('$ '), run.stdout.indexOf('\nThe server billed'));
  const shown = BLOCKS.find((block) => block.language === 'text')?.text ?? '';
  expect(undated(printed)).toBe(undated(shown));
});
