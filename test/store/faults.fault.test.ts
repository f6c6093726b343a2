import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/ledger/parse-document.js';
import { compactLedger } from '../../src/store/compact-ledger.js';
import { LedgerStore } from '../../src/store/ledger-store.js';
import { readLedger } from '../../src/store/read-ledger.js';
import { SETTINGS, callDelta } from './call-delta.js';
import { FaultyFiles } from './faulty-files.js';
import type { Fault, FaultPlan } from './faulty-files.js';
import { temporaryLedger } from './temporary-ledger.js';

const FAULTS: readonly Fault[] = ['EIO', 'ENOSPC', 'EACCES', 'EROFS', 'EMFILE', 'EBUSY', 'short'];
const CALLS = 6;
/** 1 = every call with every fault; 4 = every fourth, but each fault begins at another. */
const STRIDE = Number(process.env['LEDGER_FAULT_STRIDE'] ?? 4);

/** An old view, then a process that appends, flushes, folds and closes while one call fails; nothing is lost. */
async function run(durability: 'turn' | 'flush', plan?: FaultPlan): Promise<FaultyFiles> {
  const path = temporaryLedger('memory');
  const old = new LedgerStore({ path, settings: SETTINGS, durability: 'turn', priceSource: () => 'x' });
  old.append(callDelta(1));
  await old.close();
  const faulty = new FaultyFiles(plan);
  const limits = { tailBytes: 1, parts: 1 };
  const store = new LedgerStore({
    path,
    settings: SETTINGS,
    durability,
    priceSource: () => 'x',
    files: faulty.files,
    internals: { limits },
  });
  for (let tokens = 2; tokens <= CALLS; tokens++) {
    store.append(callDelta(tokens));
    if (tokens % 2 === 0) await store.flush({ force: true }).catch(() => undefined);
    expectWhole(path);
  }
  faulty.heal();
  await store.close();
  expectWhole(path);
  expect(openDescriptors(path)).toEqual([]);
  await expectExact(path);
  return faulty;
}

function expectWhole(path: string): void {
  const parsed = parseDocument(readFileSync(path, 'utf8'));
  expect(parsed.kind).toBe('ledger');
}

async function expectExact(path: string): Promise<void> {
  const calls = Array.from({ length: CALLS }, (_, i) => [`openai/m${i + 1}`, 1]);
  const expected = Object.fromEntries(calls) as Record<string, number>;
  const read = await readLedger(path);
  expect(Object.fromEntries(Object.entries(read.models).map(([name, usage]) => [name, usage.calls]))).toEqual(
    expected,
  );
  const view = JSON.parse(readFileSync(path, 'utf8')) as typeof read;
  expect(view.totals).toEqual(read.totals);
  await compactLedger(path);
  expect((await readLedger(path)).totals).toEqual(read.totals);
}

/** What this process has open of a ledger; nothing to see where there is no /proc. */
function openDescriptors(path: string): string[] {
  if (!existsSync('/proc/self/fd')) return [];
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith(path) ? [target] : [];
    } catch {
      return [];
    }
  });
}

describe.each(['turn', 'flush'] as const)(
  'I1 I2 I3 I7 with durability %s: each call fails once, and no descriptor leaks',
  (durability) => {
    it.each(FAULTS)('%s', async (fault) => {
      const { calls } = await run(durability);
      expect(calls).toBeGreaterThan(40);
      let injected = 0;
      for (let from = 1 + (FAULTS.indexOf(fault) % STRIDE); from <= calls; from += STRIDE) {
        const faulty = await run(durability, { from, count: 1, fault });
        injected += faulty.failed;
      }
      expect(injected).toBeGreaterThan(30 / STRIDE);
    });
  },
);

describe('I1 I2 I3 I7: from some call on all fail, until it is over', () => {
  it.each(['ENOSPC', 'EIO', 'EROFS', 'short'] as const)('%s', async (fault) => {
    const { calls } = await run('turn');
    let injected = 0;
    for (let from = 1; from <= calls; from += 3 * STRIDE) {
      injected += (await run('turn', { from, count: Infinity, fault })).failed;
    }
    expect(injected).toBeGreaterThan(0);
  });
});
