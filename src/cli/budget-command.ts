import type { BudgetState } from '../ledger/budget.js';
import type { QueryOptions } from './report-request.js';
import type { Terminal } from './terminal.js';
import { systemClock } from '../config/clock.js';
import { budgetStates } from '../ledger/budget.js';
import { formatCount, formatShare, formatUsd, printable, usdDecimals } from '../report/format.js';
import { isWrong } from '../report/merge-ledgers.js';
import { warningLines } from '../report/honesty-lines.js';
import { CliError, EXIT } from './cli-error.js';
import { readLedgers } from './read-ledgers.js';
import { readQuery } from './report-request.js';

export interface BudgetOptions extends Pick<QueryOptions, 'by'> {
  readonly maxDay?: string;
  readonly maxMonth?: string;
  readonly format: string;
}

/** `genai-ledger budget`: what today and this month spent of their limits; exit 3 when one is over. */
export async function budgetCommand(
  files: readonly string[],
  options: BudgetOptions,
  terminal: Terminal,
): Promise<number> {
  const maxDayUsd = readUsd('--max-day', options.maxDay);
  const maxMonthUsd = readUsd('--max-month', options.maxMonth);
  if (maxDayUsd === undefined && maxMonthUsd === undefined) {
    throw new CliError('no limit given', 'Give --max-day USD or --max-month USD, e.g. --max-day 25.');
  }
  const ledger = await readLedgers(files, terminal);
  const by = options.by === undefined ? [] : readQuery({ by: options.by }, ledger.rows).by;
  const states = budgetStates(ledger, { maxDayUsd, maxMonthUsd, by }, systemClock.nowMillis());
  const text = states.length === 0 ? 'Nothing was spent.\n' : states.map(stateLine).join('');
  await terminal.out(options.format === 'json' ? `${JSON.stringify(states, null, 2)}\n` : text);
  for (const line of warningLines(ledger.parts)) terminal.err(`${line}\n`);
  if (states.some(({ over }) => over)) return EXIT.overBudget;
  return isWrong(ledger) ? EXIT.data : EXIT.ok;
}

/** `day 2026-11-22  agent=refunds  $12.50 of $10.00 (125.0%)  OVER` */
function stateLine(state: BudgetState): string {
  const { period, key, group, spentUsd, limitUsd, over, unpricedCalls, unmeteredCalls } = state;
  const decimals = usdDecimals([spentUsd, limitUsd]);
  const names = Object.entries(group).map(([column, value]) => `${printable(column)}=${printable(value)}`);
  const share = limitUsd > 0 ? ` (${formatShare(spentUsd / limitUsd)})` : '';
  const atLeast = unpricedCalls + unmeteredCalls > 0 ? '≥' : '';
  const spent = `${atLeast}${formatUsd(spentUsd, decimals)} of ${formatUsd(limitUsd, decimals)}${share}`;
  const unknown = [lacking(unpricedCalls, 'no known price'), lacking(unmeteredCalls, 'no usage')];
  const parts = [`${period} ${key}`, names.join(' '), spent, over ? 'OVER' : 'ok', ...unknown];
  return `${parts.filter((part) => part !== '').join('  ')}\n`;
}

function lacking(calls: number, what: string): string {
  return calls === 0 ? '' : `${plural(calls, 'call')} ${calls === 1 ? 'has' : 'have'} ${what}`;
}

function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function readUsd(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\$?\d{1,9}(\.\d{1,9})?$/.test(text)) return Number(text.replace('$', ''));
  throw new CliError(
    `${option}: ${JSON.stringify(text)} is not valid`,
    `It must be an amount of USD from 0, e.g. ${option} 25.`,
  );
}
