import { fromDocument } from '../ledger/from-document.js';
import type { LedgerDocument } from '../ledger/ledger-document.js';
import type { LedgerState } from '../ledger/ledger-state.js';
import type { BaseWriter } from './base-writers.js';
import { exceeds, isDue } from './coverage.js';
import { createBase } from './create-base.js';
import { fileSystemNow } from './file-system-now.js';
import type { LedgerPlace } from './ledger-place.js';
import type { Merge } from './merge.js';
import { headOf } from './view-file.js';

const WRITER = /^[0-9a-f]{16}$/;

/**
 * The view covers what neither bases nor journals hold (the directory was lost, or is older than the view): its rows
 * become the next base, and the journals go on from what it covers. `conflict` = the newest base holds what the view
 * lacks, so neither can be taken for the other.
 */
export async function seedBase(
  place: LedgerPlace,
  merge: Merge,
  view: LedgerDocument,
): Promise<'seeded' | 'lost' | 'conflict'> {
  const { base } = merge;
  if (base !== undefined && exceeds(base, view.writers)) return 'conflict';
  await place.files.makeDirectory(place.directory);
  const created = await createBase(place, {
    number: nextNumber(merge),
    foldedMillis: await fileSystemNow(place),
    writers: seedWriters(merge, view),
    state: seedState(view),
  });
  return created ? 'seeded' : 'lost';
}

/** The number of the next base: one above the highest there is, valid or not. */
export function nextNumber(merge: Merge): number {
  return Math.max(merge.base?.number ?? 0, ...merge.skippedBases) + 1;
}

/** The sums of a view; what it misses is counted by the gaps of the writers, not by the audit. */
export function seedState(view: LedgerDocument): LedgerState {
  const state = fromDocument(view);
  const { missing } = headOf(view);
  for (const [from, to] of Object.values(missing).flat()) state.count({ corruptRecords: from - to - 1 }, {});
  return state;
}

/** The writers of a view, as a base has them. */
export function seedWriters(merge: Merge, view: LedgerDocument): Map<string, BaseWriter> {
  const { base } = merge;
  const { missing } = headOf(view);
  const writers = new Map<string, BaseWriter>();
  for (const [id, writer] of base?.writers ?? []) if (isDue(base, id)) writers.set(id, writer);
  for (const [id, sequence] of Object.entries(view.writers)) {
    if (!WRITER.test(id)) continue;
    writers.set(id, {
      sequence,
      before: base?.writers.get(id)?.sequence ?? 0,
      gaps: missing[id] ?? [],
      ended: merge.ended.has(id),
      goneMillis: undefined,
    });
  }
  return writers;
}
