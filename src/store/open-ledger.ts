import { LedgerError } from '../journal/ledger-error.js';
import type { LedgerPlace } from './ledger-place.js';
import type { LedgerSettings } from './ledger-settings.js';
import { readSettings } from './ledger-settings.js';
import { listNames } from './ledger-names.js';
import { Merge } from './merge.js';
import type { LedgerProblem } from './publisher.js';
import { Publisher } from './publisher.js';
import { inspectView } from './view-file.js';

/** A ledger opened to be maintained, not recorded into. */
export interface OpenLedger {
  readonly place: LedgerPlace;
  readonly settings: LedgerSettings;
  readonly merge: Merge;
  readonly publisher: Publisher;
  /** What was set aside on the way. */
  readonly problems: readonly LedgerProblem[];
}

/** What holds for a ledger whose directory was lost: the options' defaults. */
const DEFAULTS = { timezone: 'UTC', detailDays: 7, cardinalityLimit: 2000, maxRows: 100_000 };

/** Opens an existing ledger, merged and published. Throws LedgerError; `ENOENT` = there is none at this path. */
export async function openLedger(place: LedgerPlace, priceSource?: string): Promise<OpenLedger> {
  const view = await inspectView(place);
  const names = await listNames(place);
  if (view.kind === 'none' && names.length === 0) {
    throw new LedgerError('ENOENT', `there is no ledger at ${place.path}`, { path: place.path });
  }
  const now = new Date(place.clock.nowMillis()).toISOString();
  const head = view.kind === 'view' ? view.head : { createdAt: now, timezone: DEFAULTS.timezone };
  const settings = (await readSettings(place)) ?? {
    ...DEFAULTS,
    createdAt: head.createdAt,
    timezone: head.timezone,
  };
  const problems: LedgerProblem[] = [];
  const merge = new Merge(place);
  const publisher = new Publisher(place, merge, {
    settings: () => settings,
    priceSource: () => priceSource,
    onProblem: (problem) => problems.push(problem),
  });
  await publisher.publish();
  return { place, settings, merge, publisher, problems };
}
