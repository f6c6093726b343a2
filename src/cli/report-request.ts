import type { LedgerRow } from '../ledger/ledger-document.js';
import { columnsOf } from '../ledger/column.js';
import { nearestName } from '../ledger/nearest-name.js';
import { CliError } from './cli-error.js';

/** Options that choose what a report is about, as commander hands them over. */
export interface QueryOptions {
  readonly by?: string;
  readonly since?: string;
  readonly until?: string;
  readonly timezone?: string;
  readonly where?: readonly string[];
  readonly top?: string;
}

/** The same, as `computeReport` takes them. */
export interface Query {
  readonly by: string[];
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly timezone: string | undefined;
  readonly where: Record<string, string[]>;
  readonly top: number | undefined;
}

const NAMED = ['agent', 'user', 'session', 'tenant', 'environment', 'version', 'tier'];

/**
 * Reads the options of `report`, `serve` and `watch` against the rows at hand: an unknown column is an error that names
 * the nearest one. `--since all` leaves the beginning open; several `--where` on one column mean any of them.
 */
export function readQuery(options: QueryOptions, rows: readonly LedgerRow[]): Query {
  const columns = columnsOf(rows);
  const by = (options.by ?? 'day,model').split(',').map((column) => column.trim());
  for (const column of by) checkColumn('--by', column, columns, rows);
  const where: Record<string, string[]> = Object.create(null);
  for (const text of options.where ?? []) {
    const at = columnEnd(text, columns);
    if (at < 1) {
      throw new CliError(
        `--where: ${JSON.stringify(text)} is not valid`,
        'It must be column=value, e.g. --where model=gpt-4o.',
      );
    }
    const column = text.slice(0, at).trim();
    checkColumn('--where', column, columns, rows);
    (where[column] ??= []).push(text.slice(at + 1));
  }
  const since = options.since === 'all' ? undefined : options.since;
  return { by, since, until: options.until, timezone: options.timezone, where, top: topOf(options.top) };
}

/** Where the column ends in `column=value`: an attribute key may itself hold an `=`. */
function columnEnd(text: string, columns: readonly string[]): number {
  const known = columns.filter((column) => text.startsWith(`${column}=`)).map(({ length }) => length);
  return Math.max(...known, text.indexOf('='));
}

function topOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^0*[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new CliError(
    `--top: ${JSON.stringify(text)} is not valid`,
    'It must be a positive whole number, e.g. --top 10.',
  );
}

function checkColumn(
  option: string,
  column: string,
  columns: readonly string[],
  rows: readonly LedgerRow[],
): void {
  if (column !== '' && (rows.length === 0 || columns.includes(column) || NAMED.includes(column))) return;
  const nearest = nearestName(column, [...columns, ...NAMED]);
  const meant = nearest === undefined ? '' : `Did you mean ${nearest}? `;
  throw new CliError(
    `${option}: there is no column ${JSON.stringify(column)}`,
    `${meant}Columns: ${columns.join(', ')}.`,
  );
}
