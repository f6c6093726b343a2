/** Words per slot: the span id (2), part of the trace id, and whether the slot is taken. */
const WORDS = 4;

/**
 * A set of (trace id, span id) pairs that forgets: it holds at least the newest `size`, at most twice as many. Kept in typed
 * arrays: no strings are held and the garbage collector sees nothing of it. A pair is its span id in full (64 bit) and
 * 32 bits of its trace id; ids of another form, which no SDK makes, are hashed.
 */
export class SpanIdSet {
  readonly #size: number;
  readonly #mask: number;
  #current: Uint32Array;
  #previous: Uint32Array;
  #count = 0;
  #high = 0;
  #low = 0;
  #trace = 0;

  constructor(size: number) {
    this.#size = size;
    let slots = 2;
    while (slots < size * 1.5) slots *= 2;
    this.#mask = slots - 1;
    this.#current = new Uint32Array(slots * WORDS);
    this.#previous = new Uint32Array(slots * WORDS);
  }

  has(traceId: string, spanId: string): boolean {
    this.#read(traceId, spanId);
    return this.#slotIn(this.#current) < 0 || this.#slotIn(this.#previous) < 0;
  }

  add(traceId: string, spanId: string): void {
    if (this.#count >= this.#size) this.#rotate();
    this.#read(traceId, spanId);
    const table = this.#current;
    const slot = this.#slotIn(table);
    if (slot < 0) return;
    table[slot] = this.#low;
    table[slot + 1] = this.#high;
    table[slot + 2] = this.#trace;
    table[slot + 3] = 1;
    this.#count++;
  }

  #rotate(): void {
    const oldest = this.#previous;
    this.#previous = this.#current;
    this.#current = oldest.fill(0);
    this.#count = 0;
  }

  /** The free slot for the pair just read, or −1 if it is there. */
  #slotIn(table: Uint32Array): number {
    let slot = (Math.imul(this.#high ^ this.#low, 0x9e3779b1) >>> 8) & this.#mask;
    for (;;) {
      const at = slot * WORDS;
      if (table[at + 3] === 0) return at;
      if (table[at] === this.#low && table[at + 1] === this.#high && table[at + 2] === this.#trace) return -1;
      slot = (slot + 1) & this.#mask;
    }
  }

  #read(traceId: string, spanId: string): void {
    const regular = spanId.length === 16;
    this.#high = regular ? hexWord(spanId, 0, 8) : hashWord(spanId, 7);
    this.#low = regular ? hexWord(spanId, 8, 16) : hashWord(spanId, 11);
    this.#trace = traceId.length === 32 ? hexWord(traceId, 24, 32) : hashWord(traceId, 13);
  }
}

/** Eight hex digits as one unsigned word; other characters are mixed in. */
function hexWord(id: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const code = id.charCodeAt(i);
    const digit = code <= 57 ? code - 48 : code - 87;
    value = digit >= 0 && digit < 16 ? (value << 4) | digit : Math.imul(value, 31) + code;
  }
  return value >>> 0;
}

function hashWord(id: string, seed: number): number {
  let value = seed;
  for (let i = 0; i < id.length; i++) value = Math.imul(value ^ id.charCodeAt(i), 0x01000193) + (value >>> 13);
  return value >>> 0;
}
