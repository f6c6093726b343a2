import { describe, expect, test } from 'vitest';
import { differences } from '../../examples/demo/compare.js';
import { Tally } from '../../examples/demo/llm-server/tally.js';
import type { LedgerDocument, Usage } from '../../src/ledger/ledger-document.js';

const usage: Usage = {
  calls: 2,
  errors: 0,
  unmeteredCalls: 1,
  unpricedCalls: 0,
  inputTokens: 100,
  cacheReadInputTokens: 60,
  cacheWriteInputTokens: 0,
  audioInputTokens: 0,
  outputTokens: 10,
  reasoningOutputTokens: 0,
  audioOutputTokens: 0,
  costUsd: 0,
  durationMillis: 0,
};

function ledgerOf(models: Record<string, Usage>): LedgerDocument {
  return { models } as unknown as LedgerDocument;
}

function billed(): Tally {
  const served = {
    inputTokens: 100,
    cacheReadInputTokens: 60,
    cacheWriteInputTokens: 0,
    outputTokens: 10,
    reasoningOutputTokens: 0,
  };
  const tally = new Tally();
  tally.served('openai', 'm', served, true);
  tally.served('openai', 'm', served, false);
  return tally;
}

describe('the demo compares the ledger with what the server billed', () => {
  test('and finds nothing when they agree', () => {
    expect(differences(billed().entries(), ledgerOf({ 'openai/m': usage }), [])).toEqual([]);
  });

  test.each(['calls', 'unmeteredCalls', 'inputTokens', 'outputTokens', 'cacheReadInputTokens'] as const)(
    'and finds one off in %s',
    (field) => {
      const wrong = { ...usage, [field]: usage[field] + 1 };
      const found = differences(billed().entries(), ledgerOf({ 'openai/m': wrong }), []);
      expect(found).toEqual([`openai/m: ${field} billed ${usage[field]}, in the ledger ${usage[field] + 1}`]);
    },
  );

  test('and finds calls of a model the ledger does not have, or the server', () => {
    expect(differences(billed().entries(), ledgerOf({}), [])).toHaveLength(1);
    expect(differences([], ledgerOf({ 'openai/m': usage }), [])).toHaveLength(1);
  });

  test('and lets details be missing, not wrong, where the instrumentation leaves them out', () => {
    const without = { ...usage, cacheReadInputTokens: 0 };
    const wrong = { ...usage, cacheReadInputTokens: 61 };
    expect(differences(billed().entries(), ledgerOf({ 'openai/m': without }), ['openai/m'])).toEqual([]);
    expect(differences(billed().entries(), ledgerOf({ 'openai/m': without }), [])).toHaveLength(1);
    expect(differences(billed().entries(), ledgerOf({ 'openai/m': wrong }), ['openai/m'])).toHaveLength(1);
  });
});
