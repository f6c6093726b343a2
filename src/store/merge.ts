import { LedgerState } from '../ledger/ledger-state.js';
import { LedgerError } from '../journal/ledger-error.js';
import type { PartTail } from '../journal/journal-reader.js';
import { linesOf, readTail } from '../journal/journal-reader.js';
import { JOURNAL_VERSION, decodeLine } from '../journal/line-codec.js';
import type { PartName } from '../journal/part-name.js';
import type { Base } from './base-file.js';
import { baseNumbers } from './base-file.js';
import type { KnownBase } from './find-base.js';
import { findBase, newerError } from './find-base.js';
import { listNames, listParts } from './ledger-names.js';
import type { LedgerPlace } from './ledger-place.js';
import { within } from './ledger-place.js';
import { SequenceSet } from './sequence-set.js';

/** What is known of one part. */
export interface MergedPart extends PartName {
  readonly tail: PartTail;
  /** Last sequence seen in it, 0 = none. */
  sequence: number;
  /** True when nothing can be appended any more: it has its `end` line or a successor. */
  finished: boolean;
  /** True when it holds a record that the base was folded without. */
  fillsGap: boolean;
  /** Lines that are no valid record. */
  corruptLines: number;
}

const MAX_ROUNDS = 100;
const LINES_PER_TURN = 256;
const NEW_PART = { sequence: 0, corruptLines: 0, finished: false, fillsGap: false };

/**
 * The merged truth of a ledger's directory: the newest valid base plus every journal line above it, each sequence once.
 * Kept between calls, so that a refresh reads only what was appended since. Never writes. One refresh at a time.
 */
export class Merge {
  /** Sums of all that is covered. Belongs to the merge: do not change it. */
  state: LedgerState = new LedgerState();
  /** Counts up whenever the state changed. */
  revision = 0;
  readonly writers: Map<string, SequenceSet> = new Map();
  readonly parts: Map<string, MergedPart> = new Map();
  readonly ended: Set<string> = new Set();
  /** Numbers of newer bases that were skipped since their checksum fails. */
  skippedBases: readonly number[] = [];
  readonly #place: LedgerPlace;
  readonly #seed: Base | undefined;
  #base: Base | undefined;
  #found: KnownBase | undefined;

  /** With a `seed`, that is the base, whatever the directory has. */
  constructor(place: LedgerPlace, seed?: Base) {
    this.#place = place;
    this.#seed = seed;
  }

  /** The base this merge stands on, without its sums. */
  get base(): Omit<Base, 'state'> | undefined {
    return this.#base;
  }

  /** Records that were lost or are corrupt: sequences below the last one that are nowhere. */
  get missing(): number {
    let missing = 0;
    for (const set of this.writers.values()) missing += set.missing;
    return missing;
  }

  /** Takes in all there is. Throws when something cannot be read or is of a newer version. */
  async refresh(): Promise<void> {
    let missing = this.missing;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const names = await listNames(this.#place);
      const found = await findBase(this.#place, baseNumbers(names), this.#found);
      if (found === undefined) continue;
      this.skippedBases = found.skipped;
      this.#found = found.newest;
      const base = this.#seed ?? found.newest?.base;
      if (base !== this.#base) this.#startFrom(base);
      if (this.#lostParts(new Set(names))) {
        this.reset();
        continue;
      }
      if (!(await this.#readParts(names))) continue;
      if (await this.#hasNewerBase()) continue;
      // A listing made while a writer opened two parts may show the second alone: look again before calling it lost.
      if (this.missing <= missing) return this.#forgetUnlisted(new Set(names));
      missing = this.missing;
    }
    throw new LedgerError('EBUSY', 'cannot merge: the journals kept changing', {
      path: this.#place.directory,
    });
  }

  /** Forgets everything; the next refresh reads all. */
  reset(): void {
    // The sums of a seed were added to, and there is no file to read it from again.
    if (this.#seed !== undefined) throw changing(this.#place);
    this.#found = undefined;
    this.parts.clear();
    this.#startFrom(undefined);
  }

  #startFrom(base: Base | undefined): void {
    this.#base = base;
    this.state = base?.state ?? new LedgerState();
    this.revision++;
    this.writers.clear();
    this.ended.clear();
    for (const [id, writer] of base?.writers ?? []) {
      this.writers.set(id, new SequenceSet(writer.sequence, writer.gaps));
      if (writer.ended) this.ended.add(id);
    }
    for (const part of this.parts.values()) {
      const held = base?.writers.get(part.writer);
      const folded = held !== undefined && held.gaps.length === 0 && part.sequence <= held.sequence;
      if (!folded || !part.finished) this.parts.delete(part.name);
    }
  }

  /** False when the directory is not what the listing said any more. */
  async #readParts(names: readonly string[]): Promise<boolean> {
    const listed = listParts(names);
    const lastPart = new Map<string, number>();
    for (const { writer, part } of listed) lastPart.set(writer, part);
    for (const name of listed) {
      if (this.parts.get(name.name)?.finished === true) continue;
      const complete = await this.#readPart(name, lastPart.get(name.writer) !== name.part);
      if (!complete) return false;
    }
    return true;
  }

  async #readPart(name: PartName, hasSuccessor: boolean): Promise<boolean> {
    const { files, rules } = this.#place;
    const known = this.parts.get(name.name);
    try {
      const news = await readTail(files, within(this.#place, name.name), known?.tail);
      if (news.kind === 'gone') return false;
      if (news.kind === 'replaced') {
        this.reset();
        return false;
      }
      const part = { ...NEW_PART, ...known, ...name, tail: news.tail };
      if (news.kind === 'lines') await this.#take(news.bytes, part);
      part.finished ||= hasSuccessor;
      this.parts.set(name.name, part);
      return true;
    } catch (error) {
      if (rules.stopAtUnreadable || error instanceof LedgerError) throw error;
      return true;
    }
  }

  async #take(bytes: Uint8Array, part: MergedPart): Promise<void> {
    let lines = 0;
    for (const bytesOfLine of linesOf(bytes)) {
      if (++lines % LINES_PER_TURN === 0) await this.#place.clock.yieldTurn();
      const line = decodeLine(bytesOfLine);
      if (line.kind === 'corrupt') part.corruptLines++;
      if (line.kind === 'header' && line.version > JOURNAL_VERSION)
        throw newerError(this.#place, part.name, line.version);
      if (line.kind === 'end') {
        part.finished = true;
        this.ended.add(part.writer);
      }
      if (line.kind !== 'delta') continue;
      part.sequence = Math.max(part.sequence, line.sequence);
      if (!this.#sequencesOf(part.writer).add(line.sequence)) continue;
      if (line.sequence <= (this.#base?.writers.get(part.writer)?.sequence ?? 0)) part.fillsGap = true;
      this.state.addDelta(line.delta);
      this.revision++;
    }
  }

  /** Whether a part is gone that no base holds: somebody deleted it, and what is left is to be merged as it is. */
  #lostParts(names: ReadonlySet<string>): boolean {
    for (const part of this.parts.values()) {
      const folded = this.#base?.writers.get(part.writer)?.sequence ?? 0;
      if (part.sequence > folded && !names.has(part.name)) return true;
    }
    return false;
  }

  #forgetUnlisted(names: ReadonlySet<string>): void {
    for (const name of this.parts.keys()) if (!names.has(name)) this.parts.delete(name);
  }

  #sequencesOf(writer: string): SequenceSet {
    let set = this.writers.get(writer);
    if (set === undefined) {
      set = new SequenceSet();
      this.writers.set(writer, set);
    }
    return set;
  }

  /** A base that came while we read may hold what was unlinked before we came to it. */
  async #hasNewerBase(): Promise<boolean> {
    if (this.#seed !== undefined || !this.#place.rules.followNewestBase) return false;
    const [newest = 0] = baseNumbers(await listNames(this.#place));
    return newest > Math.max(this.#base?.number ?? 0, ...this.skippedBases);
  }
}

function changing(place: LedgerPlace): LedgerError {
  return new LedgerError('EBUSY', 'cannot merge: the journals kept changing', { path: place.directory });
}
