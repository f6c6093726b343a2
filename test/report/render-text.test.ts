import { describe, expect, it } from 'vitest';
import { computeReport } from '../../src/report/compute-report.js';
import { honestyLines } from '../../src/report/honesty-lines.js';
import { mergeLedgers } from '../../src/report/merge-ledgers.js';
import { renderCsv } from '../../src/report/render-csv.js';
import { renderMarkdown } from '../../src/report/render-markdown.js';
import { renderTable, shareBar } from '../../src/report/render-table.js';
import { moneyLines, titleLine } from '../../src/report/summary-lines.js';
import { displayWidth } from '../../src/report/text-table.js';
import { makeDocument } from './make-document.js';
import { NOW, sampleDocument, sampleReport, SCRIPT_MODEL } from './sample.js';

const WIDE = { width: 200 };

describe('the table', () => {
  it('shows names, numbers, shares and totals, aligned', () => {
    const lines = renderTable(sampleReport({ since: '2026-11-22' }), WIDE).split('\n');
    expect(lines[0]).toBe('Usage by day, model · 2026-11-22 00:00 to now · UTC');
    expect(lines[2]).toBe(
      'Day         Model                                      Calls  Errors    Input  Cached  Output  Reasoning        Cost  Share',
    );
    expect(lines[4]).toBe(
      '2026-11-22  claude-sonnet-4-5                             10       1  100,000       0  20,000      5,000  ≥$0.600000   99.9% ██████████',
    );
    expect(lines[5]).toBe(
      '            gpt-4o-mini                                    3       0    3,030   1,920     153          0   $0.000402    0.1% ▏',
    );
    expect(lines[6]).toContain(`            ${SCRIPT_MODEL}  `);
    expect(lines[6]).toMatch(/ unknown$/);
    expect(lines[7]).toMatch(/\(other\) .* <\$0\.000001 {3}<0\.1% ▏$/);
    expect(lines[9]).toMatch(/^Total +16 +1 +108,040 +1,920 +21,154 +5,000 +≥\$0\.600402$/);
  });

  it.each([160, 118, 100, 80, 60, 40])('fits into %d columns and keeps the cost', (width) => {
    const text = renderTable(sampleReport(), { width });
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    const head = text.split('\n').find((line) => line.startsWith('Day')) ?? '';
    expect(head).toContain('Cost');
    expect(text).toMatch(/^Total.*≥\$1\.8012$/m);
  });

  it('keeps times readable where names are cut', () => {
    const text = renderTable(sampleReport({ by: ['hour', 'model'], timezone: 'Asia/Kathmandu' }), {
      width: 48,
    });
    expect(text).toMatch(/^2026-11-20 20:00 {2}claud…-4-5/m);
  });

  it('paints only when told', () => {
    expect(renderTable(sampleReport(), WIDE)).not.toContain('\u001b');
    const paint = {
      bold: (t: string) => `<b>${t}</b>`,
      dim: String,
      cyan: String,
      yellow: (t: string) => `<y>${t}</y>`,
    };
    const painted = renderTable(sampleReport(), { width: 200, paint });
    expect(painted).toContain('<b>Total</b>');
    expect(painted).toContain('<y>No price known: vendor/');
    expect(painted.replace(/<\/?[by]>/g, '')).toBe(renderTable(sampleReport(), WIDE));
  });

  it('shows names with control characters harmlessly', () => {
    const document = makeDocument([{ start: '2026-11-22T00:00:00Z', model: '\u001b[2Jevil\n', calls: 1 }]);
    const report = computeReport(mergeLedgers([{ path: '\u001b]0;x\u0007', document }]), { now: NOW });
    const text = renderTable(report, WIDE);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(text).toContain('\\u001b[2Jevil\\u000a');
  });

  it('says when there is nothing', () => {
    expect(renderTable(sampleReport({ since: '2026-11-23' }), WIDE)).toContain('No calls in this period.');
  });

  it('draws bars in eighths', () => {
    expect(shareBar(1, 10)).toBe('██████████');
    expect(shareBar(0.5, 10)).toBe('█████');
    expect(shareBar(0.0001, 10)).toBe('▏');
    expect(shareBar(0.2125, 10)).toBe('██▏');
    expect(shareBar(0, 10) + shareBar(null, 10)).toBe('');
  });
});

describe('the lines below', () => {
  it('say what the money went to and what caching saved', () => {
    expect(moneyLines(sampleReport())).toEqual([
      'Cost: input $0.9005, cache read $0.0004, output $0.9003, not split <$0.0001.',
      'Caching: 5,760 tokens read from cache (1.8% of input), which saved $0.0004.',
    ]);
    expect(moneyLines(sampleReport({ where: { model: SCRIPT_MODEL } }))).toEqual([]);
    const dear = makeDocument([
      {
        start: '2026-11-22T00:00:00Z',
        calls: 1,
        inputTokens: 9,
        cacheWriteInputTokens: 9,
        costNanoUsd: 2e9,
        cacheWriteCostNanoUsd: 2e9,
        cacheSavingsNanoUsd: -4e8,
      },
    ]);
    expect(moneyLines(computeReport(mergeLedgers([{ path: 'x', document: dear }]), { now: NOW }))[1]).toBe(
      'Caching: cache writes cost $0.4000 extra and saved nothing yet.',
    );
  });

  it('say how complete the numbers are', () => {
    expect(honestyLines(sampleReport())).toEqual([
      'Metered: 93.8% of 48 calls; 3 calls came without usage: tokens and cost unknown, not counted as zero.',
      'Priced: 95.4% of tokens.',
      `No price known: vendor/${SCRIPT_MODEL}, 6 calls, 15,000 input and 3,000 output tokens.`,
      'To price them: give prices for these models, then run genai-ledger reprice.',
      'In (other), past the cardinality limit: 3 calls, 33 tokens, <$0.000001; exact in every total.',
      'Not covered: agents reported 1,200 tokens more than the calls below them; some library is not instrumented (whole ledger).',
      'Audit (whole ledger of 60 spans seen): wrapper spans 12, repeated responses 2.',
      'Prices (whole ledger, calls): 40 by @pydantic/genai-prices 0.1.8, 2 by your own prices.',
      'Ledger: ./usage-ledger.json, as of 2026-11-22 10:20:05 UTC.',
    ]);
  });

  it('never call an unknown cost zero', () => {
    const model = '(other)';
    const numbers = { calls: 2, unpricedCalls: 2, inputTokens: 10, unpricedInputTokens: 10 };
    const document = makeDocument([{ start: '2026-11-22T00:00:00Z', model, ...numbers }]);
    expect(honestyLines(computeReport(mergeLedgers([{ path: 'x', document }]), { now: NOW }))).toContain(
      'In (other), past the cardinality limit: 2 calls, 10 tokens, cost unknown; exact in every total.',
    );
  });

  it('name what could not be split, copies, conflicts and differing zones', () => {
    const folded = makeDocument([{ start: '2026-11-20T00:00:00Z', minutes: 1440, calls: 1 }], {
      timezone: 'Asia/Tokyo',
    });
    const lines = honestyLines(
      computeReport(
        mergeLedgers([
          { path: 'a', document: sampleDocument({ writers: { a: 1, b: 2 } }) },
          { path: 'b', document: sampleDocument({ writers: { a: 1, c: 3 } }) },
          { path: 'c', document: { ...folded, createdAt: '2026-11-02T00:00:00.000Z', writers: { q: 1 } } },
          { path: 'd', document: { ...folded, createdAt: '2026-11-02T00:00:00.000Z', writers: { q: 1 } } },
        ]),
        { now: NOW, timezone: 'Europe/Berlin' },
      ),
    ).join('\n');
    expect(lines).toMatch(/^WARNING: b and a began as one ledger/);
    expect(lines).toContain(
      'Not split: 1 row (a quarter of an hour, or an older day, folded) reaches over a border of this report in Europe/Berlin',
    );
    expect(lines).toContain('Ledger: d is the same ledger as c: counted once.');
    expect(lines).toContain('These ledgers have different time zones; this report is in Europe/Berlin.');
  });

  it('list at most ten unpriced models', () => {
    const rows = Array.from({ length: 13 }, (_, i) => ({
      start: '2026-11-22T00:00:00Z',
      model: `m${i}`,
      calls: 1,
      unpricedCalls: 1,
      inputTokens: 5,
      unpricedInputTokens: 5,
    }));
    const report = computeReport(mergeLedgers([{ path: 'x', document: makeDocument(rows) }]), { now: NOW });
    const lines = honestyLines(report).filter((line) => line.startsWith('No price known'));
    expect(lines).toHaveLength(11);
    expect(lines[10]).toBe('No price known: 3 more models (--format json lists all).');
  });

  it('say what the report is about', () => {
    const report = sampleReport({
      by: ['agent'],
      since: '2026-11-20',
      until: '2026-11-21',
      where: { provider: ['openai', 'vendor'] },
      top: 3,
      timezone: 'Asia/Kathmandu',
    });
    expect(titleLine(report)).toBe(
      'Usage by agent · top 3 · 2026-11-20 00:00 to 2026-11-22 00:00 · provider = openai or vendor · Asia/Kathmandu',
    );
  });
});

describe('CSV', () => {
  /** A strict reader of RFC 4180, by another road than the writer. */
  function parse(text: string): string[][] {
    const rows: string[][] = [];
    let rest = text;
    while (rest !== '') {
      const row: string[] = [];
      for (;;) {
        const field = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest);
        if (field === null) throw new Error(`no CSV: ${rest.slice(0, 40)}`);
        row.push(field[1]?.replaceAll('""', '"') ?? field[2] ?? '');
        rest = rest.slice(field[0].length);
        if (field[3] === '\r\n') break;
      }
      rows.push(row);
    }
    return rows;
  }

  it('holds every field of every row, exactly', () => {
    const report = sampleReport({ by: ['day', 'model', 'user'] });
    const [head = [], ...rows] = parse(renderCsv(report));
    expect(head.slice(0, 7)).toEqual([
      'day',
      'model',
      'user',
      'calls',
      'errors',
      'unmeteredCalls',
      'unpricedCalls',
    ]);
    expect(head.at(-1)).toBe('unpricedAudioOutputTokens');
    expect(rows).toHaveLength(report.rows.length);
    for (const [i, row] of report.rows.entries()) {
      const fields = Object.fromEntries(head.map((name, k) => [name, rows[i]?.[k]]));
      expect(Number(fields['costUsd'])).toBe(row.costUsd);
      expect(Number(fields['inputTokens'])).toBe(row.inputTokens);
      expect(Number(fields['cacheSavingsUsd'])).toBe(row.cacheSavingsUsd ?? 0);
      expect(fields['model']).toBe(row.key['model']);
    }
    expect(renderCsv(report)).not.toMatch(/\de[+-]?\d/);
  });

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    ' =1',
    '\u0000=1',
    '\u200b@1',
    '＝1',
    '=HYPERLINK("http://x","y")',
  ])('makes %j harmless for spreadsheets', (model) => {
    const report = computeReport(
      mergeLedgers([
        { path: 'x', document: makeDocument([{ start: '2026-11-22T00:00:00Z', model, calls: 1 }]) },
      ]),
      { now: NOW, by: ['model'] },
    );
    expect(parse(renderCsv(report))[1]?.[0]).toBe(`'${model}`);
  });

  it('quotes what needs quotes', () => {
    const model = 'a "b", c\r\nd';
    const report = computeReport(
      mergeLedgers([
        { path: 'x', document: makeDocument([{ start: '2026-11-22T00:00:00Z', model, calls: 1 }]) },
      ]),
      { now: NOW, by: ['model'] },
    );
    expect(renderCsv(report)).toContain('"a ""b"", c\r\nd",1,0,');
    expect(parse(renderCsv(report))[1]?.[0]).toBe(model);
  });
});

describe('Markdown', () => {
  it('is one table with totals and notes', () => {
    const lines = renderMarkdown(sampleReport({ by: ['model'] })).split('\n');
    expect(lines[0]).toBe('## Usage by model · all time · UTC');
    expect(lines[2]).toBe('| model | Calls | Errors | Input | Cached | Output | Reasoning | Cost | Share |');
    expect(lines[3]).toBe('| :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
    expect(lines[4]).toBe(
      '| claude-sonnet-4-5 | 30 | 3 | 300,000 | 0 | 60,000 | 15,000 | ≥$1.8000 | 99.9% |',
    );
    expect(lines).toContain(
      '| **Total** | **48** | **3** | **324,120** | **5,760** | **63,462** | **15,000** | **≥$1.8012** |  |',
    );
    expect(lines).toContain('- Priced: 95.4% of tokens.');
  });

  it('keeps names as text', () => {
    const model = '[x](javascript:alert(1)) | `b` <img src=x> *y* @team https://x www.x.y #1 \u001b';
    const document = makeDocument([{ start: '2026-11-22T00:00:00Z', model, calls: 1 }]);
    const report = computeReport(mergeLedgers([{ path: 'x', document }]), { now: NOW, by: ['model'] });
    expect(renderMarkdown(report)).toContain(
      '| \\[x\\](javascript:alert(1)) \\| \\`b\\` &lt;img src=x&gt; \\*y\\* @&#8203;team https:&#8203;//x www&#8203;.x.y \\#&#8203;1 \\\\u001b |',
    );
  });
});
