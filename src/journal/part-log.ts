import { join } from 'node:path';
import type { Delta } from '../ledger/delta.js';
import type { FileInfo } from './file-system.js';
import type { Instant, JournalPart } from './journal-part.js';
import { elapsed, framed, isFull, isUnlinked, newPart, progress, syncPart, wasIdle } from './journal-part.js';
import type { JournalPlace } from './journal-place.js';
import { LeftParts } from './left-parts.js';
import { openPart, openPartLater } from './open-part.js';
import { partName } from './part-name.js';
import type { JournalRun } from './part-run.js';

const NEWLINE = Buffer.from('\n');

/**
 * The parts of one writer's journal: appends lines to the current one, opens the next when the protocol says so, and
 * writes again what sat in a part that somebody unlinked. Only this process appends to them.
 */
export class PartLog {
  readonly writer: string;
  /** How long the last write took, in milliseconds. */
  lastMillis = 0;
  readonly #place: JournalPlace;
  readonly #left: LeftParts;
  #current: JournalPart | undefined;
  /** Unlinked by somebody; to be written again. */
  #orphans: JournalPart[] = [];
  #number = 0;
  #namesChanged = false;

  constructor(writer: string, place: JournalPlace) {
    this.writer = writer;
    this.#place = place;
    this.#left = new LeftParts(place.files);
  }

  /** Descriptors held open. */
  get openFiles(): number {
    return this.#left.parts.length + this.#orphans.length + (this.#current === undefined ? 0 : 1);
  }

  /** How long ago the last append was, by the clock that says more; 0 before the first. */
  idleMillis(): number {
    const last = this.#current?.last;
    if (last === undefined) return 0;
    const now = this.#now();
    return Math.max(elapsed(last, now), now.wallMillis - last.wallMillis);
  }

  /**
   * Appends one line; `delta` = what it adds, if it is of that kind. When it throws, the fate of the line is unknown:
   * give the very same bytes again.
   */
  put(line: Uint8Array, sequence: number, delta?: Delta): void {
    if (this.#orphans.length > 0) this.#moveOrphans();
    this.#put(line, sequence, delta);
  }

  /** As `put`, without blocking the process. */
  async putLater(line: Uint8Array, sequence: number, delta?: Delta): Promise<void> {
    if (this.#orphans.length > 0) this.#moveOrphans();
    for (;;) {
      const before = this.#now();
      const part = this.#usable(before) ?? (await this.#openLater(before));
      const bytes = framed(part, line, this.writer);
      for (let at = 0; at < bytes.length;) {
        at += progress(await this.#place.files.append(part.fd, bytes.subarray(at)));
      }
      if (this.#wrote(part, bytes.length, sequence, before, delta)) return;
    }
  }

  /**
   * What was written to a part since this was last asked, with the inode it is in; `undefined` = the part is not ours, or
   * what is in it is not known for sure: read it. Whoever takes it and cannot use it reads up to its end.
   */
  takeRun(name: string): { readonly run: JournalRun; readonly info: FileInfo | undefined } | undefined {
    const part =
      this.#current?.name === name ? this.#current : this.#left.parts.find((left) => left.name === name);
    if (part?.run === undefined) return undefined;
    if (!part.uncertain) return { run: part.run.take(), info: part.info };
    part.run = undefined;
    return undefined;
  }

  /** Finds parts of ours that somebody unlinked; what sat in them is written again, before anything else. */
  async verify(): Promise<void> {
    if (!this.#place.rules.moveUnlinked) return;
    const { files } = this.#place;
    const current = this.#current;
    if (current !== undefined && (await isUnlinked(files, current)) && this.#current === current) {
      this.#current = undefined;
      if (current.sequence > 0) this.#orphans.push(current);
      else files.closeSync(current.fd);
    }
    const unlinked = await this.#left.takeUnlinked();
    this.#orphans.push(...unlinked);
    if (this.#orphans.length > 0) this.#moveOrphans();
  }

  /** Waits until everything appended so far, and the names of new parts, are on the device. */
  async sync(): Promise<void> {
    const { files, directory } = this.#place;
    const current = this.#current === undefined ? [] : [this.#current];
    for (const part of [...this.#left.parts, ...current]) await syncPart(files, part);
    if (!this.#namesChanged) return;
    await files.syncDirectory(directory);
    this.#namesChanged = false;
  }

  /** Tells that the view covers all lines up to `sequence`: finished parts up to there are closed. */
  release(sequence: number): void {
    this.#left.release(sequence);
  }

  /** Closes everything; the log must not be used afterwards. */
  close(): void {
    const open = [...this.#left.takeAll(), ...this.#orphans];
    if (this.#current !== undefined) open.push(this.#current);
    this.#orphans = [];
    this.#current = undefined;
    for (const part of open) this.#place.files.closeSync(part.fd);
  }

  #now(): Instant {
    const { clock } = this.#place;
    return { wallMillis: clock.nowMillis(), monotonicMillis: clock.monotonicMillis() };
  }

  #put(lines: Uint8Array, sequence: number, delta: Delta | undefined): void {
    for (;;) {
      const before = this.#now();
      const part = this.#usable(before) ?? this.#open(before);
      const bytes = framed(part, lines, this.writer);
      for (let at = 0; at < bytes.length;) {
        at += progress(this.#place.files.appendSync(part.fd, at === 0 ? bytes : bytes.subarray(at)));
      }
      if (this.#wrote(part, bytes.length, sequence, before, delta)) return;
    }
  }

  /** The current part if it may be appended to; else it is left for good. */
  #usable(now: Instant): JournalPart | undefined {
    const part = this.#current;
    if (part === undefined || !this.#mustLeave(part, now)) return part;
    this.#current = undefined;
    this.#left.add(part);
    return undefined;
  }

  #mustLeave(part: JournalPart, now: Instant): boolean {
    const { rules, graceMillis } = this.#place;
    return isFull(part) || (rules.leaveIdleParts && (part.stale || wasIdle(part.last, now, graceMillis)));
  }

  get #nextName(): string {
    return partName(this.writer, this.#number + 1);
  }

  #open(now: Instant): JournalPart {
    const { files, directory } = this.#place;
    return this.#begin(openPart(files, join(directory, this.#nextName)), now);
  }

  async #openLater(now: Instant): Promise<JournalPart> {
    const { files, directory } = this.#place;
    return this.#begin(await openPartLater(files, join(directory, this.#nextName)), now);
  }

  #begin(fd: number, now: Instant): JournalPart {
    this.#current = newPart(fd, this.#nextName, now);
    this.#number++;
    this.#namesChanged = true;
    return this.#current;
  }

  /**
   * Notes a finished write. False = the process was held up between reading the clock and writing, so long that the part
   * may be unlinked by now: the line goes to the next part as well, and counts once.
   */
  #wrote(
    part: JournalPart,
    bytes: number,
    sequence: number,
    before: Instant,
    delta: Delta | undefined,
  ): boolean {
    part.uncertain = false;
    part.started = true;
    part.unsynced = true;
    part.size += bytes;
    part.sequence = Math.max(part.sequence, sequence);
    part.last = before;
    if (delta === undefined) part.run = undefined;
    else part.run?.add(bytes, sequence, delta);
    const after = this.#now();
    this.lastMillis = elapsed(before, after);
    part.stale = wasIdle(before, after, this.#place.graceMillis);
    return !part.stale || !this.#place.rules.leaveIdleParts;
  }

  /** Byte for byte, so that every line keeps its writer and sequence and counts once, whoever folded it already. */
  #moveOrphans(): void {
    const { files } = this.#place;
    const contents = this.#orphans.map((part) => files.readBackSync(part.fd));
    const sequence = Math.max(...this.#orphans.map((part) => part.sequence));
    this.#put(Buffer.concat(contents.flatMap((bytes) => [bytes, NEWLINE])), sequence, undefined);
    const moved = this.#orphans;
    this.#orphans = [];
    for (const part of moved) files.closeSync(part.fd);
  }
}
