import type { Clock } from '../config/clock.js';
import type { Delta } from '../ledger/delta.js';
import { documentSteps } from '../ledger/document.js';
import type { LedgerDocument } from '../ledger/ledger-document.js';
import { LedgerState } from '../ledger/ledger-state.js';
import { stepByStep } from '../ledger/steps.js';
import { coverageOf, missingOf, writersCheck } from './coverage.js';
import type { LedgerSettings } from './ledger-settings.js';
import type { Merge } from './merge.js';

/** What a document says that the merge does not know. */
export interface DocumentFacts {
  readonly settings: Pick<LedgerSettings, 'createdAt' | 'timezone'>;
  readonly generation: number;
  readonly updatedAt: string;
  readonly priceSource: string;
  /** When the view before this one said the ledger began: the directory's settings may have been lost since. */
  readonly earliest: string | undefined;
  /** What the process holds in memory beyond the journals. */
  readonly held?: readonly Delta[];
}

/**
 * The ledger document of a merge; records that are lost or corrupt show in its audit. It is made in steps between which
 * the event loop goes on; nothing may refresh the merge meanwhile.
 */
export async function documentOf(merge: Merge, facts: DocumentFacts, clock: Clock): Promise<LedgerDocument> {
  const { createdAt, timezone } = facts.settings;
  const steps = documentSteps(stateOf(merge, facts.held ?? []), {
    generation: facts.generation,
    createdAt: facts.earliest !== undefined && facts.earliest < createdAt ? facts.earliest : createdAt,
    updatedAt: facts.updatedAt,
    timezone,
    writers: coverageOf(merge),
    priceSource: facts.priceSource,
  });
  const document = await stepByStep(steps, () => clock.yieldTurn());
  if (merge.base !== undefined && merge.base.number > 0) document.base = merge.base.number;
  const missing = missingOf(merge);
  if (missing !== undefined) document.missing = missing;
  document.writersCheck = writersCheck(document);
  document.audit.corruptRecords += merge.missing;
  return document;
}

function stateOf(merge: Merge, held: readonly Delta[]): LedgerState {
  if (held.length === 0) return merge.state;
  const state = new LedgerState();
  state.merge(merge.state);
  for (const delta of held) state.addDelta(delta);
  return state;
}
