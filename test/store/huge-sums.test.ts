import { describe, expect, test } from 'vitest';
import type { Delta } from '../../src/ledger/delta.js';
import { zeroMeasures } from '../../src/ledger/measures.js';
import { checkLedger } from '../../src/store/check-ledger.js';
import { compactLedger } from '../../src/store/compact-ledger.js';
import { LedgerStore } from '../../src/store/ledger-store.js';
import { readLedger } from '../../src/store/read-ledger.js';
import { SETTINGS, callDelta } from './call-delta.js';
import { temporaryLedger } from './temporary-ledger.js';

/** What a turn adds in which `calls` calls claimed to use as many tokens as a number holds exactly. */
function hugeDelta(calls: number): Delta {
  const [row] = callDelta(1, 'huge').rows;
  const measures = { ...zeroMeasures(), calls, inputTokens: calls * Number.MAX_SAFE_INTEGER };
  return { rows: row === undefined ? [] : [{ ...row, measures }], audit: {}, pricedCalls: {} };
}

describe('sums beyond 2^53, of calls that claimed absurd usage', () => {
  test.each([
    ['in one turn', [hugeDelta(3)]],
    ['over many turns', [hugeDelta(1), hugeDelta(1), hugeDelta(1)]],
  ])('%s: no other call is lost, neither with the line nor when it is folded', async (_when, deltas) => {
    const path = temporaryLedger('memory');
    const store = new LedgerStore({ path, settings: SETTINGS, durability: 'turn', priceSource: () => 'x' });
    store.append(callDelta(7));
    for (const delta of deltas) store.append(delta);
    await store.flush({ force: true });
    expect((await store.read()).totals.calls).toBe(4);
    store.append(callDelta(8));
    await store.close();
    expect((await readLedger(path)).totals.calls).toBe(5);
    expect((await compactLedger(path)).base).toBe(1);
    const after = await readLedger(path);
    expect(after.models['openai/m7']?.inputTokens).toBe(7);
    expect(after.totals.calls).toBe(5);
    expect(after.totals.inputTokens).toBeGreaterThan(2 * Number.MAX_SAFE_INTEGER);
    expect(after.audit.corruptRecords).toBe(0);
    expect((await checkLedger(path)).findings.filter(({ level }) => level === 'defect')).toEqual([]);
  });
});
