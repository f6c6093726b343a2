/** An inclusive range of sequences. */
export type Gap = readonly [from: number, to: number];

/**
 * Which sequences of one writer were counted: all up to `last` but the gaps. Sequences come in order, so a gap is a
 * record that was lost or is corrupt; should it come after all, it is taken.
 */
export class SequenceSet {
  #last: number;
  #gaps: Gap[];

  constructor(last = 0, gaps: readonly Gap[] = []) {
    this.#last = last;
    this.#gaps = [...gaps];
  }

  get last(): number {
    return this.#last;
  }

  get gaps(): readonly Gap[] {
    return this.#gaps;
  }

  /** How many sequences up to `last` are missing. */
  get missing(): number {
    let missing = 0;
    for (const [from, to] of this.#gaps) missing += to - from + 1;
    return missing;
  }

  /** True when the sequence was not there yet. */
  add(sequence: number): boolean {
    if (sequence === this.#last + 1) {
      this.#last = sequence;
      return true;
    }
    if (sequence <= this.#last) return this.#fill(sequence);
    this.#gaps.push([this.#last + 1, sequence - 1]);
    this.#last = sequence;
    return true;
  }

  /** Adds all from the last one on up to `to`. */
  extend(to: number): void {
    this.#last = Math.max(this.#last, to);
  }

  #fill(sequence: number): boolean {
    const at = this.#gaps.findIndex(([from, to]) => from <= sequence && sequence <= to);
    const gap = this.#gaps[at];
    if (gap === undefined) return false;
    const pieces: Gap[] = [
      [gap[0], sequence - 1],
      [sequence + 1, gap[1]],
    ];
    this.#gaps.splice(at, 1, ...pieces.filter(([from, to]) => from <= to));
    return true;
  }
}
