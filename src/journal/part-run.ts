import type { Delta } from '../ledger/delta.js';
import { RunSum } from './run-sum.js';

/** What this process wrote to a part since somebody last asked, so that its own merge need not read it back. */
export interface JournalRun {
  /** Where in the part it begins, and where it ends: at the ends of lines. */
  readonly from: number;
  readonly to: number;
  /** Sequences it holds, from the first to the last; none when `first` is above `last`. */
  readonly first: number;
  readonly last: number;
  /** What its lines add up to; `undefined` = too much to keep, or to be exact: read them. */
  readonly sum: Delta | undefined;
}

/** Rows kept per part: some 10 MB at the most. */
const MAX_ROWS = 10_000;

/** The lines one part was given since they were last taken, added up. Memory is bounded by rows. */
export class PartRun {
  #from = 0;
  #to = 0;
  #first = 1;
  #last = 0;
  #sum: RunSum | undefined = new RunSum();

  /** Notes a line that is surely in the part, with whatever came before it (`bytes` in all). Its rows are kept. */
  add(bytes: number, sequence: number, delta: Delta): void {
    this.#to += bytes;
    if (this.#first > this.#last) this.#first = sequence;
    else if (sequence !== this.#last + 1) this.#sum = undefined;
    this.#last = sequence;
    if (this.#sum === undefined) return;
    this.#sum.add(delta);
    if (this.#sum.size > MAX_ROWS) this.#sum = undefined;
  }

  /** All of it; what is added from here on is the next run. */
  take(): JournalRun {
    const sum = this.#sum?.toDelta();
    const run = { from: this.#from, to: this.#to, first: this.#first, last: this.#last, sum };
    this.#from = this.#to;
    this.#first = this.#last + 1;
    this.#sum = new RunSum();
    return run;
  }
}
