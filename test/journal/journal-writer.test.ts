import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Clock } from '../../src/config/clock.js';
import type { FileSystem } from '../../src/journal/file-system.js';
import { linesOf } from '../../src/journal/journal-reader.js';
import { JournalWriter } from '../../src/journal/journal-writer.js';
import { decodeLine } from '../../src/journal/line-codec.js';
import { nodeFileSystem } from '../../src/journal/node-file-system.js';
import { parsePartName } from '../../src/journal/part-name.js';
import { ALL_RULES } from '../../src/journal/protocol-rules.js';
import { callDelta } from '../store/call-delta.js';

const GRACE = 3_600_000;

interface Bench {
  readonly directory: string;
  readonly writer: JournalWriter;
  now: number;
  monotonic: number;
  /** Bytes the next appends take before the disk is full; Infinity = no limit. */
  room: number;
}

function bench(): Bench {
  const parent = mkdtempSync(join(tmpdir(), 'genai-journal-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const directory = join(parent, 'ledger.d');
  const state = { directory, now: 1_000_000_000_000, monotonic: 0, room: Infinity };
  const clock: Clock = {
    nowMillis: () => state.now,
    monotonicMillis: () => state.monotonic,
    after: () => ({ cancel: () => undefined }),
    yieldTurn: () => Promise.resolve(),
  };
  const files: FileSystem = {
    ...nodeFileSystem,
    appendSync: (fd, bytes) => {
      if (state.room === 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      const written = nodeFileSystem.appendSync(fd, bytes.subarray(0, state.room));
      state.room -= written;
      return written;
    },
  };
  const writer = new JournalWriter({ directory, files, clock, graceMillis: GRACE, rules: ALL_RULES }, 'turn');
  onTestFinished(() => writer.end());
  return Object.assign(state, { writer });
}

/** Sequences of valid lines, by part. */
function sequences(directory: string): Record<number, number[]> {
  const parts: Record<number, number[]> = {};
  for (const name of readdirSync(directory)) {
    const part = parsePartName(name)?.part ?? 0;
    parts[part] = [...linesOf(readFileSync(join(directory, name)))].flatMap((bytes) => {
      const line = decodeLine(bytes);
      return line.kind === 'delta' ? [line.sequence] : [];
    });
  }
  return parts;
}

describe('a journal writer', () => {
  it('numbers its lines and appends each at once', () => {
    const { writer, directory } = bench();
    for (const tokens of [1, 2, 3]) expect(writer.append(callDelta(tokens))).toBe(true);
    expect(sequences(directory)).toEqual({ 1: [1, 2, 3] });
  });

  it('touches no file before the first append', () => {
    const { directory } = bench();
    expect(() => readdirSync(directory)).toThrow('ENOENT');
  });

  it.each([
    ['was idle for a quarter of the grace', GRACE / 4, GRACE / 4],
    ['was idle by the wall clock alone (suspended)', GRACE / 4, 0],
    ['was idle by the monotonic clock alone', 0, GRACE / 4],
    ['sees the clock go back', -1, 10],
  ])('leaves a part that %s', (_what, wall, monotonic) => {
    const state = bench();
    state.writer.append(callDelta(1));
    state.now += wall;
    state.monotonic += monotonic;
    state.writer.append(callDelta(2));
    expect(sequences(state.directory)).toEqual({ 1: [1], 2: [2] });
  });

  it('stays with a part that was idle for less', () => {
    const state = bench();
    state.writer.append(callDelta(1));
    state.now += GRACE / 4 - 1;
    state.monotonic += GRACE / 4 - 1;
    state.writer.append(callDelta(2));
    expect(sequences(state.directory)).toEqual({ 1: [1, 2] });
  });

  it('ends a part at 4 MB', () => {
    const { writer, directory } = bench();
    const long = 'x'.repeat(1_000_000);
    for (let i = 0; i < 6; i++) writer.append(callDelta(1, `${long}${i}`));
    expect(Object.keys(sequences(directory))).toEqual(['1', '2']);
  });

  it('retries a torn line byte for byte on a line of its own, and adds up what came later', () => {
    const state = bench();
    const { writer, directory } = state;
    writer.append(callDelta(1));
    state.room = 30;
    expect(writer.append(callDelta(2))).toBe(false);
    for (const tokens of [3, 4]) expect(writer.append(callDelta(tokens))).toBe(false);
    expect(writer.heldCount).toBe(3);
    expect(() => writer.drain()).toThrow('ENOSPC');
    state.room = Infinity;
    writer.drain();
    expect(writer.heldCount).toBe(0);
    expect(sequences(directory)).toEqual({ 1: [1, 2, 3] });
    const [name = ''] = readdirSync(directory);
    const lines = readFileSync(join(directory, name), 'utf8').trimEnd().split('\n');
    expect(lines.filter((line) => decodeLine(Buffer.from(line)).kind === 'corrupt')).toHaveLength(1);
  });

  it('holds a bounded number of rows, and loses no token', () => {
    const state = bench();
    state.room = 0;
    let tokens = 0;
    for (let i = 1; i <= 25_000; i++) {
      state.writer.append(callDelta(i));
      tokens += i;
    }
    const held = state.writer.peek().flatMap(({ delta }) => delta.rows);
    expect(held.length).toBeLessThanOrEqual(10_003);
    expect(held.reduce((sum, row) => sum + row.measures.inputTokens, 0)).toBe(tokens);
    state.room = Infinity;
    state.writer.drain();
  });

  it('lets counters ride on the next line, and writes them at the end', () => {
    const { writer, directory } = bench();
    writer.append({ rows: [], audit: { spansSeen: 5 }, pricedCalls: {} });
    expect(() => readdirSync(directory)).toThrow('ENOENT');
    writer.append(callDelta(1));
    writer.append({ rows: [], audit: { spansSeen: 7 }, pricedCalls: {} });
    writer.end();
    const text = readdirSync(directory)
      .map((name) => readFileSync(join(directory, name), 'utf8'))
      .join('');
    expect(text.match(/"spansSeen":\d/g)).toEqual(['"spansSeen":5', '"spansSeen":7']);
    expect(text.trimEnd()).toMatch(/"end":2\}$/);
  });

  it('writes again, in order and with their sequences, lines of a part that somebody deleted', async () => {
    const { writer, directory } = bench();
    for (const tokens of [1, 2]) writer.append(callDelta(tokens));
    rmSync(directory, { recursive: true });
    writer.append(callDelta(3));
    await writer.verify();
    writer.append(callDelta(4));
    expect(sequences(directory)).toEqual({ 2: [1, 2, 3, 4] });
  });

  it('begins a new journal after a day of silence: its entry in the bases may be gone', () => {
    const state = bench();
    state.writer.append(callDelta(1));
    const before = state.writer.writer;
    state.now += 86_400_000;
    state.monotonic += 86_400_000;
    state.writer.append(callDelta(2));
    expect(state.writer.writer).not.toBe(before);
    expect([...state.writer.sequences.values()]).toEqual([1, 1]);
  });

  it('closes all files at the end, and a late append begins a new journal', () => {
    const { writer } = bench();
    writer.append(callDelta(1));
    writer.end();
    expect(writer.openFiles).toBe(0);
    expect(writer.append(callDelta(2))).toBe(true);
  });
});
