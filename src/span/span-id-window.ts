/**
 * The ids of the newest `size` spans, to know a span again that comes in as another object. Writing one is two stores; the
 * index is only made once somebody asks, which nobody does while spans come from a processor alone.
 */
export class SpanIdWindow {
  readonly #size: number;
  readonly #spanIds: string[] = [];
  readonly #traceIds: string[] = [];
  #next = 0;
  /** Span id → positions in the ring; several only if ids repeat across traces. */
  #index: Map<string, number[]> | undefined = undefined;

  constructor(size: number) {
    this.#size = size;
  }

  add(traceId: string, spanId: string): void {
    const at = this.#next;
    this.#next = at + 1 === this.#size ? 0 : at + 1;
    if (this.#index !== undefined) this.#unindex(at);
    this.#spanIds[at] = spanId;
    this.#traceIds[at] = traceId;
    if (this.#index !== undefined) enter(this.#index, spanId, at);
  }

  has(traceId: string, spanId: string): boolean {
    this.#index ??= this.#makeIndex();
    return this.#index.get(spanId)?.some((at) => this.#traceIds[at] === traceId) === true;
  }

  #makeIndex(): Map<string, number[]> {
    const index = new Map<string, number[]>();
    for (const [at, spanId] of this.#spanIds.entries()) enter(index, spanId, at);
    return index;
  }

  #unindex(at: number): void {
    const spanId = this.#spanIds[at];
    if (spanId === undefined) return;
    const left = this.#index?.get(spanId)?.filter((other) => other !== at);
    if (left === undefined || left.length === 0) this.#index?.delete(spanId);
    else this.#index?.set(spanId, left);
  }
}

function enter(index: Map<string, number[]>, spanId: string, at: number): void {
  const known = index.get(spanId);
  if (known === undefined) index.set(spanId, [at]);
  else known.push(at);
}
