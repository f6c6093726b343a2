import { isFields, shown, unknownField } from '../config/option-rule.js';

/** A limit to be told about: at least one of `maxDayUsd` and `maxMonthUsd`. */
export interface Budget {
  /** Most that a day (in the ledger's time zone) may cost, in USD: exactly that much is within it. */
  readonly maxDayUsd?: number;
  /** Most that a month may cost, in USD. */
  readonly maxMonthUsd?: number;
  /** Columns to hold each group of to the limit: `model`, `agent`, … Default: all calls together. */
  readonly by?: string | readonly string[];
  /**
   * Called when a period (and group) has cost more than its limit: once, also over restarts. What it throws or rejects with is
   * logged and ignored.
   */
  readonly onCrossed: (crossing: BudgetCrossing) => unknown;
}

/** A budget that was exceeded. */
export interface BudgetCrossing {
  readonly period: 'day' | 'month';
  /** `2026-11-22` or `2026-11`, in the ledger's time zone. */
  readonly key: string;
  /** Column → value of the group; empty when the budget has no `by`. */
  readonly group: Readonly<Record<string, string>>;
  readonly maxUsd: number;
  readonly costUsd: number;
}

const AMOUNT = 'a positive amount of USD';
const FIELDS = ['maxDayUsd', 'maxMonthUsd', 'by', 'onCrossed'];

/** Checks the option `budgets`. Throws a TypeError or RangeError naming the value and the rule. */
export function checkBudgets(value: unknown): readonly Budget[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new TypeError(`budgets must be an array; got ${shown(value)}`);
  return Array.from(value, (budget: unknown, i) => checkBudget(budget, `budgets[${i}]`));
}

function checkBudget(value: unknown, place: string): Budget {
  if (!isFields(value)) throw new TypeError(`${place} must be an object; got ${shown(value)}`);
  const unknown = unknownField(value, FIELDS);
  // A misspelt limit must not be none.
  if (unknown !== undefined) {
    throw new TypeError(`${place} must have no fields but ${FIELDS.join(', ')}; got ${shown(unknown)}`);
  }
  const { maxDayUsd, maxMonthUsd, by, onCrossed } = value;
  if (!isCallback(onCrossed))
    throw new TypeError(`${place}.onCrossed must be a function; got ${shown(onCrossed)}`);
  if (maxDayUsd === undefined && maxMonthUsd === undefined) {
    throw new TypeError(`${place} must have maxDayUsd or maxMonthUsd`);
  }
  return {
    ...(maxDayUsd === undefined ? {} : { maxDayUsd: amount(maxDayUsd, `${place}.maxDayUsd`) }),
    ...(maxMonthUsd === undefined ? {} : { maxMonthUsd: amount(maxMonthUsd, `${place}.maxMonthUsd`) }),
    by: columns(by, `${place}.by`),
    onCrossed,
  };
}

function amount(value: unknown, place: string): number {
  if (typeof value !== 'number') throw new TypeError(`${place} must be ${AMOUNT}; got ${shown(value)}`);
  if (!(Number.isFinite(value) && value > 0))
    throw new RangeError(`${place} must be ${AMOUNT}; got ${shown(value)}`);
  return value;
}

function columns(value: unknown, place: string): readonly string[] {
  const names: readonly unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  if (!names.every(isName))
    throw new TypeError(`${place} must be a column or a list of columns; got ${shown(value)}`);
  return names;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isCallback(value: unknown): value is Budget['onCrossed'] {
  return typeof value === 'function';
}
