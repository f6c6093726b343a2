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
  /** Calls in it whose tokens nobody knows: above 0, `spentUsd` is a lower bound too. */
  readonly unmeteredCalls: number;
}

/** Days and months asked for: from those of `fromMillis` to those of `toMillis`, both included. */
export interface BudgetSpan {
  readonly fromMillis: number;
  readonly toMillis: number;
}

/**
 * What the day and the month of `nowMillis` (in the ledger's time zone) have spent of the limits, dearest group first; day
 * before month. Without `by` there is one state per limit, also when nothing was spent; with it one per group seen.
 * A limit that is no amount from 0 is a RangeError, a column that cannot be one a TypeError or RangeError (`summarize`).
 *
 * Example: $12.50 spent today, `{ maxDayUsd: 10 }` → `[{ period: 'day', key: '2026-11-22', group: {}, spentUsd: 12.5,
 * limitUsd: 10, over: true, unpricedCalls: 0, unmeteredCalls: 0 }]`.
 */
export function budgetStates(
  document: Pick<LedgerDocument, 'rows' | 'timezone'>,
  limits: BudgetLimits,
  nowMillis: number,
): BudgetState[] {
  const states = spentOf(document, limits, { fromMillis: nowMillis, toMillis: nowMillis });
  if ((limits.by ?? []).length > 0) return states;
  return PERIODS.flatMap((period): BudgetState[] => {
    const limitUsd = limits[LIMIT[period]];
    if (limitUsd === undefined) return [];
    const key = periodKey(period, nowMillis, document.timezone);
    const found = states.find((state) => state.period === period);
    const none = { group: {}, spentUsd: 0, over: false, unpricedCalls: 0, unmeteredCalls: 0 };
    return [found ?? { period, key, limitUsd, ...none }];
  });
}

/** As `budgetStates`, for all days and months of `span`; one state per group and period that spent anything. */
export function spentOf(
  document: Pick<LedgerDocument, 'rows' | 'timezone'>,
  limits: BudgetLimits,
  span: BudgetSpan,
): BudgetState[] {
  const { timezone } = document;
  const columns = limits.by ?? [];
  return PERIODS.flatMap((period) => {
    const limitUsd = checked(LIMIT[period], limits[LIMIT[period]]);
    if (limitUsd === undefined) return [];
    const by = [period, ...columns.filter((column) => column !== period)];
    const since = periodKey(period, span.fromMillis, timezone);
    const until = periodKey(period, span.toMillis, timezone);
    return summarize(document, { by, since, until }).groups.map(
      ({ key, costUsd, unpricedCalls, unmeteredCalls }) => ({
        period,
        key: key[period] ?? '',
        group: Object.fromEntries(columns.map((column) => [column, key[column] ?? ''])),
        spentUsd: costUsd,
        limitUsd,
        over: costUsd > limitUsd,
        unpricedCalls,
        unmeteredCalls,
      }),
    );
  });
}

const PERIODS = ['day', 'month'] as const;
const LIMIT = { day: 'maxDayUsd', month: 'maxMonthUsd' } as const;

function periodKey(period: BudgetState['period'], millis: number, timezone: string): string {
  const day = dayKey(millis, timezone);
  return period === 'day' ? day : day.slice(0, 7);
}

function checked(name: string, limitUsd: number | undefined): number | undefined {
  if (limitUsd === undefined || (Number.isFinite(limitUsd) && limitUsd >= 0)) return limitUsd;
  throw new RangeError(`${name} must be an amount of USD from 0; got ${String(limitUsd)}`);
}
