import type { Delta } from '../ledger/delta.js';
import { LedgerState } from '../ledger/ledger-state.js';
import type { PartTail } from '../journal/journal-reader.js';
import { linesOf } from '../journal/journal-reader.js';
import { JOURNAL_VERSION, decodeLine } from '../journal/line-codec.js';
import type { PartName } from '../journal/part-name.js';
import type { JournalRun } from '../journal/part-run.js';
import type { Base } from './base-file.js';
import { newerError } from './find-base.js';
import type { LedgerPlace } from './ledger-place.js';
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

/** The event loop goes on after so many lines and rows. */
const ROWS_PER_TURN = 512;

/** A base and the journal lines above it, added up: each sequence of each writer once, whatever part it comes from. */
export class MergedSums {
  readonly state: LedgerState;
  readonly writers: Map<string, SequenceSet> = new Map();
  readonly ended: Set<string> = new Set();
  /** Counts up whenever something was added. */
  revision = 0;
  readonly #place: LedgerPlace;
  readonly #base: Base | undefined;

  /** The sums of `base` become these: they are added to. */
  constructor(place: LedgerPlace, base: Base | undefined) {
    this.#place = place;
    this.#base = base;
    this.state = base?.state ?? new LedgerState();
    for (const [id, writer] of base?.writers ?? []) {
      this.writers.set(id, new SequenceSet(writer.sequence, writer.gaps));
      if (writer.ended) this.ended.add(id);
    }
  }

  /** Records that were lost or are corrupt: sequences below the last one that are nowhere. */
  get missing(): number {
    let missing = 0;
    for (const set of this.writers.values()) missing += set.missing;
    return missing;
  }

  /** Adds complete lines of a part, and notes in `part` what they say of it. Throws at a newer version's. */
  async addLines(bytes: Uint8Array, part: MergedPart): Promise<void> {
    let work = 0;
    for (const bytesOfLine of linesOf(bytes)) {
      if (work >= ROWS_PER_TURN) {
        await this.#place.clock.yieldTurn();
        work = 0;
      }
      const line = decodeLine(bytesOfLine);
      work += line.kind === 'delta' ? 1 + line.delta.rows.length : 1;
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

  /** Whether all the lines of a run come next, after those of `writer` that were added: it then needs no look at each. */
  isNext(writer: string, run: JournalRun): boolean {
    return run.first === (this.writers.get(writer)?.last ?? 0) + 1;
  }

  /** Adds the sum of a run that comes next. */
  async addRun(sum: Delta, run: JournalRun, part: MergedPart): Promise<void> {
    let rows = 0;
    for (const row of sum.rows) {
      if (++rows % ROWS_PER_TURN === 0) await this.#place.clock.yieldTurn();
      this.state.table.add(row);
    }
    this.state.count(sum.audit, sum.pricedCalls);
    this.#sequencesOf(part.writer).extend(run.last);
    part.sequence = run.last;
    this.revision++;
  }

  #sequencesOf(writer: string): SequenceSet {
    let set = this.writers.get(writer);
    if (set === undefined) {
      set = new SequenceSet();
      this.writers.set(writer, set);
    }
    return set;
  }
}
