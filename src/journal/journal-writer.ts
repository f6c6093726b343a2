import type { Delta } from '../ledger/delta.js';
import { CountRiders } from './count-riders.js';
import { FormerLogs } from './former-logs.js';
import { HeldDeltas } from './held-deltas.js';
import { LineBuffer } from './line-buffer.js';
import { encodeDelta, encodeEnd } from './line-codec.js';
import { PartLog } from './part-log.js';
import type { JournalPlace } from './journal-place.js';

/** A line that was given its sequence; whether it is in the journal is not known until its write succeeded. */
interface PendingLine {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly delta: Delta;
}

/** `turn`: every append goes to disk at once. `flush`: it is held until the next `drain`. */
export type Durability = 'turn' | 'flush';

const MAX_HELD_ROWS = 10_000;
/** A writer that was silent for so long begins a new journal: its entry in the bases may expire. */
const RENEW_MILLIS = 86_400_000;

/**
 * One writer's side of the journal: gives every delta its sequence and appends it as one line. What cannot be written
 * is held: the line whose fate is unknown as it is, and all that comes later added up under the next sequence.
 */
export class JournalWriter {
  durability: Durability;
  /** Bytes of lines appended. */
  journalBytes = 0;
  /** Why the last attempt to write failed; `undefined` once one succeeded. */
  error: unknown;
  readonly #place: JournalPlace;
  readonly #held = new HeldDeltas(MAX_HELD_ROWS);
  readonly #sequences = new Map<string, number>();
  readonly #buffer = new LineBuffer();
  readonly #riders = new CountRiders();
  readonly #former = new FormerLogs();
  #log: PartLog;
  #sequence = 0;
  #pending: PendingLine | undefined;
  #draining = false;

  constructor(place: JournalPlace, durability: Durability) {
    this.#place = place;
    this.durability = durability;
    this.#log = new PartLog(place.files.randomName(), place);
  }

  /** Name of the journal that lines go to now. */
  get writer(): string {
    return this.#log.writer;
  }

  /** Deltas that are only in memory. */
  get heldCount(): number {
    return this.#held.count + (this.#pending === undefined ? 0 : 1);
  }

  /** Last sequence appended, by journal: what a view must cover to hold all that was written. */
  get sequences(): ReadonlyMap<string, number> {
    return this.#sequences;
  }

  /** How long the last append took, in milliseconds. */
  get lastMillis(): number {
    return this.#log.lastMillis;
  }

  /** Oldest first. */
  get #logs(): readonly PartLog[] {
    return [...this.#former.logs, this.#log];
  }

  get openFiles(): number {
    return this.#logs.reduce((sum, log) => sum + log.openFiles, 0);
  }

  /**
   * Appends what a turn added, or holds it; never throws. True = it is in the journal. Counters without rows ride on
   * the next line: alone they make nothing new.
   */
  append(delta: Delta): boolean {
    if (delta.rows.length === 0) {
      this.#riders.add(delta);
      return true;
    }
    const whole = this.#riders.takeOnto(delta);
    if (this.durability === 'flush' || this.heldCount > 0 || this.#draining) {
      this.#held.add(whole);
      return false;
    }
    try {
      this.#renewIfSilent();
      this.#putDelta(whole);
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  /** Counters that wait for a line get one of their own at the next drain: a flush that publishes shows them too. */
  holdCounts(): void {
    if (this.#riders.any) this.#held.add(this.#riders.takeOnto({ rows: [], audit: {}, pricedCalls: {} }));
  }

  /** Writes what is held, without waiting. Throws when that fails; it then is still held. */
  drain(): void {
    if (this.#draining) return;
    try {
      if (this.#pending !== undefined) this.#putAgain(this.#pending);
      if (this.#held.count > 0) this.#putDelta(this.#held.take());
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  /** As `drain`, without blocking the process; what comes meanwhile is held. */
  async drainLater(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    try {
      if (this.#pending !== undefined) await this.#putLineLater(this.#pending);
      if (this.#held.count === 0) return;
      this.#renewIfSilent();
      await this.#putLineLater((this.#pending = this.#line(this.#held.take())));
    } catch (error) {
      this.#failed(error);
      throw error;
    } finally {
      this.#draining = false;
    }
  }

  /** Finds out whether somebody unlinked what this writer holds open, and writes it again. */
  async verify(): Promise<void> {
    for (const log of this.#logs) await log.verify();
  }

  /** Waits until everything appended is on the device. */
  async sync(): Promise<void> {
    for (const log of this.#logs) await log.sync();
  }

  /** Tells what a published view covers, by journal. */
  release(covered: Readonly<Record<string, number>>): void {
    this.#log.release(covered[this.#log.writer] ?? 0);
    this.#former.release(({ writer }) => {
      const isCovered = (covered[writer] ?? 0) >= (this.#sequences.get(writer) ?? 0);
      if (isCovered) this.#sequences.delete(writer);
      return isCovered;
    });
  }

  /** What this process wrote to a part since this was last asked; see `PartLog.takeRun`. */
  takeRun(name: string): ReturnType<PartLog['takeRun']> {
    for (const log of this.#logs) {
      const taken = log.takeRun(name);
      if (taken !== undefined) return taken;
    }
    return undefined;
  }

  /** What is held, as the lines it will become: the first under `sequence`, if that is given. */
  peek(): ReadonlyArray<{ readonly sequence: number | undefined; readonly delta: Delta }> {
    const lines: Array<{ sequence: number | undefined; delta: Delta }> = [];
    if (this.#pending !== undefined) lines.push({ ...this.#pending });
    if (this.#held.count > 0) lines.push({ sequence: undefined, delta: this.#held.peek() });
    const riders = this.#riders.peek();
    if (riders !== undefined) lines.push({ sequence: undefined, delta: riders });
    return lines;
  }

  /**
   * Writes what is held and a last line that says so, and closes the journal: the process ends. An append that comes
   * later all the same begins a new journal. Throws when something could not be written; it then is still held.
   */
  end(): void {
    this.#draining = false;
    this.holdCounts();
    this.drain();
    if (this.#sequence > 0) this.#log.put(encodeEnd(this.#sequence), this.#sequence);
    this.#renew();
    this.#former.release(() => true);
    this.#sequences.clear();
  }

  #line(delta: Delta): PendingLine {
    const sequence = this.#sequence + 1;
    return { sequence, delta, bytes: encodeDelta(sequence, delta) };
  }

  #putDelta(delta: Delta): void {
    const sequence = this.#sequence + 1;
    const bytes = encodeDelta(sequence, delta, this.#buffer);
    try {
      this.#log.put(bytes, sequence, delta);
    } catch (error) {
      this.#pending = { sequence, delta, bytes: Buffer.from(bytes) };
      throw error;
    }
    this.#appended(sequence, bytes.length);
  }

  #putAgain({ bytes, sequence, delta }: PendingLine): void {
    this.#log.put(bytes, sequence, delta);
    this.#appended(sequence, bytes.length);
  }

  async #putLineLater({ bytes, sequence, delta }: PendingLine): Promise<void> {
    await this.#log.putLater(bytes, sequence, delta);
    this.#appended(sequence, bytes.length);
  }

  #appended(sequence: number, bytes: number): void {
    this.#sequence = sequence;
    this.#sequences.set(this.#log.writer, sequence);
    this.#pending = undefined;
    this.journalBytes += bytes;
    this.error = undefined;
  }

  #failed(error: unknown): void {
    this.error = error;
    if (this.#place.rules.retrySame || this.#pending === undefined) return;
    this.#held.add(this.#pending.delta);
    this.#pending = undefined;
  }

  #renewIfSilent(): void {
    if (this.#log.idleMillis() >= RENEW_MILLIS) this.#renew();
  }

  #renew(): void {
    this.#former.add(this.#log);
    this.#log = new PartLog(this.#place.files.randomName(), this.#place);
    this.#sequence = 0;
  }
}
