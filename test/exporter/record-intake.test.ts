import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Call } from '../../src/usage/call.js';
import { NO_DIMENSIONS } from '../../src/usage/call.js';
import { RecordIntake } from '../../src/exporter/record-intake.js';
import { ResponseWindow } from '../../src/exporter/response-window.js';
import { FakeClock } from './fake-clock.js';

function createIntake(hashed: readonly string[] = []) {
  const calls: Call[] = [];
  const counts: Record<string, number> = {};
  const clock = new FakeClock();
  const dimensions = hashed.map((name) => ({ name, attributes: [name], hash: true }));
  const target = {
    responses: new ResponseWindow(clock),
    record: (call: Call): void => void calls.push(call),
    recordResponse: (call: Call): void => void calls.push(call),
    count: (field: string, by: number): void => {
      if (field === 'recordsSeen') return;
      counts[field] = (counts[field] ?? 0) + by;
    },
  };
  const intake = new RecordIntake(target, dimensions, clock);
  return { intake, calls, counts, clock };
}

/** What becomes of one record. */
function taken(record: unknown) {
  const { intake, calls, counts, clock } = createIntake();
  intake.take(record);
  return { call: calls[0], counts, now: clock.nowMillis() };
}

describe('a record', () => {
  test('becomes a call, names brought to their canonical form', () => {
    const { call, counts } = taken({
      provider: 'OpenAI',
      model: 'gpt-4o-mini',
      operation: 'embeddings',
      inputTokens: 1010,
      cacheReadInputTokens: 640,
      cacheWriteInputTokens: 5,
      audioInputTokens: 4,
      outputTokens: 50,
      reasoningOutputTokens: 20,
      audioOutputTokens: 3,
      endTimeUnixMillis: 1_763_800_000_000.7,
      durationMillis: 812.4,
      service: 'checkout',
      costUsd: 0.5,
      dimensions: { agent: 'refunds', tries: 3 },
    });
    expect(counts).toEqual({});
    expect({ ...call, dimensions: { ...call?.dimensions } }).toEqual({
      provider: 'openai',
      model: 'gpt-4o-mini',
      operation: 'embeddings',
      service: 'checkout',
      dimensions: { agent: 'refunds', tries: '3' },
      endTimeUnixMillis: 1_763_800_000_000,
      durationMillis: 812,
      metered: true,
      error: false,
      inputTokens: 1010,
      cacheReadInputTokens: 640,
      cacheWriteInputTokens: 5,
      audioInputTokens: 4,
      outputTokens: 50,
      reasoningOutputTokens: 20,
      audioOutputTokens: 3,
      reportedCostUsd: 0.5,
      booking: undefined,
    });
  });

  test('without anything is an unmetered chat of unknown origin, now', () => {
    const { call, counts, now } = taken({});
    expect(counts).toEqual({});
    expect(call).toMatchObject({
      provider: '(unknown)',
      model: '(unknown)',
      operation: 'chat',
      service: '',
      metered: false,
      error: false,
      endTimeUnixMillis: now,
      durationMillis: 0,
      inputTokens: 0,
    });
    expect(call?.dimensions).toBe(NO_DIMENSIONS);
  });

  test('with input or output alone is metered', () => {
    expect(taken({ inputTokens: 0 }).call).toMatchObject({ metered: true, inputTokens: 0, outputTokens: 0 });
    expect(taken({ outputTokens: 7 }).call).toMatchObject({ metered: true, inputTokens: 0, outputTokens: 7 });
  });

  test('that failed is an error, with or without usage', () => {
    expect(taken({ error: true }).call).toMatchObject({ error: true, metered: false });
    expect(taken({ error: true, inputTokens: 5 }).call).toMatchObject({ error: true, metered: true });
  });

  test.each([
    [Number.NaN],
    [-1],
    [0.5],
    [2 ** 53],
    [Number.POSITIVE_INFINITY],
    ['abc'],
    ['1.5'],
    [true],
    [{}],
    [5n],
  ])('keeps its good values when one is %s', (bad) => {
    const { call, counts } = taken({ inputTokens: bad, outputTokens: 50 });
    expect(call).toMatchObject({ metered: true, inputTokens: 0, outputTokens: 50 });
    expect(counts).toEqual({ rejectedValues: 1 });
  });

  test('with only bad tokens is a call with unknown tokens, not one of zero', () => {
    const { call, counts } = taken({ inputTokens: Number.NaN, outputTokens: -5 });
    expect(call).toMatchObject({ metered: false, inputTokens: 0, outputTokens: 0 });
    expect(counts).toEqual({ rejectedValues: 2 });
  });

  test('with a subset larger than its total is repaired as for spans', () => {
    expect(taken({ inputTokens: 36, cacheReadInputTokens: 1500 }).call).toMatchObject({ inputTokens: 1536 });
    const { call, counts } = taken({ inputTokens: 10, audioInputTokens: 11 });
    expect(call).toMatchObject({ audioInputTokens: 10 });
    expect(counts).toEqual({ rejectedValues: 1 });
  });

  test.each([
    [Date.UTC(1999, 11, 31)],
    [Date.UTC(2100, 0, 1)],
    [Number.NaN],
    ['2026-11-22'],
    [new Date()],
    [-1],
  ])('that ended at %s ended now, counted', (endTimeUnixMillis) => {
    const { call, counts, now } = taken({ endTimeUnixMillis });
    expect(call?.endTimeUnixMillis).toBe(now);
    expect(counts).toEqual({ clampedTimes: 1 });
  });

  test('may be a day ahead, no more', () => {
    const { clock } = createIntake();
    const ahead = clock.nowMillis() + 86_400_000;
    expect(taken({ endTimeUnixMillis: ahead }).call?.endTimeUnixMillis).toBe(ahead);
    expect(taken({ endTimeUnixMillis: ahead + 1 }).counts).toEqual({ clampedTimes: 1 });
  });

  test.each([
    [{ durationMillis: -1 }, { durationMillis: 0 }],
    [{ durationMillis: Number.NaN }, { durationMillis: 0 }],
    [{ costUsd: -1 }, { reportedCostUsd: undefined }],
    [{ costUsd: '1' }, { reportedCostUsd: undefined }],
    [{ model: 5 }, { model: '(unknown)' }],
    [{ provider: {} }, { provider: '(unknown)' }],
    [{ service: [] }, { service: '' }],
    [{ dimensions: 'agent' }, { dimensions: NO_DIMENSIONS }],
    [{ dimensions: { agent: {} } }, { dimensions: NO_DIMENSIONS }],
  ])('%j loses the value and counts it', (record, expected) => {
    const { call, counts } = taken(record);
    expect(call).toMatchObject(expected);
    expect(counts).toEqual({ rejectedValues: 1 });
  });

  test.each([[undefined], [null], ['gpt-4o'], [5], [[]], [() => undefined]])(
    '%s is no record, counted',
    (value) => {
      const { call, counts } = taken(value);
      expect(call).toBeUndefined();
      expect(counts).toEqual({ rejectedValues: 1 });
    },
  );

  test('whose getters throw is refused whole', () => {
    const { call, counts } = taken({
      get model(): string {
        throw new Error('no');
      },
    });
    expect(call).toBeUndefined();
    expect(counts).toEqual({ rejectedValues: 1 });
  });

  test('has its texts cut, and hostile names are just text', () => {
    const { call } = taken({
      model: `\u0000../${'x'.repeat(1000)}`,
      dimensions: JSON.parse(`{"__proto__":"${'y'.repeat(1000)}","constructor":"c"}`),
    });
    expect(call?.model).toHaveLength(256);
    expect(Object.keys(call?.dimensions ?? {})).toEqual(['__proto__', 'constructor']);
    expect(call?.dimensions['__proto__']).toHaveLength(256);
    expect({}).not.toHaveProperty('constructor', 'c');
  });

  test('has no dimensions from a Map, whose entries would be missed in silence', () => {
    const { call, counts } = taken({ inputTokens: 1, dimensions: new Map([['agent', 'a']]) });
    expect(call).toMatchObject({ inputTokens: 1, dimensions: {} });
    expect(counts).toEqual({ rejectedValues: 1 });
  });

  test('has at most 16 dimensions', () => {
    const dimensions = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`d${i}`, 'v']));
    const { call, counts } = taken({ dimensions });
    expect(Object.keys(call?.dimensions ?? {})).toHaveLength(16);
    expect(counts).toEqual({ rejectedValues: 4 });
  });

  test('has dimensions hashed that the options say to hash', () => {
    const { intake, calls } = createIntake(['user']);
    intake.take({ dimensions: { user: 'alice', agent: 'refunds' } });
    expect(calls[0]?.dimensions['user']).toMatch(/^[0-9a-f]{24}$/);
    expect(calls[0]?.dimensions['agent']).toBe('refunds');
  });

  test('of any shape never throws, and what it books is sound', () => {
    const names = [
      'inputTokens',
      'outputTokens',
      'cacheReadInputTokens',
      'audioOutputTokens',
      'durationMillis',
    ] as const;
    const field = fc.constantFrom(
      ...names,
      'model',
      'dimensions',
      'endTimeUnixMillis',
      'costUsd',
      'responseId',
      'error',
    );
    const value = fc.oneof(
      fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }),
      fc.double(),
    );
    fc.assert(
      fc.property(fc.dictionary(field, value), (record) => {
        const { call } = taken(record);
        expect(names.every((name) => Number.isSafeInteger(call?.[name]) && (call?.[name] ?? -1) >= 0)).toBe(
          true,
        );
        expect(call?.cacheReadInputTokens).toBeLessThanOrEqual(call?.inputTokens ?? -1);
        expect(call?.audioOutputTokens).toBeLessThanOrEqual(call?.outputTokens ?? -1);
        expect(call?.endTimeUnixMillis).toSatisfy(Number.isSafeInteger);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a response recorded twice', () => {
  const record = { provider: 'openai', model: 'm', inputTokens: 10, outputTokens: 2, responseId: 'r1' };

  test('counts once', () => {
    const { intake, calls, counts } = createIntake();
    for (let i = 0; i < 3; i++) intake.take(record);
    expect(calls).toHaveLength(1);
    expect(counts).toEqual({ repeatedResponses: 2 });
  });

  test('is another call from another provider, with other tokens, or under another id', () => {
    const { intake, calls, counts } = createIntake();
    intake.take(record);
    intake.take({ ...record, provider: 'anthropic' });
    intake.take({ ...record, inputTokens: 11 });
    intake.take({ ...record, outputTokens: 3 });
    intake.take({ ...record, responseId: 'r2' });
    intake.take({ ...record, responseId: undefined });
    intake.take({ ...record, responseId: '' });
    intake.take({ ...record, responseId: '' });
    expect(calls).toHaveLength(8);
    expect(counts).toEqual({});
  });

  test('is another call after ten minutes', async () => {
    const { intake, calls, clock } = createIntake();
    intake.take(record);
    await clock.pass(600_000);
    intake.take(record);
    await clock.pass(1);
    intake.take(record);
    expect(calls).toHaveLength(2);
  });

  test('is forgotten after 10,000 to 20,000 others', () => {
    const { intake, calls } = createIntake();
    intake.take(record);
    for (let i = 0; i < 9_999; i++) intake.take({ ...record, responseId: `x${i}` });
    intake.take(record);
    expect(calls).toHaveLength(10_000);
    for (let i = 0; i < 20_001; i++) intake.take({ ...record, responseId: `y${i}` });
    intake.take(record);
    expect(calls).toHaveLength(30_002);
  });
});
