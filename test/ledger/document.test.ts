import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { delta, stateOf } from './arbitraries.js';
import { LedgerState } from '../../src/ledger/ledger-state.js';
import { fromDocument } from '../../src/ledger/from-document.js';
import { parseDocument } from '../../src/ledger/parse-document.js';
import { renderChunks, renderDocument } from '../../src/ledger/render-document.js';
import { sumProblems } from '../../src/ledger/sum-problems.js';
import { toDocument } from '../../src/ledger/document.js';
import { AUDIT_FIELDS } from '../../src/usage/usage-sink.js';
import { USAGE_FIELDS } from '../../src/ledger/usage-fields.js';
import { zeroMeasures } from '../../src/ledger/measures.js';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';

const HEADER = {
  generation: 42,
  createdAt: '2026-11-20T08:00:00.000Z',
  updatedAt: '2026-11-22T10:20:05.123Z',
  timezone: 'UTC',
  writers: { '4f1c': 17 },
  priceSource: '@pydantic/genai-prices 0.1.8',
};

function sampleState(): LedgerState {
  const state = new LedgerState();
  state.addDelta({
    rows: [
      {
        startMillis: Date.parse('2026-11-22T10:15:00Z'),
        minutes: 15,
        series: {
          provider: 'openai',
          model: 'gpt-4o-mini-2024-07-18',
          operation: 'chat',
          service: 'checkout',
          dimensions: { agent: 'refunds' },
        },
        measures: {
          ...zeroMeasures(),
          calls: 3,
          inputTokens: 3030,
          cacheReadInputTokens: 1920,
          outputTokens: 153,
          costNanoUsd: 402_300,
          durationMillis: 2460,
        },
      },
    ],
    audit: { spansSeen: 6, wrapperSpans: 3 },
    pricedCalls: { book: 3 },
  });
  return state;
}

const schema = JSON.parse(
  readFileSync(new URL('../../schema/usage-ledger.schema.json', import.meta.url), 'utf8'),
);
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

function parsed(text: string): LedgerDocument {
  const result = parseDocument(text);
  if (result.kind !== 'ledger') throw new Error(JSON.stringify(result));
  return result.document;
}

describe('the ledger file', () => {
  test('is written as documented, one view entry and one row a line', () => {
    expect(renderDocument(toDocument(sampleState(), HEADER))).toBe(`{
  "format": "genai-usage-ledger",
  "version": 1,
  "generation": 42,
  "createdAt": "2026-11-20T08:00:00.000Z",
  "updatedAt": "2026-11-22T10:20:05.123Z",
  "timezone": "UTC",
  "currency": "USD",
  "writers": {"4f1c":17},
  "totals": ${TOTAL},
  "days": {
    "2026-11-22": ${TOTAL}
  },
  "models": {
    "openai/gpt-4o-mini-2024-07-18": ${TOTAL}
  },
  "providers": {
    "openai": ${TOTAL}
  },
  "audit": {"spansSeen":6,"recordsSeen":0,"errorsWithoutUsage":0,"wrapperSpans":3,"uncoveredTokens":0,"twinSpans":0,"repeatedResponses":0,"rejectedValues":0,"incompleteSpans":0,"lateSpans":0,"clampedTimes":0,"overflowCalls":0,"corruptRecords":0,"failedFlushes":0},
  "prices": {"source":"@pydantic/genai-prices 0.1.8","overrides":0,"book":3,"reported":0},
  "rows": [
    {"start":"2026-11-22T10:15:00Z","minutes":15,"provider":"openai","model":"gpt-4o-mini-2024-07-18","operation":"chat","service":"checkout","dimensions":{"agent":"refunds"},"calls":3,"inputTokens":3030,"cacheReadInputTokens":1920,"outputTokens":153,"costUsd":0.0004023,"durationMillis":2460}
  ]
}
`);
  });

  test('an empty ledger is a ledger', () => {
    const text = renderDocument(toDocument(new LedgerState(), HEADER));
    expect(parsed(text).rows).toEqual([]);
    expect(validate(JSON.parse(text))).toBe(true);
  });

  test('a document is what JSON.parse makes of its file, types of objects included', () => {
    const document = toDocument(sampleState(), HEADER);
    expect(document).toStrictEqual(JSON.parse(renderDocument(document)));
  });

  test('a model named __proto__ is just a model', () => {
    const state = sampleState();
    const [row] = state.table.rows();
    const dimensions = JSON.parse('{"__proto__":"x","constructor":"y"}');
    state.table.add({
      ...row!,
      series: { ...row!.series, provider: '__proto__', model: '__proto__', dimensions },
    });
    const text = renderDocument(toDocument(state, HEADER));
    const document = parsed(text);
    expect(Object.keys(document.providers)).toEqual(['__proto__', 'openai']);
    expect(Object.keys(document.models)).toContain('__proto__/__proto__');
    expect(document.totals.calls).toBe(6);
    expect(renderDocument(toDocument(fromDocument(document), HEADER))).toBe(text);
    expect(Object.prototype).not.toHaveProperty('calls');
  });

  test('the JSON Schema accepts every ledger this package writes', () => {
    fc.assert(
      fc.property(fc.array(delta, { maxLength: 8 }), (deltas) => {
        validate(JSON.parse(renderDocument(toDocument(stateOf(deltas), HEADER))));
        expect(validate.errors).toBeNull();
      }),
    );
  });

  test('the JSON Schema names every field and every audit counter, and no others', () => {
    expect(Object.keys(schema.$defs.usage.properties)).toEqual(USAGE_FIELDS.map(([field]) => field));
    expect(Object.keys(schema.properties.audit.properties)).toEqual([...AUDIT_FIELDS]);
  });

  test('many rows come in chunks that join to the whole', () => {
    const state = new LedgerState();
    const [row] = sampleState().table.rows();
    for (let i = 0; i < 1201; i++) state.table.add({ ...row!, startMillis: i * 900_000 });
    const document = toDocument(state, HEADER);
    const chunks = [...renderChunks(document)];
    expect(chunks.length).toBeGreaterThan(4);
    expect(parsed(chunks.join(''))).toEqual(JSON.parse(JSON.stringify(document)));
  });
});

const TOTAL =
  '{"calls":3,"errors":0,"unmeteredCalls":0,"unpricedCalls":0,"inputTokens":3030,"cacheReadInputTokens":1920,"cacheWriteInputTokens":0,"audioInputTokens":0,"outputTokens":153,"reasoningOutputTokens":0,"audioOutputTokens":0,"costUsd":0.0004023,"durationMillis":2460}';

describe('what is read', () => {
  const text = renderDocument(toDocument(sampleState(), HEADER));

  test('cut anywhere, the file is corrupt, never empty and never somebody else’s', () => {
    for (let length = 0; length < text.trimEnd().length; length++) {
      expect(parseDocument(text.slice(0, length)).kind).toBe('corrupt');
    }
  });

  test.each([
    ['a newer version', { version: 2, anything: true }, 'newer'],
    ['a version that cannot be', { version: 0 }, 'corrupt'],
    ['a fractional version', { version: 1.5 }, 'corrupt'],
    ['another format', { format: 'package' }, 'not-ledger'],
    ['rows that are no array', { rows: {} }, 'corrupt'],
    [
      'a row without a model',
      { rows: [{ start: '2026-11-22T10:15:00Z', minutes: 15, provider: 'p', operation: 'c' }] },
      'corrupt',
    ],
    ['a row off the minute', { rows: [rowWith({ start: '2026-11-22T10:15:01Z' })] }, 'corrupt'],
    ['a row on no day', { rows: [rowWith({ start: '2026-13-45T10:15:00Z' })] }, 'corrupt'],
    ['a row of no length', { rows: [rowWith({ minutes: 0 })] }, 'corrupt'],
    ['half a token', { rows: [rowWith({ inputTokens: 0.5 })] }, 'corrupt'],
    ['tokens as text', { rows: [rowWith({ inputTokens: '5' })] }, 'corrupt'],
    ['a cost of null', { rows: [rowWith({ costUsd: null })] }, 'corrupt'],
    ['a dimension that is no text', { rows: [rowWith({ dimensions: { agent: 1 } })] }, 'corrupt'],
    ['a second row that is none', { rows: [rowWith({}), 1] }, 'corrupt'],
    ['totals without calls', { totals: {} }, 'corrupt'],
    ['a view that is none', { days: { '2026-11-22': 5 } }, 'corrupt'],
    ['a model without numbers', { models: { m: {} } }, 'corrupt'],
    ['a broken counter', { audit: { spansSeen: 'many' } }, 'corrupt'],
    ['prices without a source', { prices: { overrides: 0 } }, 'corrupt'],
    ['an unknown zone', { timezone: 'Mars/Olympus' }, 'corrupt'],
    ['a broken sequence', { writers: { w: -1 } }, 'corrupt'],
    ['a field it does not know', { note: 'kept' }, 'ledger'],
    ['a reversed row', { rows: [rowWith({ calls: -1, costUsd: -0.5 })] }, 'ledger'],
  ])('%s', (_name, change, kind) => {
    expect(parseDocument(JSON.stringify({ ...JSON.parse(text), ...change })).kind).toBe(kind);
  });

  test.each(['null', '[]', '5', '{}', '"text"', 'hello', '<html>', '{"name": "other"'])(
    '%s is no ledger',
    (other) => {
      expect(parseDocument(other).kind).toBe('not-ledger');
    },
  );

  test('a flipped bit in a number shows in the sums', () => {
    const document = parsed(text.replace('"calls":3,"inputTokens":3030', '"calls":3,"inputTokens":3031'));
    expect(sumProblems(parsed(text))).toEqual([]);
    expect(sumProblems(document)).toEqual(['the rows add up to 3031 inputTokens, but totals say 3030']);
  });

  function rowWith(change: object): object {
    return {
      start: '2026-11-22T10:15:00Z',
      minutes: 15,
      provider: 'p',
      model: 'm',
      operation: 'chat',
      ...change,
    };
  }
});
