import type { Correction } from '../ledger/corrections.js';
import type { LedgerDocument, LedgerRow, Usage } from '../ledger/ledger-document.js';
import { LedgerState } from '../ledger/ledger-state.js';

/** A ledger as it was read, and from where. */
export interface LedgerSource {
  readonly path: string;
  readonly document: LedgerDocument;
  /** True: its journals could not be read, so that `document` tells no more than the file. */
  readonly viewOnly?: true;
  /** True: its rows and its sums say different things. */
  readonly unsound?: true;
}

/** What became of one source. */
export interface LedgerPart {
  readonly path: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly timezone: string;
  /** False: its calls are counted through another source of which it is a copy. */
  readonly counted: boolean;
  /** Why it is not counted, as a sentence. */
  readonly note?: string;
  /** True when it is a copy that went on by itself: calls of it may be missing from the report. */
  readonly conflict?: true;
  /** True when its journals could not be read: calls since `updatedAt` may be missing from the report. */
  readonly viewOnly?: true;
  /** True when its rows and its sums say different things: it was damaged or changed by hand. */
  readonly unsound?: true;
}

/** Several ledgers as one: rows side by side, audit and price counters added up. */
export interface MergedLedger extends Pick<LedgerDocument, 'rows' | 'timezone' | 'audit' | 'prices'> {
  /** Money changed after the fact, oldest first. */
  readonly corrections: readonly Correction[];
  readonly parts: readonly LedgerPart[];
}

const DAY_MILLIS = 86_400_000;

/**
 * Merges ledgers without counting one twice. Two documents are copies of one ledger when they share a writer (ids are
 * random and never reused), or the instant of creation and some of what they hold. Of copies the one that covers the others counts,
 * by the `writers` map: it holds every writer's sequences at least as far. Copies that went on separately cannot be
 * added (what they share would count twice): the one with more calls counts and the others are named as conflicts.
 */
export function mergeLedgers(sources: readonly LedgerSource[]): MergedLedger {
  const [first] = sources;
  if (first === undefined) throw new TypeError('sources must hold at least one ledger; got none');
  const parts: LedgerPart[] = sources.map((source) => ({ ...headOf(source), counted: true }));
  const kept: LedgerSource[] = [];
  for (const family of families(sources)) {
    const keeper = family.reduce((best, one) => (prefer(one.document, best.document) ? one : best));
    kept.push(keeper);
    for (const copy of family) {
      if (copy !== keeper) parts[sources.indexOf(copy)] = uncounted(copy, keeper);
    }
  }
  const counted = sources.filter((source) => kept.includes(source));
  return { ...sumOf(counted), timezone: first.document.timezone, parts };
}

function headOf({ path, document, viewOnly, unsound }: LedgerSource): Omit<LedgerPart, 'counted'> {
  const { createdAt, updatedAt, timezone } = document;
  const marks = { ...(viewOnly === true ? { viewOnly } : {}), ...(unsound === true ? { unsound } : {}) };
  return { path, createdAt, updatedAt, timezone, ...marks };
}

/** True when the sum cannot be right: calls of a copy are missing, or a file contradicts itself. */
export function isWrong({ parts }: Pick<MergedLedger, 'parts'>): boolean {
  return parts.some(({ conflict, unsound, counted }) => conflict === true || (counted && unsound === true));
}

function uncounted(copy: LedgerSource, keeper: LedgerSource): LedgerPart {
  const head = { ...headOf(copy), counted: false };
  if (!covers(keeper.document, copy.document)) {
    const note =
      `${copy.path} and ${keeper.path} began as one ledger and went on separately: adding them would count twice what ` +
      `they share. Only ${keeper.path} is counted; of the ${copy.document.totals.calls} calls in ${copy.path} some are missing.`;
    return { ...head, note, conflict: true };
  }
  const same = covers(copy.document, keeper.document);
  const what = same ? 'the same ledger as' : 'an older copy of';
  return { ...head, note: `${copy.path} is ${what} ${keeper.path}: counted once.` };
}

/** Groups of sources that are copies of one ledger, directly or through another copy. */
function families(sources: readonly LedgerSource[]): LedgerSource[][] {
  let groups: LedgerSource[][] = [];
  for (const source of sources) {
    const joined = groups.filter((group) => group.some((one) => isCopy(one.document, source.document)));
    groups = groups.filter((group) => !joined.includes(group));
    groups.push([...joined.flat(), source]);
  }
  return groups;
}

/**
 * A shared writer proves it. Where ended writers have been dropped, it takes more than the instant of creation: of a
 * hundred hosts that start together some share that. Copies also share a whole day or a row, or one grew from the other.
 */
function isCopy(a: LedgerDocument, b: LedgerDocument): boolean {
  if (Object.keys(a.writers).some((id) => Object.hasOwn(b.writers, id))) return true;
  if (a.createdAt !== b.createdAt) return false;
  return sharesDay(a.days, b.days) || sharesRow(a.rows, b.rows) || grewFrom(a, b) || grewFrom(b, a);
}

function sharesDay(a: LedgerDocument['days'], b: LedgerDocument['days']): boolean {
  return Object.entries(a).some(
    ([day, usage]) => Object.hasOwn(b, day) && JSON.stringify(usage) === JSON.stringify(b[day]),
  );
}

function sharesRow(a: readonly LedgerRow[], b: readonly LedgerRow[]): boolean {
  const rows = new Set(a.map((row) => JSON.stringify(row)));
  return b.some((row) => rows.has(JSON.stringify(row)));
}

/** True when `a` is more than a day newer than `b` (so that writers may have been dropped) and nowhere smaller. */
function grewFrom(a: LedgerDocument, b: LedgerDocument): boolean {
  const newer = Date.parse(a.updatedAt) - Date.parse(b.updatedAt) > DAY_MILLIS;
  return (
    newer && holds(a.totals, b.totals) && holdsAll(a.models, b.models) && holdsAll(a.providers, b.providers)
  );
}

/** True when `one` should be counted instead of `best`. */
function prefer(one: LedgerDocument, best: LedgerDocument): boolean {
  const covered = covers(one, best);
  if (covered !== covers(best, one)) return covered;
  return one.totals.calls > best.totals.calls;
}

/**
 * True when `a` holds all that `b` holds: each writer of `b` at least as far. A writer that `a` does not name any more
 * (entries of ended writers are dropped a day after their journal) is taken as held when `a` is more than a day newer
 * and nowhere smaller.
 */
function covers(a: LedgerDocument, b: LedgerDocument): boolean {
  let dropped = false;
  for (const [id, sequence] of Object.entries(b.writers)) {
    if (!Object.hasOwn(a.writers, id)) dropped = true;
    else if ((a.writers[id] ?? 0) < sequence) return false;
  }
  return !dropped || grewFrom(a, b);
}

function holdsAll(a: Record<string, Usage>, b: Record<string, Usage>): boolean {
  return Object.entries(b).every(([key, usage]) => holds(Object.hasOwn(a, key) ? a[key] : undefined, usage));
}

function holds(a: Usage | undefined, b: Usage): boolean {
  return (
    a !== undefined &&
    a.calls >= b.calls &&
    a.inputTokens >= b.inputTokens &&
    a.outputTokens >= b.outputTokens
  );
}

function sumOf(
  sources: readonly LedgerSource[],
): Pick<MergedLedger, 'rows' | 'audit' | 'prices' | 'corrections'> {
  const sum = new LedgerState();
  for (const { document } of sources) {
    const { book = 0, overrides, reported = 0 } = document.prices;
    sum.count(document.audit, { book, override: overrides, reported });
    sum.correct(document.corrections ?? []);
  }
  const { book, override, reported } = sum.pricedCalls;
  const names = new Set(sources.map(({ document }) => document.prices.source));
  return {
    rows: sources.flatMap(({ document }) => document.rows),
    audit: sum.audit,
    corrections: sum.corrections,
    prices: { source: [...names].join(', '), overrides: override, book, reported },
  };
}
