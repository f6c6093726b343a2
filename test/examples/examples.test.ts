import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { differences } from '../../examples/demo/compare.js';
import { ended, ROOT, runNode, startNode } from './run-node.js';
import { openWorkplace, type Workplace } from './workplace.js';

const WITHOUT_DETAILS = ['openai/gpt-4o-mini-2024-07-18'];
const example = (name: string): string => join(ROOT, 'examples', name);

let place: Workplace;
beforeEach(async () => {
  place = await openWorkplace();
});
afterEach(() => place.close());

describe('examples that set up tracing for app.mjs', () => {
  test.each([
    { setup: 'manual-setup.mjs', traces: true },
    { setup: 'node-sdk.mjs', traces: true },
    { setup: 'exporter-behind-batch.mjs', traces: false },
  ])('$setup', async ({ setup, traces }) => {
    const run = await runNode(['--import', example(setup), example('app.mjs')], place.folder, place.env);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const ledger = await place.ledger();
    expect(ledger.totals.calls).toBe(1);
    expect(differences(place.llm.tally.entries(), ledger, WITHOUT_DETAILS)).toEqual([]);
    expect(place.collector.traceRequests > 0).toBe(traces);
  });

  test.each(['manual-setup.mjs', 'node-sdk.mjs'])(
    '%s ends well when the collector is away, with the call counted',
    async (setup) => {
      await place.collector.stop();
      const env = { ...place.env, OTEL_EXPORTER_OTLP_TIMEOUT: '1000' };
      const run = await runNode(['--import', example(setup), example('app.mjs')], place.folder, env);
      expect(run.code).toBe(0);
      expect(run.stderr).not.toBe('');
      expect((await place.ledger()).totals.calls).toBe(1);
    },
  );
});

test('cost-by-user books each call to the user of its request', async () => {
  const child = startNode(
    ['--import', example('cost-by-user/telemetry.mjs'), example('cost-by-user/server.mjs')],
    place.folder,
    { ...place.env, PORT: '0' },
  );
  const run = ended(child);
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const url = `http://127.0.0.1:${/\d+/.exec(String(line))?.[0]}`;
  const users = ['ada', 'grace', 'ada', 'edsger', 'ada'];
  await Promise.all(users.map(async (user) => (await fetch(`${url}/ask?user=${user}`)).text()));
  await (await fetch(`${url}/stop`)).text();
  expect(await run).toMatchObject({ code: 0, stderr: '' });
  const ledger = await place.ledger();
  const calls = Object.fromEntries(ledger.rows.map((row) => [row.dimensions?.['user'], row.calls]));
  expect(calls).toEqual({ ada: 3, grace: 1, edsger: 1 });
  expect(differences(place.llm.tally.entries(), ledger, WITHOUT_DETAILS)).toEqual([]);
});
