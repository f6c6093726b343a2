import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/ledger/parse-document.js';
import { LedgerStore } from '../../src/store/ledger-store.js';
import type { LedgerProblem } from '../../src/store/publisher.js';
import { readLedger } from '../../src/store/read-ledger.js';
import { SETTINGS, callDelta } from './call-delta.js';

const mount = mkdtempSync(join(tmpdir(), 'genai-full-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96k', 'tmpfs', mount]).status === 0;

function resize(size: string): void {
  execFileSync('mount', ['-o', `remount,size=${size}`, mount]);
}

describe.skipIf(!mounted)('I1 I3 I7: a really full disk (skipped where tmpfs may not be mounted)', () => {
  const path = join(mount, 'usage-ledger.json');
  const problems: LedgerProblem[] = [];
  let store: LedgerStore;

  beforeAll(() => {
    const onProblem = (problem: LedgerProblem): void => void problems.push(problem);
    store = new LedgerStore({ path, settings: SETTINGS, priceSource: () => 'x', onProblem });
  });

  afterAll(() => {
    spawnSync('umount', [mount]);
    rmSync(mount, { recursive: true });
  });

  it('keeps the view whole at every moment, holds the rest in memory, and writes it when there is space', async () => {
    let tokens = 0;
    for (let turn = 1; turn <= 3000; turn++) {
      tokens += turn;
      store.append(callDelta(turn, `m${turn % 60}`));
      if (turn % 50 !== 0) continue;
      const code = await store
        .flush({ force: true })
        .catch((error: unknown) => (error as { code: string }).code);
      expect([undefined, 'ENOSPC']).toContain(code);
      expect(parseDocument(readFileSync(path, 'utf8')).kind).toBe('ledger');
    }
    expect(store.stats().pendingInMemory).toBeGreaterThan(1000);
    expect(store.stats().failedFlushes).toBeGreaterThan(10);
    expect(store.stats().lastError).toMatchObject({ code: 'ENOSPC' });
    expect(problems.map((problem) => problem.code)).toEqual(['ENOSPC']);
    const held = await store.read();
    expect([held.totals.calls, held.totals.inputTokens]).toEqual([3000, tokens]);

    resize('4m');
    await store.flush({ force: true });
    const read = await readLedger(path);
    expect([read.totals.calls, read.totals.inputTokens]).toEqual([3000, tokens]);
    expect(read.audit.corruptRecords).toBe(0);
    expect(store.stats()).toMatchObject({ pendingInMemory: 0, lastError: undefined });
    await store.close();
    const closed = await readLedger(path);
    expect(closed.audit.failedFlushes).toBeGreaterThan(10);
    expect(closed.totals).toEqual(read.totals);
  });
});
