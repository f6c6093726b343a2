import type { CountedCall } from './counted-call.js';
import { GenerationMap } from './generation-map.js';
import { RecentWindows } from './recent-windows.js';
import { SpanIdWindow } from './span-id-window.js';
import { BY_ID, SpanNode } from './span-node.js';

/** Spans known by id only, and GenAI spans seen, are remembered for at least this many. */
const MAX_BY_ID = 8192;
const MAX_SEEN = 10_000;
const MAX_TRACES = 1024;
const MAX_PER_TRACE = 64;

/** A span known by its id: seen without `onStart`, or named as parent by one that was. */
export class IdNode extends SpanNode {
  readonly traceId: string;

  constructor(traceId: string) {
    super(undefined, undefined, undefined, BY_ID);
    this.traceId = traceId;
  }
}

/** A call below a span that was not recorded: which spans above it are its ancestors nobody can tell. */
export interface Orphan {
  readonly top: SpanNode;
  readonly tokens: number;
  readonly startMillis: number;
}

/** An aggregate counted whole, with the time it was under way. */
export interface WholeAggregate {
  readonly node: SpanNode;
  readonly startMillis: number;
  readonly endMillis: number;
}

/** What is known of a trace in which ancestors are missing. */
export interface TraceNotes {
  readonly orphans: Orphan[];
  readonly wholes: WholeAggregate[];
}

/**
 * What the processors and exporters of one ledger share, so that whichever of them sees a span first, it counts once. All
 * of it is bounded: maps by count, notes on spans by the life of the span.
 */
export class TrackerState {
  /** Under this key hangs on a span its own note, if it has one. */
  readonly noteKey: symbol = Symbol('otel-genai-ledger.note');
  /** Under this key hangs on every span seen starting the note of its local parent, or `null`. */
  readonly parentKey: symbol = Symbol('otel-genai-ledger.parent');
  readonly recent: RecentWindows = new RecentWindows();
  /** Start of the newest call whose mark was forgotten; older aggregates can't be trusted to have nothing below. */
  forgottenMarkMillis: number = -Infinity;
  /** True once some span is known by its id only. */
  knowsIds = false;
  readonly #byId = new GenerationMap<string, IdNode>(MAX_BY_ID, (dropped) => this.#forget(dropped.values()));
  /** GenAI spans counted, by id: another object with the same ids is the same span. */
  readonly seen: SpanIdWindow = new SpanIdWindow(MAX_SEEN);
  readonly #traces = new GenerationMap<string, TraceNotes>(MAX_TRACES);

  /** The note on a span known by id, made if there is none. */
  nodeById(traceId: string, spanId: string): IdNode {
    const known = this.knownById(traceId, spanId);
    if (known !== undefined) return known;
    const node = new IdNode(traceId);
    this.knowsIds = true;
    this.#byId.set(spanId, node);
    return node;
  }

  knownById(traceId: string, spanId: string): IdNode | undefined {
    const node = this.#byId.get(spanId);
    return node?.traceId === traceId ? node : undefined;
  }

  notesOn(traceId: string): TraceNotes | undefined {
    return this.#traces.get(traceId);
  }

  noteOrphan(traceId: string, orphan: Orphan): void {
    push(this.#notes(traceId).orphans, orphan);
  }

  noteWhole(traceId: string, whole: WholeAggregate): void {
    push(this.#notes(traceId).wholes, whole);
  }

  #notes(traceId: string): TraceNotes {
    let notes = this.#traces.get(traceId);
    if (notes === undefined) {
      notes = { orphans: [], wholes: [] };
      this.#traces.set(traceId, notes);
    }
    return notes;
  }

  #forget(nodes: Iterable<IdNode>): void {
    for (const { below } of nodes) {
      if (below !== undefined && below.newestMillis > this.forgottenMarkMillis)
        this.forgottenMarkMillis = below.newestMillis;
    }
  }
}

function push<T>(list: T[], entry: T): void {
  if (list.length >= MAX_PER_TRACE) list.shift();
  list.push(entry);
}

/** What a booked call adds to its ancestors' sums. */
export function tokensOf(counted: CountedCall): number {
  let tokens = counted.call.inputTokens + counted.call.outputTokens;
  if (counted.extras === undefined) return tokens;
  for (const extra of counted.extras) tokens += extra.inputTokens + extra.outputTokens;
  return tokens;
}
