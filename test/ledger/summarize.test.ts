import { describe, expect, it } from 'vitest';
import type { ShortRow } from '../report/make-document.js';
import type { SummarizeOptions } from '../../src/ledger/summarize.js';
import { nearestName } from '../../src/ledger/nearest-name.js';
import { borderMillis } from '../../src/ledger/period.js';
import { summarize } from '../../src/ledger/summarize.js';
import { makeDocument } from '../report/make-document.js';

const NOW = new Date('2026-11-22T10:20:00Z');

/** Group values and call counts, in order. */
function shape(rows: readonly ShortRow[], options: SummarizeOptions, timezone = 'UTC'): string[] {
  const { groups } = summarize(makeDocument(rows, { timezone }), { now: NOW, ...options });
  return groups.map(({ key, calls }) => `${Object.values(key).join(' ')} ${calls}`);
}

const slot = (start: string, calls = 1): ShortRow => ({ start, calls, costNanoUsd: calls * 1000 });

describe('summarize', () => {
  it('answers the example of its docstring', () => {
    const rows = [
      {
        start: '2026-11-22T10:15:00Z',
        calls: 3,
        inputTokens: 3030,
        cacheReadInputTokens: 1920,
        outputTokens: 153,
        costNanoUsd: 402_300,
        durationMillis: 2460,
      },
    ];
    const summary = summarize(makeDocument(rows), { by: ['day', 'model'], since: '7d', now: NOW });
    expect(summary.groups).toEqual([
      {
        key: { day: '2026-11-22', model: 'gpt-4o-mini' },
        calls: 3,
        errors: 0,
        unmeteredCalls: 0,
        unpricedCalls: 0,
        inputTokens: 3030,
        cacheReadInputTokens: 1920,
        cacheWriteInputTokens: 0,
        audioInputTokens: 0,
        outputTokens: 153,
        reasoningOutputTokens: 0,
        audioOutputTokens: 0,
        costUsd: 0.0004023,
        durationMillis: 2460,
      },
    ]);
    expect(summary.since).toBe('2026-11-16T00:00:00.000Z');
    expect(summary.until).toBeUndefined();
    expect(summary.timezone).toBe('UTC');
    expect(summary.unsplitRows).toBe(0);
  });

  it('adds a million calls of $0.0000025 to $2.50', () => {
    const rows = Array.from({ length: 1000 }, (_, i) => ({
      start: new Date(Date.UTC(2026, 10, 1) + i * 900_000).toISOString(),
      calls: 1000,
      costNanoUsd: 2_500_000,
    }));
    for (const by of [[], ['day'], ['hour'], ['month']]) {
      const { totals, groups } = summarize(makeDocument(rows), { by });
      expect(totals.costUsd).toBe(2.5);
      expect(groups.reduce((sum, group) => sum + Math.round(group.costUsd * 1e9), 0)).toBe(2_500_000_000);
    }
  });

  it('gives one group for no columns and none for no rows', () => {
    const rows = [slot('2026-11-22T10:15:00Z', 2), slot('2026-11-22T11:15:00Z', 3)];
    expect(shape(rows, {})).toEqual([' 5']);
    expect(shape([], { by: ['model'] })).toEqual([]);
    expect(shape([], {})).toEqual([]);
  });

  it('cuts days, hours, weeks and months in a zone of +5:45', () => {
    const rows = [slot('2026-10-31T18:00:00Z', 1), slot('2026-10-31T18:15:00Z', 10)];
    const timezone = 'Asia/Kathmandu';
    expect(shape(rows, { by: ['day'], timezone })).toEqual(['2026-10-31 1', '2026-11-01 10']);
    expect(shape(rows, { by: ['month'], timezone })).toEqual(['2026-10 1', '2026-11 10']);
    expect(shape(rows, { by: ['week'], timezone })).toEqual(['2026-W44 11']);
    expect(shape(rows, { by: ['hour'], timezone })).toEqual([
      '2026-10-31T23:00+05:45 1',
      '2026-11-01T00:00+05:45 10',
    ]);
    expect(shape(rows, { by: ['day'] }, timezone)).toEqual(['2026-10-31 1', '2026-11-01 10']);
  });

  it('keeps the two autumn hours of one name apart and in order', () => {
    const rows = [slot('2026-10-25T00:30:00Z', 1), slot('2026-10-25T01:30:00Z', 2)];
    expect(shape(rows, { by: ['hour'], timezone: 'Europe/Berlin' })).toEqual([
      '2026-10-25T02:00+02:00 1',
      '2026-10-25T02:00+01:00 2',
    ]);
  });

  it('numbers ISO weeks over the turn of the year', () => {
    const rows = ['2024-12-29', '2024-12-30', '2026-12-31', '2027-01-01', '2027-01-03', '2027-01-04'];
    expect(
      shape(
        rows.map((day) => slot(`${day}T12:00:00Z`)),
        { by: ['week'] },
      ),
    ).toEqual(['2024-W52 1', '2025-W01 1', '2026-W53 3', '2027-W01 1']);
  });

  it('says which rows cannot be split, and counts each where it starts', () => {
    const folded = { ...slot('2026-11-20T00:00:00Z', 7), minutes: 1440 };
    const rows = [folded, slot('2026-11-20T23:00:00Z', 1)];
    const run = (options: SummarizeOptions): [string[], number] => [
      shape(rows, options),
      summarize(makeDocument(rows), options).unsplitRows,
    ];
    expect(run({ by: ['day'] })).toEqual([['2026-11-20 8'], 0]);
    expect(run({ by: ['day'], timezone: 'Europe/Berlin' })).toEqual([['2026-11-20 7', '2026-11-21 1'], 1]);
    expect(run({ by: ['day'], timezone: 'America/New_York' })).toEqual([['2026-11-19 7', '2026-11-20 1'], 1]);
    expect(run({ by: ['month'], timezone: 'Europe/Berlin' })).toEqual([['2026-11 8'], 0]);
    expect(run({ by: ['hour'] })[1]).toBe(1);
    expect(run({ since: '2026-11-20T12:00:00Z' })).toEqual([[' 1'], 1]);
    expect(run({ until: '2026-11-20T12:00:00Z' })).toEqual([[' 7'], 1]);
    expect(run({ since: '2026-11-21', timezone: 'Europe/Berlin' })).toEqual([[' 1'], 1]);
    expect(run({ since: '2026-11-20T12:00:00Z', where: { model: 'other' } })).toEqual([[], 0]);
  });

  it('counts a call at the exact boundary in the later day', () => {
    const rows = [slot('2026-11-21T23:45:00Z', 1), slot('2026-11-22T00:00:00Z', 10)];
    expect(shape(rows, { since: '2026-11-22' })).toEqual([' 10']);
    expect(shape(rows, { until: '2026-11-21' })).toEqual([' 1']);
    expect(shape(rows, { until: '2026-11-22T00:00:00Z' })).toEqual([' 1']);
  });

  it('filters by any column, one value or several, also by absence', () => {
    const rows = [
      { ...slot('2026-11-22T00:00:00Z', 1), dimensions: { agent: 'refunds' } },
      { ...slot('2026-11-22T00:00:00Z', 10), dimensions: { agent: 'search' }, service: 'web' },
      { ...slot('2026-11-21T00:00:00Z', 100) },
    ];
    expect(shape(rows, { where: { agent: 'refunds' } })).toEqual([' 1']);
    expect(shape(rows, { where: { agent: ['refunds', 'search'] } })).toEqual([' 11']);
    expect(shape(rows, { where: { agent: '(unknown)' } })).toEqual([' 100']);
    expect(shape(rows, { where: { service: 'web', agent: 'refunds' } })).toEqual([]);
    expect(shape(rows, { where: { day: '2026-11-22' } })).toEqual([' 11']);
    expect(shape(rows, { by: ['agent'] })).toEqual(['(unknown) 100', 'search 10', 'refunds 1']);
  });

  it('keeps the top over the whole period and adds the rest up as (other)', () => {
    const rows = [
      { ...slot('2026-11-21T00:00:00Z', 5), model: 'a' },
      { ...slot('2026-11-21T00:00:00Z', 6), model: 'b' },
      { ...slot('2026-11-21T00:00:00Z', 1), model: 'c' },
      { ...slot('2026-11-22T00:00:00Z', 7), model: 'c' },
      { ...slot('2026-11-22T00:00:00Z', 1), model: 'd' },
      { ...slot('2026-11-22T00:00:00Z', 90), model: '(other)' },
    ];
    expect(shape(rows, { by: ['model'], top: 2 })).toEqual(['c 8', 'b 6', '(other) 96']);
    expect(shape(rows, { by: ['day', 'model'], top: 2 })).toEqual([
      '2026-11-21 b 6',
      '2026-11-21 c 1',
      '2026-11-21 (other) 5',
      '2026-11-22 c 7',
      '2026-11-22 (other) 91',
    ]);
    expect(shape(rows, { by: ['day'], top: 1 })).toEqual(['2026-11-22 98', '(other) 12']);
    expect(shape(rows, { by: ['provider', 'model'], top: 1 })).toEqual(['openai c 8', '(other) (other) 102']);
    expect(shape(rows, { by: ['model'], top: 9 })).toHaveLength(5);
  });

  it('orders by cost, then tokens, calls and name', () => {
    const rows: ShortRow[] = [
      { start: '2026-11-22T00:00:00Z', model: 'z', calls: 1, unmeteredCalls: 1 },
      { start: '2026-11-22T00:00:00Z', model: 'y', calls: 1, unmeteredCalls: 1 },
      { start: '2026-11-22T00:00:00Z', model: 'free', calls: 1, inputTokens: 9 },
      { start: '2026-11-22T00:00:00Z', model: 'paid', calls: 1, costNanoUsd: 1 },
    ];
    expect(shape(rows, { by: ['model'] })).toEqual(['paid 1', 'free 1', 'y 1', 'z 1']);
  });

  it('treats hostile names as text', () => {
    const names = ['__proto__', 'constructor', 'a\u0000b', '../x', '<script>', 'x","y'];
    const rows = names.map((model) => ({ ...slot('2026-11-22T00:00:00Z'), model }));
    const { groups } = summarize(makeDocument(rows), { by: ['model'] });
    expect(new Set(groups.map(({ key }) => key['model']))).toEqual(new Set(names));
    const own: ShortRow[] = [
      { ...slot('2026-11-22T00:00:00Z'), dimensions: Object.fromEntries([['__proto__', 'v']]) },
    ];
    expect(Object.entries(summarize(makeDocument(own), { by: ['__proto__'] }).groups[0]?.key ?? {})).toEqual([
      ['__proto__', 'v'],
    ]);
    expect(shape(rows, { by: ['toString'] })).toEqual(['(unknown) 6']);
  });

  it('never joins two combinations into one', () => {
    const pair = (provider: string, model: string): ShortRow => ({
      ...slot('2026-11-22T00:00:00Z'),
      provider,
      model,
    });
    expect(
      shape([pair('a', 'b c'), pair('a b', 'c'), pair('a', 'b\u0000c'), pair('a\u0000b', 'c')], {
        by: ['provider', 'model'],
      }),
    ).toHaveLength(4);
  });
});

describe('borders of a period', () => {
  const at = (name: 'since' | 'until', value: string | number | Date, zone = 'UTC'): string =>
    new Date(borderMillis(name, value, zone, NOW.getTime())).toISOString();
  const cases: Array<[value: string, zone: string, since: string, until: string]> = [
    ['2026-11-22', 'UTC', '2026-11-22T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ['2026-11-22', 'Pacific/Kiritimati', '2026-11-21T10:00:00.000Z', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22', 'Pacific/Pago_Pago', '2026-11-22T11:00:00.000Z', '2026-11-23T11:00:00.000Z'],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z', '2011-12-30T10:00:00.000Z'],
    ['2024-02-29', 'UTC', '2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['2026-11', 'UTC', '2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
    ['2026-12', 'Asia/Kathmandu', '2026-11-30T18:15:00.000Z', '2026-12-31T18:15:00.000Z'],
    ['today', 'America/New_York', '2026-11-22T05:00:00.000Z', '2026-11-23T05:00:00.000Z'],
    ['yesterday', 'UTC', '2026-11-21T00:00:00.000Z', '2026-11-22T00:00:00.000Z'],
    ['1d', 'UTC', '2026-11-22T00:00:00.000Z', '2026-11-22T00:00:00.000Z'],
    ['7d', 'UTC', '2026-11-16T00:00:00.000Z', '2026-11-16T00:00:00.000Z'],
    ['30d', 'Europe/Berlin', '2026-10-23T22:00:00.000Z', '2026-10-23T22:00:00.000Z'],
    ['2w', 'UTC', '2026-11-09T00:00:00.000Z', '2026-11-09T00:00:00.000Z'],
    ['24h', 'UTC', '2026-11-21T10:15:00.000Z', '2026-11-21T10:15:00.000Z'],
    ['2026-11-22T10:15:00Z', 'Asia/Tokyo', '2026-11-22T10:15:00.000Z', '2026-11-22T10:15:00.000Z'],
    ['2026-11-22T10:15+05:45', 'UTC', '2026-11-22T04:30:00.000Z', '2026-11-22T04:30:00.000Z'],
    ['2026-11-22 10:15', 'Asia/Tokyo', '2026-11-22T01:15:00.000Z', '2026-11-22T01:15:00.000Z'],
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z', '2026-10-25T00:30:00.000Z'],
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z', '2026-03-29T01:30:00.000Z'],
  ];
  it.each(cases)('%s in %s', (value, zone, since, until) => {
    expect([at('since', value, zone), at('until', value, zone)]).toEqual([since, until]);
  });

  it('takes a Date and milliseconds as they are', () => {
    expect(at('since', NOW)).toBe(NOW.toISOString());
    expect(at('until', NOW.getTime())).toBe(NOW.toISOString());
  });

  it.each([
    '',
    'last tuesday',
    '2026-13-01',
    '2026-02-30',
    '0099-01-01',
    '7',
    '7x',
    '-7d',
    '99999w',
    'Infinity',
  ])('refuses %j, naming value and rule', (value) => {
    expect(() => at('since', value)).toThrow(RangeError);
    expect(() => at('since', value)).toThrow(/^since must be a date \(2026-11-22\).*; got "/s);
  });

  it('refuses invalid dates and other types', () => {
    expect(() => at('until', new Date('x'))).toThrow(/^until must be .* got Invalid Date$/s);
    expect(() => at('until', Number.NaN)).toThrow(RangeError);
    expect(() => at('until', Number.MAX_VALUE)).toThrow(RangeError);
    expect(() => at('until', null as unknown as string)).toThrow(TypeError);
  });
});

describe('bad options', () => {
  const refuse = (options: object): (() => unknown) => {
    const document = makeDocument([{ ...slot('2026-11-22T00:00:00Z'), dimensions: { feature: 'x' } }]);
    return () => summarize(document, options as SummarizeOptions);
  };
  it.each<[object, typeof Error, RegExp]>([
    [{ by: 'model' }, TypeError, /^by must be an array of column names; got "model"$/],
    [{ by: [1] }, TypeError, /^by must name columns as non-empty texts; got 1$/],
    [{ by: [''] }, TypeError, /^by must name columns/],
    [{ by: ['day', 'day'] }, RangeError, /^by must name each column once; got "day" twice$/],
    [
      { by: ['modle'] },
      RangeError,
      /^by must name a column \(.*feature\); got "modle": did you mean model\?$/,
    ],
    [{ by: ['featrue'] }, RangeError, /did you mean feature\?$/],
    [{ where: 'model=x' }, TypeError, /^where must be an object/],
    [{ where: ['model=x'] }, TypeError, /^where must be an object/],
    [{ where: { model: 1 } }, TypeError, /^where.model must be a text or a list of texts; got 1$/],
    [{ where: { model: [] } }, TypeError, /^where.model must be/],
    [{ where: { provder: 'x' } }, RangeError, /^where must name a column .*did you mean provider\?$/],
    [{ timezone: 'Mars/Base' }, RangeError, /^timezone must be an IANA name .* got "Mars\/Base"$/],
    [{ timezone: 1 }, RangeError, /^timezone must be/],
    [{ top: 0 }, RangeError, /^top must be a positive integer; got 0$/],
    [{ top: 1.5 }, RangeError, /^top must be/],
    [{ top: '3' }, RangeError, /^top must be a positive integer; got "3"$/],
    [{ now: 'x' }, RangeError, /^now must be/],
    [{ since: 'x' }, RangeError, /^since must be/],
    [
      { since: '2026-11-22', until: '2026-11-20' },
      RangeError,
      /^until must not be before since; got "2026-11-20"$/,
    ],
  ])('%j', (options, type, message) => {
    expect(refuse(options)).toThrow(type);
    expect(refuse(options)).toThrow(message);
  });

  it('accepts named dimensions and own ones that no row carries yet', () => {
    const document = makeDocument([slot('2026-11-22T00:00:00Z')]);
    for (const column of ['agent', 'user', 'app.checkout.step']) {
      expect(summarize(document, { by: [column] }).groups[0]?.key).toEqual({ [column]: '(unknown)' });
    }
  });
});

describe('nearestName', () => {
  const names = ['model', 'provider', 'operation', 'agent', 'day', 'hour'];
  it.each([
    ['modle', 'model'],
    ['Models', 'model'],
    ['providr', 'provider'],
    ['oprations', 'operation'],
    ['dya', 'day'],
    ['h', undefined],
    ['color', undefined],
    ['', undefined],
  ])('%j → %j', (name, nearest) => {
    expect(nearestName(name, names)).toBe(nearest);
  });
});
