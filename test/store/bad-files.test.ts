import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';
import { checkLedger } from '../../src/store/check-ledger.js';
import { compactLedger } from '../../src/store/compact-ledger.js';
import { LedgerStore } from '../../src/store/ledger-store.js';
import type { LedgerProblem } from '../../src/store/publisher.js';
import { readLedger } from '../../src/store/read-ledger.js';
import { SETTINGS, callDelta } from './call-delta.js';
import { temporaryLedger } from './temporary-ledger.js';

function open(path: string, problems: LedgerProblem[] = []): LedgerStore {
  const onProblem = (problem: LedgerProblem): void => void problems.push(problem);
  return new LedgerStore({ path, settings: SETTINGS, durability: 'turn', priceSource: () => 'x', onProblem });
}

/** A ledger of three calls by two writers that ended. */
async function ledger(): Promise<string> {
  const path = temporaryLedger('memory');
  for (const tokens of [[1, 2], [3]]) {
    const store = open(path);
    for (const count of tokens) store.append(callDelta(count));
    await store.close();
  }
  return path;
}

async function calls(path: string): Promise<number> {
  return (await readLedger(path)).totals.calls;
}

function viewOf(path: string): LedgerDocument {
  return JSON.parse(readFileSync(path, 'utf8')) as LedgerDocument;
}

function asides(path: string): string[] {
  return readdirSync(dirname(path)).filter(
    (name) => name.startsWith(`${basename(path)}.`) && !name.endsWith('.d'),
  );
}

/** One more call and a flush over whatever is at `path`. */
async function goOn(path: string): Promise<readonly LedgerProblem[]> {
  const problems: LedgerProblem[] = [];
  const store = open(path, problems);
  store.append(callDelta(100));
  await store.close();
  return problems;
}

describe('I1 I8: a damaged view', () => {
  it('truncated at every byte is rebuilt from the directory, by readers too', async () => {
    const path = await ledger();
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length - 1; length++) {
      writeFileSync(path, whole.subarray(0, length));
      expect(await calls(path)).toBe(3);
    }
    for (let length = 0; length < whole.length - 1; length += 97) {
      writeFileSync(path, whole.subarray(0, length));
      const problems = await goOn(path);
      expect(problems.map((problem) => problem.code)).toEqual(['ECORRUPT']);
      expect(viewOf(path).totals.calls).toBe(await calls(path));
    }
    const expected = 3 + Math.ceil((whole.length - 1) / 97);
    expect(await calls(path)).toBe(expected);
    expect(asides(path)).toHaveLength(expected - 3);
  });

  it('with a flipped bit in any byte never changes what readers and the next view count', async () => {
    const path = await ledger();
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at++) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 0x01;
      writeFileSync(path, flipped);
      const outcome = await readLedger(path).then(
        (read) => read.totals.calls,
        (error: unknown) => (error as { code: string }).code,
      );
      // A broken name or version of the format is no ledger we know; it is left alone, and that is said.
      expect([3, 'ENOTLEDGER', 'ENEWER']).toContain(outcome);
    }
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['zero bytes, as a power loss leaves them', Buffer.alloc(500)],
  ])('that is %s is set aside and rebuilt', async (_what, content) => {
    const path = await ledger();
    writeFileSync(path, content);
    const problems = await goOn(path);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain('rebuilt from');
    expect(viewOf(path).totals.calls).toBe(4);
    const [aside = ''] = asides(path);
    expect(readFileSync(join(dirname(path), aside))).toEqual(content);
  });

  it('with nothing beside it to rebuild it from is an error for readers, and set aside by writers', async () => {
    const path = await ledger();
    rmSync(`${path}.d`, { recursive: true });
    truncateSync(path, 300);
    await expect(readLedger(path)).rejects.toMatchObject({ code: 'ECORRUPT' });
    const problems = await goOn(path);
    expect(problems.map((problem) => problem.code)).toEqual(['ECORRUPT']);
    expect(asides(path)).toHaveLength(1);
    expect(viewOf(path).totals.calls).toBe(1);
  });
});

describe('I8: what is not understood is never replaced', () => {
  it.each([
    ['a newer version', '{"format":"genai-usage-ledger","version":2,"x":1}', 'ENEWER'],
    ['other JSON', '{"name":"something","version":"1.0.0"}', 'ENOTLEDGER'],
    ['text', 'hello\n', 'ENOTLEDGER'],
  ])('%s', async (_what, content, code) => {
    const path = await ledger();
    writeFileSync(path, content);
    const store = open(path);
    store.append(callDelta(100));
    await expect(store.flush({ force: true })).rejects.toMatchObject({ code });
    await expect(store.close()).rejects.toMatchObject({ code });
    expect(readFileSync(path, 'utf8')).toBe(content);
    rmSync(path);
    expect(await calls(path)).toBe(4);
  });

  it('a directory in its place', async () => {
    const path = temporaryLedger('memory');
    mkdirSync(path);
    const store = open(path);
    store.append(callDelta(1));
    await expect(store.flush({ force: true })).rejects.toMatchObject({ code: 'EISDIR' });
    rmSync(path, { recursive: true });
    await store.close();
    expect(await calls(path)).toBe(1);
  });

  it('a symbolic link is neither followed nor replaced', async () => {
    const path = await ledger();
    const victim = join(dirname(path), 'victim');
    writeFileSync(victim, 'precious');
    rmSync(path);
    symlinkSync(victim, path);
    const store = open(path);
    store.append(callDelta(1));
    await expect(store.flush({ force: true })).rejects.toMatchObject({ code: 'ELOOP' });
    await store.close().catch(() => undefined);
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    rmSync(path);
    expect(await calls(path)).toBe(4);
  });

  it('a symbolic link in place of the directory is not followed', async () => {
    const path = temporaryLedger('memory');
    const elsewhere = join(dirname(path), 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, `${path}.d`);
    const store = open(path);
    store.append(callDelta(1));
    await expect(store.flush({ force: true })).rejects.toMatchObject({ code: 'ELOOP' });
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(store.stats().pendingInMemory).toBe(1);
    rmSync(`${path}.d`);
    await store.close();
    expect(await calls(path)).toBe(1);
  });

  it('a base or journal of a newer version stops folding and publishing', async () => {
    const path = await ledger();
    const part = join(`${path}.d`, 'w-0123456789abcdef-1.jsonl');
    const { checksum } = await import('../../src/journal/line-codec.js');
    const header = '{"format":"genai-usage-journal","version":2,"writer":"0123456789abcdef"}';
    writeFileSync(part, `${checksum(header)} ${header}\n`);
    const before = readFileSync(path, 'utf8');
    const store = open(path);
    store.append(callDelta(100));
    await expect(store.close()).rejects.toMatchObject({ code: 'ENEWER' });
    await expect(compactLedger(path)).rejects.toMatchObject({ code: 'ENEWER' });
    expect(readFileSync(path, 'utf8')).toBe(before);
    rmSync(part);
    expect(await calls(path)).toBe(4);
  });
});

describe('I2 I3: damaged journals and bases', () => {
  it('a torn tail is only not there yet; a bad line in the middle is one missing record', async () => {
    const path = await ledger();
    const [part = ''] = readdirSync(`${path}.d`).filter((name) => name.startsWith('w-'));
    const file = join(`${path}.d`, part);
    const store = open(path);
    for (const tokens of [10, 11, 12]) store.append(callDelta(tokens));
    store.endNow();
    const mine =
      readdirSync(`${path}.d`).find((name) => readFileSync(join(`${path}.d`, name)).includes('"m11"')) ?? '';
    const text = readFileSync(join(`${path}.d`, mine), 'utf8');
    writeFileSync(join(`${path}.d`, mine), text.replace('"m11"', '"m99"'));
    appendFileSync(file, '0badc0de {"s":9,"r":[[29');
    const read = await readLedger(path);
    expect(read.totals.calls).toBe(5);
    expect(read.audit.corruptRecords).toBe(1);
    const check = await checkLedger(path);
    expect(check.findings.filter(({ level }) => level === 'defect')).toHaveLength(1);
    expect(check.findings.map(({ message }) => message).join()).toContain('record 2 is missing or corrupt');
    const next = open(path);
    next.append(callDelta(13));
    await next.close();
    expect(viewOf(path).totals.calls).toBe(6);
  });

  it('a base with a wrong checksum is skipped for the one before, and nothing is lost', async () => {
    const path = await ledger();
    await compactLedger(path);
    const store = open(path);
    store.append(callDelta(4));
    await store.close();
    await compactLedger(path);
    const newest = join(`${path}.d`, 'base-2.json');
    writeFileSync(newest, readFileSync(newest, 'utf8').replace('"m4"', '"m5"'));
    rmSync(path);
    expect(await calls(path)).toBe(4);
    expect((await checkLedger(path)).findings.map(({ message }) => message).join()).toContain(
      'checksum is wrong',
    );
    await goOn(path);
    await compactLedger(path);
    expect(existsSync(join(`${path}.d`, 'base-3.json'))).toBe(true);
    expect(await calls(path)).toBe(5);
  });

  it('leftovers of dead writers are counted, and temporaries ignored', async () => {
    const path = await ledger();
    writeFileSync(join(`${path}.d`, 'p-dead'), 'half a vie');
    writeFileSync(join(`${path}.d`, 't-dead'), 'half a base');
    const store = open(path);
    store.append(callDelta(50));
    // No close: the process died here.
    expect(await calls(path)).toBe(4);
    await goOn(path);
    expect(viewOf(path).totals.calls).toBe(5);
  });

  it('the directory deleted while running: the view and what live writers hold come back', async () => {
    const path = await ledger();
    const store = open(path);
    store.append(callDelta(50));
    await store.flush({ force: true });
    store.append(callDelta(51));
    rmSync(`${path}.d`, { recursive: true });
    expect(await calls(path)).toBe(4);
    store.append(callDelta(52));
    await store.flush({ force: true });
    expect(viewOf(path).totals.calls).toBe(6);
    expect(await calls(path)).toBe(6);
    await store.close();
    rmSync(path);
    expect(await calls(path)).toBe(6);
  });

  it('a directory older than the view gives way to the view', async () => {
    const path = await ledger();
    const backup = readdirSync(`${path}.d`).map(
      (name) => [name, readFileSync(join(`${path}.d`, name))] as const,
    );
    await goOn(path);
    for (const name of readdirSync(`${path}.d`)) rmSync(join(`${path}.d`, name));
    for (const [name, content] of backup) writeFileSync(join(`${path}.d`, name), content);
    expect(await calls(path)).toBe(4);
    await goOn(path);
    expect(await calls(path)).toBe(5);
    expect(viewOf(path).totals.calls).toBe(5);
  });

  it('view and base that each hold what the other lacks: the view is set aside, and that is said', async () => {
    const path = await ledger();
    const old = readFileSync(path);
    rmSync(`${path}.d`, { recursive: true });
    rmSync(path);
    await goOn(path);
    await compactLedger(path);
    writeFileSync(path, old);
    const problems = await goOn(path);
    expect(problems.map((problem) => problem.code)).toEqual(['EASIDE']);
    expect(asides(path)).toHaveLength(1);
    expect((await checkLedger(path)).findings.map(({ message }) => message).join()).toContain(
      'was set aside',
    );
  });
});
