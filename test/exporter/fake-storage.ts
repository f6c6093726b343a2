import type { Delta } from '../../src/ledger/delta.js';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';
import type { LedgerStorage, StorageStats } from '../../src/exporter/ledger-storage.js';
import { LedgerState } from '../../src/ledger/ledger-state.js';
import { toDocument } from '../../src/ledger/document.js';

/** The ledger on disk, in memory: what was appended, and what a flush has published of it. */
export class FakeStorage implements LedgerStorage {
  readonly lines: Delta[] = [];
  readonly state = new LedgerState();
  readonly flushes: Array<{ force: boolean; lines: number }> = [];
  /** The document as last published. */
  view: LedgerDocument | undefined;
  ended = 0;
  closed = 0;
  /** Flushes wait for this, if it is set. */
  gate: Promise<void> | undefined;
  /** Flushes fail with this, if it is set. */
  error: Error | undefined;
  /** Until when flushes that are not forced do nothing, by the clock of `now`. */
  putOffUntil = 0;
  now = (): number => 0;
  cardinalityLimit = 2000;
  priceSource = (): string => 'none';
  #published = 0;

  settings(): { cardinalityLimit: number } {
    return { cardinalityLimit: this.cardinalityLimit };
  }

  append(delta: Delta): void {
    this.lines.push(delta);
    this.state.addDelta(delta);
  }

  async flush(options: { force: boolean }): Promise<void> {
    const lines = this.lines.length;
    this.flushes.push({ ...options, lines });
    const document = this.#document();
    await this.gate;
    if (this.error !== undefined) throw this.error;
    this.view = document;
    this.#published = lines;
  }

  isCurrent(): boolean {
    return this.view !== undefined && this.#published === this.lines.length;
  }

  putOffMillis(): number {
    return Math.max(0, this.putOffUntil - this.now());
  }

  async read(): Promise<LedgerDocument> {
    return this.#document();
  }

  endNow(): void {
    this.ended++;
  }

  async close(): Promise<void> {
    this.closed++;
    await this.flush({ force: true });
  }

  stats(): StorageStats {
    return {
      pendingInMemory: 0,
      journalBytes: 0,
      publishes: this.flushes.length,
      failedFlushes: 0,
      lastFlushMillis: 0,
      dirty: this.#published < this.lines.length,
      lastError: undefined,
    };
  }

  #document(): LedgerDocument {
    return toDocument(this.state, {
      generation: this.flushes.length,
      createdAt: '2026-11-20T08:00:00.000Z',
      updatedAt: '2026-11-22T10:20:05.123Z',
      timezone: 'UTC',
      writers: {},
      priceSource: this.priceSource(),
    });
  }
}
