import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { compactLedger } from '../../src/store/compact-ledger.js';
import { LedgerStore } from '../../src/store/ledger-store.js';
import { SETTINGS, callDelta } from './call-delta.js';
import { temporaryLedger } from './temporary-ledger.js';
import { compile, start } from './processes/program.js';

function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8);
}

// vitest runs tests in a forked process, so its umask may be set.
function withUmask(mask: number): void {
  const before = process.umask(mask);
  onTestFinished(() => void process.umask(before));
}

describe('modes', () => {
  it.each([0o000, 0o022, 0o077, 0o277])('files 0600 and directory 0700 under umask %i', async (mask) => {
    const path = temporaryLedger();
    withUmask(mask);
    for (const durability of ['turn', 'flush'] as const) {
      const store = new LedgerStore({ path, settings: SETTINGS, durability, priceSource: () => 'x' });
      store.append(callDelta(1));
      await store.close();
    }
    await compactLedger(path);
    expect(modeOf(path)).toBe('600');
    expect(modeOf(`${path}.d`)).toBe('700');
    const names = readdirSync(`${path}.d`);
    expect(names.length).toBeGreaterThanOrEqual(4);
    for (const name of names) expect([name, modeOf(join(`${path}.d`, name))]).toEqual([name, '600']);
  });

  it('a view that was opened to a group stays so', async () => {
    const path = temporaryLedger();
    const store = new LedgerStore({ path, settings: SETTINGS, priceSource: () => 'x' });
    store.append(callDelta(1));
    await store.flush({ force: true });
    chmodSync(path, 0o640);
    store.append(callDelta(2));
    await store.close();
    expect(modeOf(path)).toBe('640');
  });

  it.skipIf(process.getuid?.() !== 0)('what root creates belongs to the owner of the directory', async () => {
    const { chownSync } = await import('node:fs');
    const path = temporaryLedger();
    const store = new LedgerStore({ path, settings: SETTINGS, priceSource: () => 'x' });
    store.append(callDelta(1));
    await store.close();
    for (const name of readdirSync(`${path}.d`)) chownSync(join(`${path}.d`, name), 1234, 1234);
    chownSync(`${path}.d`, 1234, 1234);
    chownSync(path, 1234, 1234);
    const program = await compile('test/store/apps/writer.ts');
    expect((await start(program, { mode: 'count', path, records: 3 }).exit).code).toBe(0);
    await compactLedger(path);
    const owners = readdirSync(`${path}.d`).map((name) => statSync(join(`${path}.d`, name)).uid);
    expect(new Set([...owners, statSync(path).uid])).toEqual(new Set([1234]));
  });
});
