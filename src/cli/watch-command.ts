import type { Clock } from '../config/clock.js';
import type { Usage } from '../ledger/ledger-document.js';
import type { Rates } from './watch-rates.js';
import type { QueryOptions } from './report-request.js';
import type { Terminal } from './terminal.js';
import { pause, systemClock } from '../config/clock.js';
import { summarize } from '../ledger/summarize.js';
import { computeReport } from '../report/compute-report.js';
import { formatCount, formatUsd, usdDecimals } from '../report/format.js';
import { renderTable } from '../report/render-table.js';
import { formatCost } from '../report/report-columns.js';
import { CliError, EXIT } from './cli-error.js';
import { explainError } from './explain-error.js';
import { readLedgers } from './read-ledgers.js';
import { readQuery } from './report-request.js';
import { wantsColour } from './terminal.js';
import { WatchRates } from './watch-rates.js';
import { LiveScreen } from './live-screen.js';

export interface WatchOptions extends QueryOptions {
  readonly interval: string;
}

interface Reading {
  /** Of all time: what a minute brings must not depend on the period that is shown. */
  readonly totals: Usage;
  /** Of the period that is shown. */
  readonly shown: Usage;
  readonly draw: (width: number) => string;
}

/**
 * `genai-ledger watch`: a table that is up to date, with what a minute costs, until Ctrl-C. On a terminal it takes the
 * alternate screen and gives it back; elsewhere it prints one line a reading.
 */
export async function watchCommand(
  files: readonly string[],
  options: WatchOptions,
  terminal: Terminal,
  clock: Clock = systemClock,
): Promise<number> {
  const seconds = readInterval(options.interval);
  const { default: colours } = await import('picocolors');
  const paint = colours.createColors(wantsColour(terminal));
  const read = async (): Promise<Reading> => {
    const ledger = await readLedgers(files, terminal);
    const query = { ...readQuery(options, ledger.rows), now: clock.nowMillis() };
    const report = computeReport(ledger, query);
    return {
      totals: summarize(ledger, { where: query.where }).totals,
      shown: report.totals,
      draw: (width) => renderTable(report, { width, paint }),
    };
  };
  const first = await read(); // a missing ledger or a bad option is told here and not on the live screen
  const stopped = new AbortController();
  const forget = terminal.onStop(() => stopped.abort());
  try {
    await follow(first, read, { seconds, terminal, clock, signal: stopped.signal });
  } finally {
    forget();
  }
  return EXIT.ok;
}

interface Follow {
  readonly seconds: number;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

async function follow(
  first: Reading,
  read: () => Promise<Reading>,
  { seconds, terminal, clock, signal }: Follow,
): Promise<void> {
  const screen = terminal.isTerminal ? new LiveScreen(terminal) : undefined;
  const rates = new WatchRates();
  let reading = first;
  let problem = '';
  try {
    for (;;) {
      rates.add(clock.monotonicMillis(), reading.totals);
      const line = problem === '' ? ratesLine(rates.rates()) : problem;
      const { shown, draw } = reading;
      if (screen === undefined) await terminal.out(plainLine(shown, clock.nowMillis(), line));
      else await screen.show((width) => `${line}\n\n${draw(width)}`);
      await pause(seconds * 1000, signal);
      if (signal.aborted || terminal.closed()) return;
      try {
        reading = await read();
        problem = '';
      } catch (error) {
        problem = `Not up to date: ${explainError(error).message}`;
      }
    }
  } finally {
    await screen?.close();
  }
}

/** What a minute brings, as one line. */
export function ratesLine(rates: Rates | undefined): string {
  if (rates === undefined) return 'Watching; rates come with the next reading.';
  const { usdPerMinute, tokensPerMinute, callsPerMinute, seconds } = rates;
  const cost = formatUsd(usdPerMinute, usdDecimals([usdPerMinute]));
  return `${cost}/min · ${formatCount(tokensPerMinute)} tokens/min · ${formatCount(callsPerMinute)} calls/min (last ${seconds} s)`;
}

function plainLine(totals: Usage, nowMillis: number, line: string): string {
  const cost = formatCost(totals, usdDecimals([totals.costUsd]));
  const tokens = formatCount(totals.inputTokens + totals.outputTokens);
  const time = new Date(nowMillis).toISOString().slice(0, 19);
  return `${time}Z  ${formatCount(totals.calls)} calls  ${tokens} tokens  ${cost}  ${line}\n`;
}

function readInterval(text: string): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 0.2 && seconds <= 3600) return seconds;
  throw new CliError(
    `--interval: ${JSON.stringify(text)} is not valid`,
    'It must be a number of seconds from 0.2 to 3600.',
  );
}
