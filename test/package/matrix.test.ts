import { beforeAll, describe, expect, test } from 'vitest';
import { consume, consumerProject, nodeBinary, packed, typeErrors } from './consumer-project.js';

/** Installs from the package registry and downloads Nodes, so it runs in CI only. */
const enabled = process.env['LEDGER_MATRIX'] === '1';

const SDKS = [
  {
    sdk: '1.30',
    from: '@opentelemetry/sdk-trace-base',
    packages: ['@opentelemetry/api@1.9', '@opentelemetry/sdk-trace-base@1.30'],
    types: 'sdk-trace-base.ts',
    nodes: [20, 22, 24, 26],
  },
  {
    sdk: '2.12',
    from: '@opentelemetry/sdk-trace-base',
    packages: ['@opentelemetry/api@1.9', '@opentelemetry/sdk-trace-base@2.12'],
    types: 'sdk-trace-base.ts',
    nodes: [20, 22, 24, 26],
  },
  {
    sdk: '3.1',
    from: '@opentelemetry/sdk-trace',
    packages: ['@opentelemetry/api@1.10', '@opentelemetry/sdk-trace@3.1'],
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

    describe.each(SDKS)('SDK $sdk', ({ from, packages, types, nodes }) => {
      let project = '';
      beforeAll(async () => {
        project = await consumerProject([tarball, ...packages]);
      }, 300_000);

      test.each(nodes)(
        'counts by processor, exporter and sampler on Node %i, imported and required',
        async (major) => {
          const node = await nodeBinary(major);
          expect(await consume(node, project, ['import.mjs', from])).toEqual(EXPECTED);
          expect(await consume(node, project, ['require.cjs', from])).toEqual(EXPECTED);
        },
        300_000,
      );

      test('has the types the SDK asks for', async () => {
        expect(await typeErrors(project, types)).toBe('');
      });
    });
  },
);
