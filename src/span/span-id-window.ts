/** 32-bit words of one entry: four of the trace id, two of the span id. */
const WORDS = 6;
const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;

/**
 * The ids of the newest `size` spans, to know a span again that comes in as another object. Kept as numbers: ids kept as
 * strings would be garbage that the collector has to copy, twice, before it gets old. The index is only made once somebody
 * asks, which nobody does while spans come from a processor alone.
 */
export class SpanIdWindow {
  readonly #size: number;
  #words: Uint32Array | undefined = undefined;
  /** Ids that are not of the usual form, by position. */
  readonly #texts = new Map<number, string>();
  #next = 0;
  #count = 0;
  /** Last word of the span id → positions in the ring. */
  #index: Map<number, number[]> | undefined = undefined;
  /** The ids being looked at, and the trace id among them: a trace's spans come in rows. */
  readonly #asked = new Uint32Array(WORDS);
  #askedTraceId: string | undefined = undefined;

  constructor(size: number) {
    this.#size = size;
  }

  add(traceId: string, spanId: string): void {
    const words = (this.#words ??= new Uint32Array(this.#size * WORDS));
    const at = this.#next;
    this.#next = at + 1 === this.#size ? 0 : at + 1;
    if (this.#index !== undefined) this.#unindex(at);
    if (this.#texts.size > 0) this.#texts.delete(at);
    if (!this.#read(traceId, spanId)) this.#texts.set(at, textOf(traceId, spanId));
    for (let i = 0; i < WORDS; i++) words[at * WORDS + i] = this.#asked[i] ?? 0;
    if (this.#count < this.#size) this.#count++;
    if (this.#index !== undefined) enter(this.#index, this.#keyAt(at), at);
  }

  has(traceId: string, spanId: string): boolean {
    const text = this.#read(traceId, spanId) ? undefined : textOf(traceId, spanId);
    this.#index ??= this.#makeIndex();
    const found = this.#index.get(this.#asked[WORDS - 1] ?? 0);
    return found?.some((at) => this.#isAt(at) && this.#texts.get(at) === text) === true;
  }

  /** Reads ids into `#asked`; false, and all zeros, for ids that are no lower-case hex of the usual length. */
  #read(traceId: string, spanId: string): boolean {
    const asked = this.#asked;
    if (traceId !== this.#askedTraceId) {
      this.#askedTraceId = undefined;
      if (!readHex(traceId, TRACE_DIGITS, asked, 0)) return this.#readNothing();
      this.#askedTraceId = traceId;
    }
    return readHex(spanId, SPAN_DIGITS, asked, TRACE_DIGITS >> 3) || this.#readNothing();
  }

  #readNothing(): false {
    this.#askedTraceId = undefined;
    this.#asked.fill(0);
    return false;
  }

  #isAt(at: number): boolean {
    for (let i = 0; i < WORDS; i++) if (this.#words?.[at * WORDS + i] !== this.#asked[i]) return false;
    return true;
  }

  #keyAt(at: number): number {
    return this.#words?.[at * WORDS + WORDS - 1] ?? 0;
  }

  #makeIndex(): Map<number, number[]> {
    const index = new Map<number, number[]>();
    for (let at = 0; at < this.#count; at++) enter(index, this.#keyAt(at), at);
    return index;
  }

  #unindex(at: number): void {
    const key = this.#keyAt(at);
    const left = this.#index?.get(key)?.filter((other) => other !== at);
    if (left === undefined || left.length === 0) this.#index?.delete(key);
    else this.#index?.set(key, left);
  }
}

/** Two ids in one text that no other two have. */
function textOf(traceId: string, spanId: string): string {
  return `${traceId.length}:${traceId}${spanId}`;
}

/** Value of a lower-case hex digit by character code, `NO_DIGIT` for other ASCII. A table: ids are random, so branches are guessed wrong. */
const NO_DIGIT = 0x80;
const DIGITS = new Uint8Array(128).fill(NO_DIGIT);
for (let value = 0; value < 16; value++) DIGITS[value.toString(16).charCodeAt(0)] = value;

/** Reads `digits` lower-case hex digits into words; false if `id` is anything else. */
function readHex(id: string, digits: number, into: Uint32Array, from: number): boolean {
  if (id.length !== digits) return false;
  let seen = 0;
  let word = 0;
  for (let i = 0; i < digits; i++) {
    const code = id.charCodeAt(i);
    const digit = DIGITS[code & 127] ?? NO_DIGIT;
    seen |= code | digit;
    word = (word << 4) | digit;
    if ((i & 7) === 7) into[from + (i >> 3)] = word;
  }
  return seen < NO_DIGIT;
}

function enter(index: Map<number, number[]>, key: number, at: number): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, [at]);
  else known.push(at);
}
