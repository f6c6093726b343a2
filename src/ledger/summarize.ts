import type { LedgerDocument, LedgerRow, Usage } from './ledger-document.js';
import type { Border } from './period.js';
import type { SummarizeOptions } from './summarize-options.js';
import { systemClock } from '../config/clock.js';
import { columnsOf } from './column.js';
import { GroupTree } from './group-tree.js';
import { addMeasures, zeroMeasures } from './measures.js';
import { borderMillis } from './period.js';
import { RowReader } from './row-reader.js';
import { checkOptions, shown } from './summarize-options.js';
import { addUsage, toUsage } from './usage-fields.js';

export type { SummarizeOptions } from './summarize-options.js';

/** The answer: sums by column values and in all, with what was asked. */
export interface Summary {
  /** One per combination of the columns: times ascending, the rest by falling cost. Their sum is `totals`. */
  groups: Array<{ key: Record<string, string> } & Usage>;
  totals: Usage;
  timezone: string;
  /** The period as instants (ISO 8601 UTC); absent = open. */
  since?: string;
  until?: string;
  /**
   * Rows that reach over a border of this summary (a folded day seen in another zone, a border within a slot). Each is
   * counted as a whole where its period starts.
   */
  unsplitRows: number;
}

/**
 * Adds up the rows of a ledger document in integers (money in nano-USD), so that any grouping gives the same totals to
 * the last digit. Pure. A bad option is a TypeError or RangeError that names the value and the rule.
 *
 * Example: `summarize(document, { by: ['day', 'model'], since: '7d' }).groups[0]` →
 * `{ key: { day: '2026-11-22', model: 'gpt-4o-mini' }, calls: 3, inputTokens: 3030, costUsd: 0.0004023, … }`.
 */
export function summarize(
  document: Pick<LedgerDocument, 'rows' | 'timezone'>,
  options: SummarizeOptions = {},
): Summary {
  checkOptions(options, columnsOf(document.rows));
  const by = options.by ?? [];
  const timezone = options.timezone ?? document.timezone;
  const now = Number(options.now ?? systemClock.nowMillis());
  const since = border('since', options.since, timezone, now);
  const until = border('until', options.until, timezone, now);
  if (since !== undefined && until !== undefined && until < since) {
    throw new RangeError(`until must not be before since; got ${shown(options.until)}`);
  }
  const reader = new RowReader({ by, timezone, where: options.where ?? {}, since, until });
  const rows = addRows(document.rows, reader, by);
  const groups = (options.top === undefined ? rows : rows.keepTop(options.top)).ordered();
  const totals = zeroMeasures();
  for (const group of groups) addMeasures(totals, group.measures);
  return {
    groups: groups.map(({ values, measures }) => ({ key: keyOf(by, values), ...toUsage(measures) })),
    totals: toUsage(totals),
    timezone,
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    unsplitRows: reader.unsplitRows,
  };
}

function border(
  name: 'since' | 'until',
  value: Border | undefined,
  timezone: string,
  now: number,
): number | undefined {
  return value === undefined ? undefined : borderMillis(name, value, timezone, now);
}

function addRows(rows: readonly LedgerRow[], reader: RowReader, by: readonly string[]): GroupTree {
  const tree = new GroupTree(by);
  for (const row of rows) {
    const values = reader.valuesOf(row);
    if (values !== undefined) addUsage(tree.measuresOf(values), row);
  }
  return tree;
}

/** Column names may be any text: `__proto__` is an own entry here, as `JSON.parse` makes it. */
function keyOf(by: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(by.map((column, i) => [column, values[i] ?? '']));
}
