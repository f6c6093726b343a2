import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ABSENT, readTokens, REJECTED, settleTokens, type TokenCounts } from '../../src/usage/tokens.js';

const ZERO: TokenCounts = {
  inputTokens: 0,
  cacheReadInputTokens: 0,
  cacheWriteInputTokens: 0,
  audioInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
  audioOutputTokens: 0,
};

describe('readTokens', () => {
  it.each([0, 1, 1010, Number.MAX_SAFE_INTEGER])('takes %d', (value) =>
    expect(readTokens(value)).toBe(value),
  );
  it.each([
    ['12', 12],
    ['0', 0],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('takes the integer string %j', (value, count) => expect(readTokens(value)).toBe(count));
  it.each([undefined, null])('says that %s is absent', (value) => expect(readTokens(value)).toBe(ABSENT));
  it.each([
    NaN,
    Infinity,
    -1,
    1.5,
    2 ** 53,
    1e308,
    '1.5',
    '-1',
    '',
    ' 1',
    '1e3',
    '9007199254740992',
    true,
    [],
    {},
    5n,
    Symbol('x'),
  ])('rejects %s', (value) => expect(readTokens(value)).toBe(REJECTED));
  it('never gives minus zero', () => expect(Object.is(readTokens(-0), 0)).toBe(true));
});

describe('settleTokens', () => {
  it('takes cache beyond the input as an input without it: 36 + 1500 + 300 = 1836', () => {
    const counts = { ...ZERO, inputTokens: 36, cacheReadInputTokens: 1500, cacheWriteInputTokens: 300 };
    expect(settleTokens(counts)).toBe(0);
    expect(counts.inputTokens).toBe(1836);
  });

  it('takes reasoning beyond the output as an output without it', () => {
    const counts = { ...ZERO, outputTokens: 5, reasoningOutputTokens: 25 };
    expect(settleTokens(counts)).toBe(0);
    expect(counts.outputTokens).toBe(30);
  });

  it('cuts audio to its total and counts what it cut', () => {
    const counts = { ...ZERO, inputTokens: 5, audioInputTokens: 9, outputTokens: 5, audioOutputTokens: 6 };
    expect(settleTokens(counts)).toBe(2);
    expect(counts).toMatchObject({ audioInputTokens: 5, audioOutputTokens: 5 });
  });

  it('leaves parts that fit, non-negative safe integers, and is idempotent', () => {
    const count = fc.oneof(fc.nat(3000), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
    const counts = fc.record<TokenCounts>({
      inputTokens: count,
      cacheReadInputTokens: count,
      cacheWriteInputTokens: count,
      audioInputTokens: count,
      outputTokens: count,
      reasoningOutputTokens: count,
      audioOutputTokens: count,
    });
    fc.assert(
      fc.property(counts, (given) => {
        const once = { ...given };
        settleTokens(once);
        expect(once.cacheReadInputTokens + once.cacheWriteInputTokens).toBeLessThanOrEqual(once.inputTokens);
        expect(once.reasoningOutputTokens).toBeLessThanOrEqual(once.outputTokens);
        expect(once.audioInputTokens).toBeLessThanOrEqual(once.inputTokens);
        expect(once.audioOutputTokens).toBeLessThanOrEqual(once.outputTokens);
        for (const value of Object.values(once)) expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
        const twice = { ...once };
        expect(settleTokens(twice)).toBe(0);
        expect(twice).toEqual(once);
      }),
    );
  });
});
