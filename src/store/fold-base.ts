import type { LedgerState } from '../ledger/ledger-state.js';
import type { BaseWriter } from './base-writers.js';
import type { Coverage } from './coverage.js';
import { isDue } from './coverage.js';
import { createBase } from './create-base.js';
import type { LedgerPlace } from './ledger-place.js';
import type { Merge } from './merge.js';
import { nextNumber } from './seed-base.js';
import type { SequenceSet } from './sequence-set.js';

/**
 * Makes the next base of what `merge` holds, as `state` has it (folded to days, or repriced). `listed` = the writers a
 * view still lists. False = another process was first: refresh and start again.
 */
export async function foldBase(
  place: LedgerPlace,
  merge: Merge,
  state: LedgerState,
  nowMillis: number,
  listed: Coverage,
): Promise<boolean> {
  const dropped = [...merge.writers.keys()].filter(
    (id) => isDue(merge.base, id) && !Object.hasOwn(listed, id),
  );
  for (const id of dropped) state.count({ corruptRecords: merge.writers.get(id)?.missing ?? 0 }, {});
  return createBase(place, {
    number: nextNumber(merge),
    foldedMillis: nowMillis,
    writers: foldWriters(merge, nowMillis, new Set(dropped)),
    state,
  });
}

function foldWriters(merge: Merge, nowMillis: number, dropped: ReadonlySet<string>): Map<string, BaseWriter> {
  const present = new Set([...merge.parts.values()].map((part) => part.writer));
  const writers = new Map<string, BaseWriter>();
  for (const [id, sequences] of merge.writers) {
    if (dropped.has(id)) continue;
    const known = merge.base?.writers.get(id);
    writers.set(id, {
      sequence: sequences.last,
      before: heldBefore(known, sequences),
      gaps: sequences.gaps,
      ended: merge.ended.has(id),
      goneMillis: present.has(id) ? undefined : (known?.goneMillis ?? nowMillis),
    });
  }
  return writers;
}

/** Up to where the base before held all that this one holds: not beyond a gap that was filled since. */
function heldBefore(known: BaseWriter | undefined, sequences: SequenceSet): number {
  if (known === undefined) return 0;
  const filled = known.gaps.find(
    ([from, to]) => !sequences.gaps.some((gap) => gap[0] === from && gap[1] === to),
  );
  return filled === undefined ? known.sequence : filled[0] - 1;
}
