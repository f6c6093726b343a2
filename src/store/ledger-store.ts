import { systemClock } from '../config/clock.js';
import type { Delta } from '../ledger/delta.js';
import type { LedgerDocument } from '../ledger/ledger-document.js';
import { JournalWriter } from '../journal/journal-writer.js';
import type { LedgerError } from '../journal/ledger-error.js';
import { toLedgerError } from '../journal/ledger-error.js';
import { untraced } from '../journal/untraced.js';
import { AppendPace } from './append-pace.js';
import { DEFAULT_LIMITS } from './compactor.js';
import { FlushCycle } from './flush-cycle.js';
import type { LedgerPlace } from './ledger-place.js';
import { ledgerPlace } from './ledger-place.js';
import type { LedgerSettings } from './ledger-settings.js';
import { agreeOnSettings } from './ledger-settings.js';
import type { LedgerStoreOptions, LedgerStoreStats } from './ledger-store-options.js';
import { Merge } from './merge.js';
import { networkFileSystem } from './network-file-system.js';
import { ProblemLog } from './problem-log.js';
import type { LedgerProblem } from './publisher.js';
import { mergedDocument } from './read-ledger.js';

/**
 * One ledger on disk, as one process writes and reads it: journals what is recorded, publishes the JSON view, folds old
 * journals. Needs no lock and waits for no other process; any number of stores may be open on one path.
 */
export class LedgerStore {
  readonly #place: LedgerPlace;
  readonly #proposed: LedgerSettings;
  readonly #problems: ProblemLog;
  readonly #writer: JournalWriter;
  readonly #cycle: FlushCycle;
  readonly #merge: Merge;
  readonly #pace = new AppendPace();
  readonly #insisted: boolean;
  #chosen: boolean;
  #agreed: LedgerSettings | undefined;
  #lastError: LedgerError | undefined;
  #closed: Promise<void> | undefined;

  /** No file is touched before the first call of a method. */
  constructor(options: LedgerStoreOptions) {
    const { path, settings, durability, priceSource, internals } = options;
    const clock = options.clock ?? systemClock;
    this.#place = ledgerPlace(path, {
      clock,
      ...(options.files && { files: options.files }),
      ...(internals?.graceMillis !== undefined && { graceMillis: internals.graceMillis }),
      ...(internals?.rules && { rules: internals.rules }),
    });
    this.#proposed = { ...settings, createdAt: new Date(clock.nowMillis()).toISOString() };
    this.#insisted = durability !== undefined;
    this.#chosen = this.#insisted;
    this.#problems = new ProblemLog(options.onProblem ?? (() => undefined));
    this.#writer = new JournalWriter(this.#place, durability ?? 'turn');
    this.#merge = new Merge(this.#place, undefined, this.#writer);
    const onProblem = (problem: LedgerProblem): void => this.#problems.add(problem);
    const means = { settings: () => this.settings(), priceSource, onProblem };
    this.#cycle = new FlushCycle(
      this.#place,
      this.#writer,
      this.#merge,
      means,
      internals?.limits ?? DEFAULT_LIMITS,
      (error, doing) => void this.#failed(error, doing),
    );
  }

  /** The settings all writers agreed on, settled at the first call; while that fails, the proposed ones. Never throws. */
  settings(): LedgerSettings {
    if (this.#agreed !== undefined) return this.#agreed;
    try {
      this.#agreed = agreeOnSettings(this.#place, this.#proposed);
      return this.#agreed;
    } catch (error) {
      this.#failed(error, 'agree on the settings of the ledger');
      return this.#proposed;
    }
  }

  /** Appends what a JS turn added, as one line, at once. Never throws: what cannot be written is held in memory. */
  append(delta: Delta): void {
    if (!this.#chosen) this.#choose();
    if (this.#writer.append(delta)) {
      if (this.#pace.isSlow(this.#writer.lastMillis)) this.#slowDown();
    } else if (this.#writer.error !== undefined) {
      this.#failed(this.#writer.error, 'append to the journal');
    }
  }

  /**
   * Writes what is held, syncs the journal, merges what all processes appended and publishes the view. With nothing new
   * it touches no file. `force` does not wait for the write allowance; else the flush may be put off, and comes by
   * itself. Rejects with LedgerError when the view could not be published; nothing is lost then.
   */
  async flush(options: { readonly force: boolean }): Promise<void> {
    try {
      await this.#cycle.flush(options.force);
      this.#succeeded();
    } catch (error) {
      throw this.#failed(error, 'flush the ledger');
    }
  }

  /**
   * For how long a flush without `force` is put off, in milliseconds, though something is new: until the write allowance
   * lets it publish, or the journal is due to be synced. 0 = it may begin. Touches no file.
   */
  putOffMillis(): number {
    return this.#cycle.putOffMillis();
  }

  /** True while a flush, forced or not, has nothing to do: all is in the view, as looked at within the last 5 s. */
  isCurrent(): boolean {
    return this.#cycle.isCurrent;
  }

  /** The merged truth, what is still held in memory included; never writes. Rejects with LedgerError. */
  read(): Promise<LedgerDocument> {
    return this.#cycle.exclusive(() =>
      untraced(() => mergedDocument(this.#place, this.#merge, this.#writer)),
    );
  }

  /** For exit hooks: writes what is held and a last line, without waiting. Never throws. */
  endNow(): void {
    try {
      untraced(() => this.#writer.end());
    } catch (error) {
      this.#failed(error, 'end the journal');
    }
  }

  /** Flushes for the last time and ends the journal; the same promise each time. Rejects with LedgerError. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  stats(): LedgerStoreStats {
    return {
      pendingInMemory: this.#writer.heldCount,
      journalBytes: this.#writer.journalBytes,
      publishes: this.#cycle.publisher.publishes,
      failedFlushes: this.#cycle.failedFlushes,
      lastFlushMillis: this.#cycle.lastFlushMillis,
      viewBytes: this.#cycle.publisher.viewBytes,
      dirty: this.#cycle.isDirty,
      durability: this.#writer.durability,
      lastError: this.#lastError,
    };
  }

  async #close(): Promise<void> {
    try {
      await this.#cycle.close();
      this.#succeeded();
    } catch (error) {
      throw this.#failed(error, 'flush the ledger');
    } finally {
      this.endNow();
    }
  }

  /** Where the ledger lies decides how to append, unless the user did. */
  #choose(): void {
    const network = untraced(() => networkFileSystem(this.#place.files, this.#place.path));
    this.#chosen = true;
    if (network === undefined) return;
    this.#writer.durability = 'flush';
    const message =
      `${this.#place.path} lies on a network file system (${network}): calls are written at each flush, not at each ` +
      `turn, so that the application never waits for the server; set durability: 'turn' to have it otherwise`;
    this.#problems.add({ code: 'ENETWORK', message });
  }

  /** Appends take long (a slow disk): they no longer block the turn, if the user did not insist on it. */
  #slowDown(): void {
    if (!this.#insisted) this.#writer.durability = 'flush';
    const what = this.#insisted ? 'each turn waits for them' : 'from now on calls are written at each flush';
    const message = `appends to ${this.#place.directory} take more than 2 ms: ${what}`;
    this.#problems.add({ code: 'ESLOW', message });
  }

  #succeeded(): void {
    if (this.#writer.heldCount > 0) return;
    this.#lastError = undefined;
    this.#problems.over();
  }

  #failed(error: unknown, doing: string): LedgerError {
    const failure = toLedgerError(error, doing, this.#place.path);
    this.#lastError = failure;
    this.#problems.add({ code: failure.code, message: failure.message });
    return failure;
  }
}
