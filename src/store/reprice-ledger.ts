import type { PricedCalls, Row } from '../ledger/delta.js';
import type { Correction } from '../ledger/corrections.js';
import { correctionReason } from '../ledger/corrections.js';
import { fromDocument } from '../ledger/from-document.js';
import { LedgerState } from '../ledger/ledger-state.js';
import { compareSeries } from '../ledger/series-order.js';
import { usd } from '../ledger/usd.js';
import { LedgerError, toLedgerError } from '../journal/ledger-error.js';
import { untraced } from '../journal/untraced.js';
import { fileSystemNow } from './file-system-now.js';
import { foldBase } from './fold-base.js';
import type { LedgerPlace } from './ledger-place.js';
import { ledgerPlace } from './ledger-place.js';
import { Merge } from './merge.js';
import { openLedger } from './open-ledger.js';
import type { OpenLedger } from './open-ledger.js';
import { mergedDocument } from './read-ledger.js';

/** One row as it is to be from now on: same period and series, same calls and tokens, other money. */
export interface Repricing {
  readonly row: Row;
  readonly by: Row;
  /** Calls this priced, by price source: added to the ledger's own counts. */
  readonly pricedCalls: PricedCalls;
  /** In words, for whoever asked. */
  readonly reason: string;
}

/** Which of the ledger's rows to replace. Pure: it is asked again when another process was faster. */
export type RepriceRows = (rows: readonly Row[]) => readonly Repricing[];

export interface RepriceOptions {
  /** True: only tell what would change. */
  readonly dryRun?: boolean;
  /** Name and version of the price book, for the ledger's `prices.source`. */
  readonly priceSource?: string;
  /** Why, in words: kept in the ledger beside the change (`corrections`). */
  readonly reason?: string;
}

const MAX_ROUNDS = 20;

/**
 * Replaces rows by repriced ones in one step: the result is the next base, which only one process can make; the loser
 * starts again from what the winner left, so that nothing is charged twice. Returns what was replaced. Throws LedgerError.
 */
export function repriceLedger(
  path: string,
  repriceRows: RepriceRows,
  options: RepriceOptions = {},
): Promise<readonly Repricing[]> {
  return repriceLedgerAt(ledgerPlace(path), repriceRows, options);
}

/** As `repriceLedger`, for a place. */
export function repriceLedgerAt(
  place: LedgerPlace,
  repriceRows: RepriceRows,
  options: RepriceOptions = {},
): Promise<readonly Repricing[]> {
  return untraced(async () => {
    try {
      if (options.dryRun === true) {
        const document = await mergedDocument(place, new Merge(place));
        return repriceRows(fromDocument(document).table.rows());
      }
      return await reprice(await openLedger(place, options.priceSource), repriceRows, options.reason);
    } catch (error) {
      throw toLedgerError(error, 'reprice the ledger', place.path);
    }
  });
}

async function reprice(
  ledger: OpenLedger,
  repriceRows: RepriceRows,
  reason = 'repriced',
): Promise<readonly Repricing[]> {
  const { place, merge, publisher } = ledger;
  await place.files.makeDirectory(place.directory);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await merge.refresh();
    const listed = await publisher.settle();
    const repricings = repriceRows(merge.state.table.rows());
    if (repricings.length === 0) return repricings;
    const state = new LedgerState();
    state.merge(merge.state);
    for (const repricing of repricings) apply(state, repricing);
    const nowMillis = await fileSystemNow(place);
    state.correct([correctionOf(repricings, reason, nowMillis)]);
    if (!(await foldBase(place, merge, state, nowMillis, listed))) continue;
    await publisher.publish();
    return repricings;
  }
  throw new LedgerError('EBUSY', 'cannot reprice: other processes kept folding', { path: place.path });
}

function correctionOf(repricings: readonly Repricing[], reason: string, nowMillis: number): Correction {
  const cost = (pick: (one: Repricing) => Row): number =>
    usd(repricings.reduce((sum, one) => sum + pick(one).measures.costNanoUsd, 0));
  return {
    at: new Date(nowMillis).toISOString(),
    reason: correctionReason(reason),
    rows: repricings.length,
    beforeUsd: cost(({ row }) => row),
    afterUsd: cost(({ by }) => by),
  };
}

function apply(state: LedgerState, { row, by, pricedCalls }: Repricing): void {
  const same =
    row.startMillis === by.startMillis &&
    row.minutes === by.minutes &&
    compareSeries(row.series, by.series) === 0 &&
    row.measures.calls === by.measures.calls &&
    row.measures.inputTokens === by.measures.inputTokens &&
    row.measures.outputTokens === by.measures.outputTokens;
  if (!same) throw new RangeError('a repriced row must keep its period, series, calls and tokens');
  state.table.add(by);
  state.table.add(row, -1);
  state.count({}, pricedCalls);
}
