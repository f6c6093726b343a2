import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { computeReport } from '../../src/report/compute-report.js';
import { mergeLedgers } from '../../src/report/merge-ledgers.js';
import { renderJson } from '../../src/report/render-json.js';
import { makeDocument } from './make-document.js';
import { NOW, sampleDocument, sampleReport, SCRIPT_MODEL } from './sample.js';

const schema: object = JSON.parse(
  readFileSync(new URL('../../schema/report.schema.json', import.meta.url), 'utf8'),
);
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

describe('computeReport', () => {
  it('computes rows, shares and totals', () => {
    const report = sampleReport({ by: ['model'] });
    expect(report.rows.map(({ key, calls, share }) => [key['model'], calls, share])).toEqual([
      ['claude-sonnet-4-5', 30, 1.8 / 1.801206921],
      ['gpt-4o-mini', 9, 0.0012069 / 1.801206921],
      [SCRIPT_MODEL, 6, 0],
      ['(other)', 3, 0.000000021 / 1.801206921],
    ]);
    expect(report.totals).toEqual(sampleDocument().totals);
    expect(report.totals).toMatchObject({ calls: 48, costUsd: 1.801206921, cacheSavingsUsd: 0.000432 });
  });

  it('says how complete it is', () => {
    const { completeness } = sampleReport();
    expect(completeness.meteredCallsShare).toBe(45 / 48);
    expect(completeness.pricedTokensShare).toBe((387_582 - 18_000) / 387_582);
    expect(completeness.unpricedModels).toEqual([
      { provider: 'vendor', model: SCRIPT_MODEL, calls: 6, inputTokens: 15_000, outputTokens: 3000 },
    ]);
    expect(completeness.overflow).toMatchObject({
      calls: 3,
      inputTokens: 30,
      outputTokens: 3,
      costUsd: 0.000000021,
    });
    expect(completeness.audit).toMatchObject({ uncoveredTokens: 1200, lateSpans: 0 });
    expect(completeness.unsplitRows).toBe(0);
  });

  it('narrows completeness to the period and filters', () => {
    const { completeness } = sampleReport({ since: '2026-11-22', where: { model: SCRIPT_MODEL }, top: 1 });
    expect(completeness.unpricedModels).toEqual([
      { provider: 'vendor', model: SCRIPT_MODEL, calls: 2, inputTokens: 5000, outputTokens: 1000 },
    ]);
    expect(completeness.pricedTokensShare).toBe(0);
    expect(completeness.overflow.calls).toBe(0);
  });

  it('has no shares of nothing', () => {
    const ledger = mergeLedgers([{ path: 'x', document: makeDocument([]) }]);
    const report = computeReport(ledger, { now: NOW });
    expect(report.rows).toEqual([]);
    expect(report.completeness).toMatchObject({ meteredCallsShare: null, pricedTokensShare: null });
    expect(validate(JSON.parse(renderJson(report)))).toBe(true);
  });

  it('is JSON as the schema says', () => {
    const reports = [
      sampleReport(),
      sampleReport({
        by: ['hour', 'agent'],
        since: '2d',
        until: 'today',
        where: { provider: ['openai'] },
        top: 1,
      }),
      sampleReport({ by: [] }),
      computeReport(
        mergeLedgers([
          { path: 'a', document: sampleDocument({ writers: { a: 1, b: 2 } }) },
          { path: 'b', document: sampleDocument({ writers: { a: 1, c: 3 } }) },
        ]),
        { now: NOW },
      ),
    ];
    for (const report of reports) {
      const parsed: unknown = JSON.parse(renderJson(report));
      expect(parsed).toEqual(JSON.parse(JSON.stringify(report)));
      validate(parsed);
      expect(validate.errors).toBeNull();
    }
    const broken = { ...sampleReport(), totals: { calls: 1 } };
    expect(validate(JSON.parse(JSON.stringify(broken)))).toBe(false);
  });
});
