import type { Budget, BudgetCrossing } from './budget.js';
import type { Clock, Timer } from '../config/clock.js';
import type { CoreObserver } from './core-observer.js';
import type { LedgerDocument } from '../ledger/ledger-document.js';
import type { LedgerStorage } from './ledger-storage.js';
import type { OnceLog } from './once-log.js';
import { spentOf } from '../ledger/budget.js';
import { MAX_AHEAD_MILLIS } from '../usage/call-time.js';

/** Calls that come later than that cross no budget any more. */
const LATEST_MILLIS = 2 * 86_400_000;

export interface BudgetWatchParts {
  /** The ledger file: its document, `undefined` = none, `unchanged` = as last time. */
  readonly view: { read(): Promise<LedgerDocument | undefined | 'unchanged'> };
  readonly storage: Pick<LedgerStorage, 'stats'>;
  readonly clock: Clock;
  readonly log: OnceLog;
}

const LOOK_AGAIN_MILLIS = 5000;

/**
 * Tells when a budget is exceeded, by comparing the ledger file with what it was: a limit in between was crossed by what
 * our store published since, be it our calls or those of a process that died before it could. The file remembers over
 * restarts, and what another process publishes is that one's to tell: each crossing is told once, or twice if two
 * processes publish within the same moment.
 */
export class BudgetWatch implements CoreObserver {
  readonly #budgets: readonly Budget[];
  readonly #parts: BudgetWatchParts;
  #exceeded: ReadonlyMap<string, Exceeded> = new Map();
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
      const before = this.#exceeded;
      const isOurs = publishes > this.#publishes;
      this.#publishes = publishes;
      this.#exceeded = document === undefined ? new Map() : this.#exceededIn(document);
      if (!isOurs) return;
      for (const [id, { budget, crossing }] of this.#exceeded) {
        if (!before.has(id)) this.#tell(budget, crossing);
      }
    } catch (error) {
      this.#parts.log.warn('budgets', `budgets cannot be checked: ${String(error)}`);
    }
  }

  #exceededIn(document: LedgerDocument): Map<string, Exceeded> {
    const exceeded = new Map<string, Exceeded>();
    this.#budgets.forEach((budget, i) => {
      for (const crossing of crossings(budget, document, this.#parts.clock.nowMillis())) {
        exceeded.set(JSON.stringify([i, crossing.period, crossing.key, crossing.group]), {
          budget,
          crossing,
        });
      }
    });
    return exceeded;
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

interface Exceeded {
  readonly budget: Budget;
  readonly crossing: BudgetCrossing;
}

/** Periods of the last days, and groups within, that have spent more than the budget allows. */
export function crossings(budget: Budget, document: LedgerDocument, nowMillis: number): BudgetCrossing[] {
  const { by = [] } = budget;
  const limits = { ...budget, by: typeof by === 'string' ? [by] : by };
  const span = { fromMillis: nowMillis - LATEST_MILLIS, toMillis: nowMillis + MAX_AHEAD_MILLIS };
  return spentOf(document, limits, span).flatMap(({ period, key, group, spentUsd, limitUsd, over }) =>
    over ? [{ period, key, group, maxUsd: limitUsd, costUsd: spentUsd }] : [],
  );
}
