import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LlmServer } from '../../examples/demo/llm-server/llm-server.js';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';
import {
  consume,
  consumerProject,
  nodeBinary,
  packed,
  removeTemporaries,
  run,
  typeErrors,
} from './consumer-project.js';

/** Installs from the package registry and downloads Nodes, so it runs in CI only. */
const enabled = process.env['LEDGER_MATRIX'] === '1';

const CLIENT = ['openai@6', '@opentelemetry/instrumentation-openai@0.20'];
const SDKS = [
  {
    sdk: '1.30',
    from: '@opentelemetry/sdk-trace-base',
    packages: [
      '@opentelemetry/api@1.9',
      '@opentelemetry/sdk-trace-base@1.30',
      '@opentelemetry/sdk-trace-node@1.30',
    ],
    types: 'sdk-trace-base.ts',
    nodes: [20, 22, 24, 26],
  },
  {
    sdk: '2.12',
    from: '@opentelemetry/sdk-trace-base',
    packages: [
      '@opentelemetry/api@1.9',
      '@opentelemetry/sdk-trace-base@2.12',
      '@opentelemetry/sdk-trace-node@2.12',
    ],
    types: 'sdk-trace-base.ts',
    nodes: [20, 22, 24, 26],
  },
  {
    sdk: '3.1',
    from: '@opentelemetry/sdk-trace',
    packages: [
      '@opentelemetry/api@1.10',
      '@opentelemetry/sdk-trace@3.1',
      '@opentelemetry/context-async-hooks@3.1',
    ],
    types: 'sdk-trace.ts',
    nodes: [22, 24, 26], // SDK 3 needs Node 22.15
  },
];

// Three calls of 1,001 + 1,002 + 1,003 input and 50 output tokens at $0.15 and $0.60 per million.
const CALLS = { calls: 3, errors: 1, inputTokens: 3006, outputTokens: 150, costUsd: 0.0005409 };
const EXPECTED = {
  processor: { ...CALLS, exported: 5 },
  exporter: CALLS,
  sampler: { ...CALLS, exported: 0 },
  record: { groups: 1, calls: 1, errors: 0, inputTokens: 10, outputTokens: 2, costUsd: 0.0000027 },
};

describe.skipIf(!enabled)(
  'the packed tarball (LEDGER_MATRIX=1 runs it: it needs the package registry)',
  () => {
    let tarball = '';
    beforeAll(async () => {
      tarball = await packed();
    });
    afterAll(removeTemporaries);

    describe.each(SDKS)('SDK $sdk', ({ from, packages, types, nodes }) => {
      let project = '';
      beforeAll(async () => {
        project = await consumerProject([tarball, ...packages, ...CLIENT]);
      }, 300_000);

      describe.each(nodes)('Node %i', (major) => {
        let node = '';
        beforeAll(async () => {
          node = await nodeBinary(major);
        }, 300_000);

        test.each(['import.mjs', 'require.cjs'])(
          'counts by processor, exporter and sampler, %s',
          async (script) => {
            expect(await consume(node, project, [script, from])).toEqual(EXPECTED);
          },
        );

        test('counts with node --import otel-genai-ledger/register', async () => {
          const server = new LlmServer();
          const ledgerPath = join(project, `register-${major}.json`);
          const env = {
            ...process.env,
            OPENAI_API_KEY: 'test',
            OPENAI_BASE_URL: `${await server.start()}/v1`,
            OTEL_SERVICE_NAME: 'consumer',
            GENAI_LEDGER_PATH: ledgerPath,
          };
          const args = ['--import', 'otel-genai-ledger/register', 'register-app.mjs'];
          const { stderr } = await run(node, args, { cwd: project, env });
          expect(stderr).toBe('');
          await server.stop();
          const ledger = JSON.parse(await readFile(ledgerPath, 'utf8')) as LedgerDocument;
          const { calls, inputTokens, outputTokens } = server.tally.total();
          expect(ledger.totals).toMatchObject({ calls, inputTokens, outputTokens });
          expect(ledger.totals.calls).toBe(1);
          expect(ledger.rows[0]?.service).toBe('consumer');
          await rm(ledgerPath);
        });
      });

      test('has the types the SDK asks for', async () => {
        expect(await typeErrors(project, types)).toBe('');
      });
    });
  },
);
