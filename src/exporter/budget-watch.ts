import type { Budget, BudgetCrossing } from './budget.js';
import type { Clock, Timer } from '../config/clock.js';
import type { CoreObserver } from './core-observer.js';
import type { LedgerDocument } from '../ledger/ledger-document.js';
import type { LedgerStorage } from './ledger-storage.js';
import type { OnceLog } from './once-log.js';
import { summarize } from '../ledger/summarize.js';
import { dayKey } from '../ledger/zone.js';

const DAY_MILLIS = 86_400_000;
/** Calls that come later than that cross no budget any more. */
const LATEST_MILLIS = 2 * DAY_MILLIS;

export interface BudgetWatchParts {
  /** The ledger file: its document, `undefined` = none, `unchanged` = as last time. */
  readonly view: { read(): Promise<LedgerDocument | undefined | 'unchanged'> };
  readonly storage: Pick<LedgerStorage, 'stats'>;
  readonly clock: Clock;
  readonly log: OnceLog;
}

const LOOK_AGAIN_MILLIS = 5000;

/**
 * Tells when a budget is reached, by comparing the ledger file with what it was: a limit in between was crossed by what
 * our store published since, be it our calls or those of a process that died before it could. The file remembers over
 * restarts, and what another process publishes is that one's to tell: each crossing is told once, or twice if two
 * processes publish within the same moment.
 */
export class BudgetWatch implements CoreObserver {
  readonly #budgets: readonly Budget[];
  readonly #parts: BudgetWatchParts;
  #reached: ReadonlyMap<string, Reached> = new Map();
  #publishes = 0;
  #again: Timer | undefined;

  constructor(budgets: readonly Budget[], parts: BudgetWatchParts) {
    this.#budgets = budgets;
    this.#parts = parts;
  }

  async flushing(): Promise<void> {
    await this.#look();
  }

  async flushed(): Promise<void> {
    await this.#look();
    if (this.#parts.storage.stats().dirty) this.#lookAgain();
  }

  /** The store publishes by itself when its write allowance lets it. */
  #lookAgain(): void {
    if (this.#again !== undefined) return;
    this.#again = this.#parts.clock.after(LOOK_AGAIN_MILLIS, () => {
      this.#again = undefined;
      void this.flushed();
    });
  }

  async #look(): Promise<void> {
    try {
      const { publishes } = this.#parts.storage.stats();
      const document = await this.#parts.view.read();
      if (document === 'unchanged') return;
      const before = this.#reached;
      const isOurs = publishes > this.#publishes;
      this.#publishes = publishes;
      this.#reached = document === undefined ? new Map() : this.#reachedIn(document);
      if (!isOurs) return;
      for (const [id, { budget, crossing }] of this.#reached) {
        if (!before.has(id)) this.#tell(budget, crossing);
      }
    } catch (error) {
      this.#parts.log.warn('budgets', `budgets cannot be checked: ${String(error)}`);
    }
  }

  #reachedIn(document: LedgerDocument): Map<string, Reached> {
    const reached = new Map<string, Reached>();
    this.#budgets.forEach((budget, i) => {
      for (const crossing of crossings(budget, document, this.#parts.clock.nowMillis())) {
        reached.set(JSON.stringify([i, crossing.period, crossing.key, crossing.group]), { budget, crossing });
      }
    });
    return reached;
  }

  #tell(budget: Budget, crossing: BudgetCrossing): void {
    const failed = (error: unknown): void =>
      this.#parts.log.warn('onCrossed', `budgets: onCrossed failed: ${String(error)}`);
    try {
      const answer = budget.onCrossed(crossing);
      if (answer instanceof Promise) answer.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}

interface Reached {
  readonly budget: Budget;
  readonly crossing: BudgetCrossing;
}

/** Periods of the last days, and groups within, that have reached the budget's limit. */
export function crossings(budget: Budget, document: LedgerDocument, nowMillis: number): BudgetCrossing[] {
  const { maxDayUsd, maxMonthUsd, by = [] } = budget;
  const columns = typeof by === 'string' ? [by] : by;
  const today = dayKey(nowMillis - LATEST_MILLIS, document.timezone);
  return [
    ...reachedPeriods('day', maxDayUsd, today, nowMillis - 2 * LATEST_MILLIS),
    ...reachedPeriods('month', maxMonthUsd, today.slice(0, 7), nowMillis - LATEST_MILLIS - 32 * DAY_MILLIS),
  ];

  function reachedPeriods(
    period: BudgetCrossing['period'],
    maxUsd: number | undefined,
    firstKey: string,
    since: number,
  ): BudgetCrossing[] {
    if (maxUsd === undefined) return [];
    const { groups } = summarize(document, { by: [period, ...columns], since });
    return groups.flatMap(({ key: { [period]: key = '', ...group }, costUsd }) =>
      key >= firstKey && costUsd >= maxUsd ? [{ period, key, group, maxUsd, costUsd }] : [],
    );
  }
}
