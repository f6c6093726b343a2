import type { LedgerDocument } from '../ledger/ledger-document.js';
import { checksum } from '../journal/line-codec.js';
import type { Base } from './base-file.js';
import type { BaseWriter } from './base-writers.js';
import type { Merge } from './merge.js';
import type { Gap } from './sequence-set.js';

const DAY_MILLIS = 86_400_000;
/** How long a writer's entry outlives its journal: one that said it ended, one that did not. */
const ENDED_MILLIS = DAY_MILLIS;
const SILENT_MILLIS = 30 * DAY_MILLIS;

/** What a view says it holds. */
export interface ViewCoverage {
  /** Last sequence covered, by writer. */
  readonly writers: Coverage;
  /** Sequences below that it lacks all the same. */
  readonly missing: Readonly<Record<string, readonly Gap[]>>;
}

/** Last sequence covered, by writer, as a view lists it. */
export type Coverage = Readonly<Record<string, number>>;

/**
 * What a view of this merge covers. Writers whose entry is due to expire are no longer listed; only when no view lists
 * them does a compaction drop them, so that a view never seems to hold more than the bases.
 */
export function coverageOf(merge: Merge): Record<string, number> {
  const coverage: Record<string, number> = {};
  for (const id of [...merge.writers.keys()].sort()) {
    const last = merge.writers.get(id)?.last ?? 0;
    if (last > 0 && !isDue(merge.base, id)) coverage[id] = last;
  }
  return coverage;
}

/** The checksum of what a document says it covers; independent of how the file is laid out. */
export function writersCheck({ writers, missing, base }: WritersOfDocument): string {
  return checksum(JSON.stringify([writers, missing ?? {}, base ?? 0]));
}

type WritersOfDocument = Pick<LedgerDocument, 'writers' | 'missing' | 'base'>;

/** The sequences below the last one that are missing, by writer; `undefined` when none is. */
export function missingOf(merge: Merge): Record<string, Array<[number, number]>> | undefined {
  const missing: Record<string, Array<[number, number]>> = {};
  for (const [id, sequences] of merge.writers) {
    if (sequences.gaps.length > 0) missing[id] = sequences.gaps.map(([from, to]) => [from, to]);
  }
  return Object.keys(missing).length === 0 ? undefined : missing;
}

/**
 * Whether `merge` covers all that a view covers. A sequence it misses is covered if the view misses it as well, or the
 * base was folded without it.
 */
export function covers(merge: Merge, view: ViewCoverage): boolean {
  return Object.keys(view.writers).every((id) => {
    const sequences = merge.writers.get(id);
    const last = view.writers[id] ?? 0;
    if (last === 0) return true;
    if (sequences === undefined || sequences.last < last) return false;
    const known = [...(view.missing[id] ?? []), ...(merge.base?.writers.get(id)?.gaps ?? [])];
    return sequences.gaps.every(([from, to]) => contain(known, from, Math.min(to, last)));
  });
}

/** Whether a view lacks nothing that `merge` covers. */
export function isCoveredBy(merge: Merge, view: ViewCoverage): boolean {
  const needed = coverageOf(merge);
  return Object.keys(needed).every((id) => {
    if ((view.writers[id] ?? 0) < (needed[id] ?? 0)) return false;
    const gaps = merge.writers.get(id)?.gaps ?? [];
    return (view.missing[id] ?? []).every(([from, to]) => contain(gaps, from, to));
  });
}

/** Whether all of `from` to `to` is in one of the ranges; also true when it is empty. */
function contain(ranges: readonly Gap[], from: number, to: number): boolean {
  return from > to || ranges.some((range) => range[0] <= from && to <= range[1]);
}

/** Whether a base holds something that a view with this coverage lacks. */
export function exceeds(base: Omit<Base, 'state'>, coverage: Coverage): boolean {
  for (const [id, writer] of base.writers) {
    if (!isDue(base, id) && writer.sequence > (coverage[id] ?? 0)) return true;
  }
  return false;
}

/** Whether a writer's journal has been gone for so long that its entry may go too. */
export function isDue(base: Omit<Base, 'state'> | undefined, id: string): boolean {
  const writer = base?.writers.get(id);
  return base !== undefined && writer !== undefined && isExpired(writer, base.foldedMillis);
}

function isExpired(writer: BaseWriter, nowMillis: number): boolean {
  if (writer.goneMillis === undefined) return false;
  return nowMillis - writer.goneMillis >= (writer.ended ? ENDED_MILLIS : SILENT_MILLIS);
}
