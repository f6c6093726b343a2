import { expect, test } from 'vitest';
import { NO_DIMENSIONS } from '../../src/usage/call.js';
import { dimensionValue } from '../../src/usage/dimension-value.js';
import { DimensionLookup } from '../../src/span/dimensions.js';
import { SpanNode } from '../../src/span/span-node.js';

test('values are short texts', () => {
  expect(dimensionValue('refunds', false)).toBe('refunds');
  expect(dimensionValue(7, false)).toBe('7');
  expect(dimensionValue(true, false)).toBe('true');
  expect(dimensionValue('x'.repeat(300), false)).toBe('x'.repeat(256));
  for (const none of ['', undefined, null, {}, ['a']]) expect(dimensionValue(none, false)).toBeUndefined();
});

test('a hashed value is the one that spans get', () => {
  const lookup = new DimensionLookup([{ name: 'user', attributes: ['user.id'], hash: true }]);
  const node = new SpanNode(undefined, undefined, undefined, 0);
  for (const user of ['alice', 'x'.repeat(300), '0']) {
    const found = lookup.find({ 'user.id': user }, node, NO_DIMENSIONS);
    expect(dimensionValue(user, true)).toBe(found['user']);
    expect(found['user']).toMatch(/^[0-9a-f]{24}$/);
  }
  expect(dimensionValue('alice', true)).not.toBe(dimensionValue('bob', true));
  expect(dimensionValue('', true)).toBeUndefined();
});
