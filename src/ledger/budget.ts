import type { LedgerDocument } from './ledger-document.js';
import { summarize } from './summarize.js';
import { dayKey } from './zone.js';

/** Most that may be spent, in USD; at least one of the two. */
export interface BudgetLimits {
  readonly maxDayUsd?: number | undefined;
  readonly maxMonthUsd?: number | undefined;
  /** Columns whose groups are each held to the limits: `agent`, `model`, … Default: all calls together. */
  readonly by?: readonly string[] | undefined;
}

/** What one period, or one group in it, has spent of its limit. */
export interface BudgetState {
  readonly period: 'day' | 'month';
  /** `2026-11-22` or `2026-11`, in the ledger's time zone. */
  readonly key: string;
  /** Column → value; empty without `by`. */
  readonly group: Readonly<Record<string, string>>;
  readonly spentUsd: number;
  readonly limitUsd: number;
  /** Spent more than the limit; to have spent exactly the limit is within it. */
  readonly over: boolean;
  /** Calls in it without a known price: above 0, `spentUsd` is a lower bound. */
  readonly unpricedCalls: number;
}

/**
 * What the day and the month of `nowMillis` (in the ledger's time zone) have spent of the limits, dearest group first; day
 * before month. Without `by` there is one state per limit, also when nothing was spent; with it one per group seen.
 * A limit that is no amount from 0 is a RangeError, a column that cannot be one a TypeError or RangeError (`summarize`).
 *
 * Example: $12.50 spent today, `{ maxDayUsd: 10 }` → `[{ period: 'day', key: '2026-11-22', group: {}, spentUsd: 12.5,
 * limitUsd: 10, over: true, unpricedCalls: 0 }]`.
 */
export function budgetStates(
  document: Pick<LedgerDocument, 'rows' | 'timezone'>,
  limits: BudgetLimits,
  nowMillis: number,
): BudgetState[] {
  const today = dayKey(nowMillis, document.timezone);
  return [
    ...statesOf('day', today, checked('maxDayUsd', limits.maxDayUsd)),
    ...statesOf('month', today.slice(0, 7), checked('maxMonthUsd', limits.maxMonthUsd)),
  ];

  function statesOf(period: 'day' | 'month', key: string, limitUsd: number | undefined): BudgetState[] {
    if (limitUsd === undefined) return [];
    const by = limits.by ?? [];
    const { groups, totals } = summarize(document, { by, since: key, until: key, now: nowMillis });
    const spenders = by.length > 0 ? groups : [{ key: {}, ...totals }];
    return spenders.map(({ key: group, costUsd, unpricedCalls }) => ({
      period,
      key,
      group,
      spentUsd: costUsd,
      limitUsd,
      over: costUsd > limitUsd,
      unpricedCalls,
    }));
  }
}

function checked(name: string, limitUsd: number | undefined): number | undefined {
  if (limitUsd === undefined || (Number.isFinite(limitUsd) && limitUsd >= 0)) return limitUsd;
  throw new RangeError(`${name} must be an amount of USD from 0; got ${String(limitUsd)}`);
}
