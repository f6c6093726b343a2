import type { Base, BaseWriter } from './base-file.js';
import type { Merge } from './merge.js';
import type { Gap } from './sequence-set.js';
import type { ViewHead } from './view-file.js';

const DAY_MILLIS = 86_400_000;
/** How long a writer's entry outlives its journal: one that said it ended, one that did not. */
const ENDED_MILLIS = DAY_MILLIS;
const SILENT_MILLIS = 30 * DAY_MILLIS;

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

/** What a view says of what it holds. */
export type ViewCoverage = Pick<ViewHead, 'writers' | 'corruptRecords'>;

/**
 * Whether `merge` covers all that a view covers. A sequence missing below the last one is not covered, unless the base
 * was folded without it or the view lacks as many: it may have been made when the record was still there.
 */
export function covers(merge: Merge, view: ViewCoverage): boolean {
  const lacksMore = corruptRecords(merge) > view.corruptRecords;
  return Object.keys(view.writers).every((id) => {
    const sequences = merge.writers.get(id);
    const last = view.writers[id] ?? 0;
    if (last === 0) return true;
    if (sequences === undefined || sequences.last < last) return false;
    const accepted = merge.base?.writers.get(id)?.gaps ?? [];
    return (
      !lacksMore ||
      sequences.gaps.every((gap) => gap[0] > last || accepted.some((known) => contains(known, gap)))
    );
  });
}

function contains(outer: Gap, inner: Gap): boolean {
  return outer[0] <= inner[0] && inner[1] <= outer[1];
}

/** Whether a view lacks nothing that `merge` covers; records found again after they were missing make it outdated. */
export function isCoveredBy(merge: Merge, view: ViewCoverage): boolean {
  if (view.corruptRecords !== corruptRecords(merge)) return false;
  const needed = coverageOf(merge);
  return Object.keys(needed).every((id) => (view.writers[id] ?? 0) >= (needed[id] ?? 0));
}

/** Records known to be lost or damaged, those of folded journals included. */
function corruptRecords(merge: Merge): number {
  return merge.state.audit.corruptRecords + merge.missing;
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
