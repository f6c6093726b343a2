import { describe, expect, test } from 'vitest';
import { DEFAULT_DIMENSIONS, KNOWN_DIMENSIONS, dimensionSources } from '../../src/usage/dimension-sources.js';
import { dimensionValue } from '../../src/usage/dimension-value.js';

describe('dimensions', () => {
  test('by default the agent', () => {
    expect(dimensionSources(DEFAULT_DIMENSIONS)).toEqual([
      { name: 'agent', attributes: KNOWN_DIMENSIONS.get('agent'), hash: false },
    ]);
  });

  test('known names have known keys, other names are keys themselves', () => {
    expect([...KNOWN_DIMENSIONS.keys()]).toEqual([
      'agent',
      'user',
      'session',
      'tenant',
      'environment',
      'version',
      'tier',
    ]);
    expect(
      dimensionSources([
        'acme.cost_centre',
        { name: 'user', hash: true },
        { name: 'team', attributes: ['t'] },
      ]),
    ).toEqual([
      { name: 'acme.cost_centre', attributes: ['acme.cost_centre'], hash: false },
      { name: 'user', attributes: KNOWN_DIMENSIONS.get('user'), hash: true },
      { name: 'team', attributes: ['t'], hash: false },
    ]);
    expect(dimensionSources(['__proto__'])[0]?.attributes).toEqual(['__proto__']);
  });

  test.each([
    ['agent', TypeError, /must be an array/],
    [[5], TypeError, /names or \{ name/],
    [[''], TypeError, /non-empty/],
    [[{}], TypeError, /non-empty texts as names; got undefined/],
    [['model'], RangeError, /must not be named as a column is; got 'model'/],
    [['a', 'a'], RangeError, /'a' twice/],
    [[{ name: 'a', attributes: [] }], TypeError, /attributes of 'a'/],
    [[{ name: 'a', attributes: [1] }], TypeError, /attributes of 'a'/],
    [[{ name: 'a', hash: 'yes' }], TypeError, /hash must be true or false; got .yes./],
    [Array.from({ length: 17 }, (_, i) => `d${i}`), RangeError, /at most 16; got 17/],
  ])('%j throws', (option, kind, message) => {
    expect(() => dimensionSources(option)).toThrow(kind);
    expect(() => dimensionSources(option)).toThrow(message);
  });

  test('values are short texts', () => {
    expect(dimensionValue('refunds', false)).toBe('refunds');
    expect(dimensionValue(7, false)).toBe('7');
    expect(dimensionValue(true, false)).toBe('true');
    expect(dimensionValue('x'.repeat(300), false)).toBe('x'.repeat(256));
    for (const none of ['', undefined, null, {}, ['a']]) expect(dimensionValue(none, false)).toBeUndefined();
  });

  test('hashed values say nothing but stay apart, whole texts at that', () => {
    const long = 'x'.repeat(300);
    expect(dimensionValue('alice', true)).toBe('2bd806c97f0e00af');
    expect(dimensionValue(`${long}1`, true)).not.toBe(dimensionValue(`${long}2`, true));
    expect(dimensionValue('', true)).toBeUndefined();
  });
});
