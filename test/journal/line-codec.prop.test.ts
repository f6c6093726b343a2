import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delta } from '../../src/ledger/delta.js';
import { MEASURES, zeroMeasures } from '../../src/ledger/measures.js';
import { checksum, decodeLine, encodeDelta, encodeEnd, encodeHeader } from '../../src/journal/line-codec.js';

const count = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', '../x', '\n', '\0', ''),
);
const measures = fc
  .dictionary(fc.constantFrom(...MEASURES), count)
  .map((some) => ({ ...zeroMeasures(), ...some }));
const series = fc.record({
  provider: name,
  model: name,
  operation: name,
  service: name,
  dimensions: fc.array(fc.tuple(name, name)).map((pairs) => {
    const dimensions: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const [key, value] of pairs) dimensions[key] = value;
    return dimensions;
  }),
});
const row = fc.record({
  startMillis: fc.integer({ min: 0, max: 70_000_000 }).map((minutes) => minutes * 60_000),
  minutes: fc.integer({ min: 1, max: 46_080 }),
  series,
  measures,
});
const delta: fc.Arbitrary<Delta> = fc.record({
  rows: fc.array(row, { maxLength: 5 }),
  audit: fc.record({ spansSeen: fc.nat(), lateSpans: fc.nat() }),
  pricedCalls: fc.record({ book: fc.nat(), override: fc.nat() }),
});

function withoutNewline(bytes: Uint8Array): Uint8Array {
  expect(bytes.at(-1)).toBe(0x0a);
  expect(bytes.indexOf(0x0a)).toBe(bytes.length - 1);
  return bytes.subarray(0, -1);
}

/** As plain data: zero counters are left out, dimension objects have no prototype to compare. */
function plain(value: Delta): unknown {
  const counters = (some: object): unknown =>
    new Map(Object.entries(some).filter(([, amount]) => amount !== 0));
  return {
    rows: value.rows.map((item) => ({
      ...item,
      measures: MEASURES.map((measure) => item.measures[measure] + 0),
      series: {
        ...item.series,
        dimensions: Object.entries(item.series.dimensions).map((pair) => pair.join('\u{1F511}')),
      },
    })),
    audit: counters(value.audit),
    pricedCalls: counters(value.pricedCalls),
  };
}

describe('a journal line', () => {
  it('gives back what was written, whatever the names and numbers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), delta, (sequence, value) => {
        const line = decodeLine(withoutNewline(encodeDelta(sequence, value)));
        if (line.kind !== 'delta') throw new Error(line.kind);
        expect(line.sequence).toBe(sequence);
        expect(plain(line.delta)).toEqual(plain(value));
      }),
    );
  });

  it('with any byte changed is corrupt', () => {
    fc.assert(
      fc.property(delta, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, change) => {
        const bytes = Buffer.from(withoutNewline(encodeDelta(1, value)));
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ change;
        expect(decodeLine(bytes).kind).toBe('corrupt');
      }),
    );
  });

  it('cut anywhere is corrupt', () => {
    fc.assert(
      fc.property(delta, fc.nat(), (value, at) => {
        const bytes = withoutNewline(encodeDelta(1, value));
        expect(decodeLine(bytes.subarray(0, at % bytes.length)).kind).toBe('corrupt');
      }),
    );
  });

  it('of bytes at random never throws', () => {
    const check = fc.check(fc.property(fc.uint8Array(), (bytes) => decodeLine(bytes).kind === 'corrupt'));
    expect(check.failed).toBe(false);
  });

  it.each([
    ['a fraction', '{"s":1,"r":[[1,15,"a","b","c","d",{},{"c":1.5}]]}'],
    ['a number too large', '{"s":1,"r":[[1,15,"a","b","c","d",{},{"c":1e999}]]}'],
    ['a sequence too large', '{"s":9007199254740992}'],
    ['an unknown measure', '{"s":1,"r":[[1,15,"a","b","c","d",{},{"zz":1}]]}'],
    ['a measure that is text', '{"s":1,"r":[[1,15,"a","b","c","d",{},{"c":"1"}]]}'],
    ['a missing column', '{"s":1,"r":[[1,15,"a","b","c",{},{"c":1}]]}'],
    ['a dimension that is a number', '{"s":1,"r":[[1,15,"a","b","c","d",{"x":1},{"c":1}]]}'],
    ['no minutes', '{"s":1,"r":[[1,0,"a","b","c","d",{},{"c":1}]]}'],
    ['sequence 0', '{"s":0}'],
    ['rows that are no array', '{"s":1,"r":{}}'],
    ['a counter that is text', '{"s":1,"a":{"spansSeen":"1"}}'],
    ['no object', '[1]'],
    ['something else', '{"hello":1}'],
  ])('with a right checksum but %s is corrupt', (_what, json) => {
    expect(decodeLine(Buffer.from(`${checksum(json)} ${json}`)).kind).toBe('corrupt');
  });

  it('leaves out counters of later versions', () => {
    const json = '{"s":1,"a":{"toString":1,"spansSeen":2}}';
    const line = decodeLine(Buffer.from(`${checksum(json)} ${json}`));
    expect(line).toMatchObject({ kind: 'delta', delta: { audit: { spansSeen: 2 } } });
    expect(line.kind === 'delta' && Object.keys(line.delta.audit)).toEqual(['spansSeen']);
  });

  it('knows headers and ends', () => {
    expect(decodeLine(withoutNewline(encodeHeader('00ff00ff00ff00ff')))).toEqual({
      kind: 'header',
      version: 1,
      writer: '00ff00ff00ff00ff',
    });
    expect(decodeLine(withoutNewline(encodeEnd(9)))).toEqual({ kind: 'end' });
  });
});
