import { fromDocument } from '../ledger/from-document.js';
import type { LedgerDocument } from '../ledger/ledger-document.js';
import type { BaseWriter } from './base-file.js';
import { exceeds, isDue } from './coverage.js';
import { createBase } from './create-base.js';
import { fileSystemNow } from './file-system-now.js';
import type { LedgerPlace } from './ledger-place.js';
import type { Merge } from './merge.js';

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
    state: fromDocument(view),
  });
  return created ? 'seeded' : 'lost';
}

/** The number of the next base: one above the highest there is, valid or not. */
export function nextNumber(merge: Merge): number {
  return Math.max(merge.base?.number ?? 0, ...merge.skippedBases) + 1;
}

/** What is missing below the view's sequences is in its audit already, so the base has no gaps. */
export function seedWriters(merge: Merge, view: LedgerDocument): Map<string, BaseWriter> {
  const { base } = merge;
  const writers = new Map<string, BaseWriter>();
  for (const [id, writer] of base?.writers ?? []) if (isDue(base, id)) writers.set(id, writer);
  for (const [id, sequence] of Object.entries(view.writers)) {
    if (!WRITER.test(id)) continue;
    const before = base?.writers.get(id)?.sequence ?? 0;
    writers.set(id, { sequence, before, gaps: [], ended: merge.ended.has(id), goneMillis: undefined });
  }
  return writers;
}
