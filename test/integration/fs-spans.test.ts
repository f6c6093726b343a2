import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, runNode } from '../examples/run-node.js';

test('first loads, publishing and folding make no spans, whatever the file-system instrumentation sees', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'genai-ledger-fs-'));
  try {
    const app = join(ROOT, 'test/integration/apps/fs-spans.mjs');
    const run = await runNode([app], ROOT, { GENAI_LEDGER_PATH: join(folder, 'usage-ledger.json') });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    // The instrumentation works: it saw the application's own file.
    expect(JSON.parse(run.stdout)).toEqual({
      own: ['fs writeFileSync'],
      ours: ['request'],
      folded: true,
      calls: 90,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
