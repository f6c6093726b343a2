import { AUDIT_FIELDS } from '../usage/usage-sink.js';
import { CORE_USAGE_FIELDS, USAGE_FIELDS, isMoney } from './usage-fields.js';
import { readCorrections } from './corrections.js';
import { isTimezone } from './zone.js';

type Fields = Readonly<Record<string, unknown>>;

const ROW_START = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:00Z$/;
/** The longest period: a month of 31 days, a clock change included. */
const MAX_MINUTES = 32 * 24 * 60;
const VIEWS = ['days', 'models', 'providers'] as const;

/**
 * What is wrong with a parsed version 1 ledger, in words that name the place; `undefined` = nothing. Checked by hand and
 * not by a schema library: it runs over every row at every read. Numbers may be negative (reversing entries). An audit
 * counter that is missing is not wrong (an older writer did not know it).
 */
export function documentProblem(document: Fields): string | undefined {
  return (
    headProblem(document) ??
    usageProblem(document['totals'], 'totals', true) ??
    viewsProblem(document) ??
    countersProblem(document['audit'], 'audit', AUDIT_FIELDS) ??
    pricesProblem(document['prices']) ??
    (readCorrections(document['corrections']) ? undefined : 'corrections is no list of corrections') ??
    rowsProblem(document['rows'])
  );
}

function headProblem(document: Fields): string | undefined {
  if (document['version'] !== 1) return 'version is not 1';
  if (!isCount(document['generation'])) return 'generation is not a count';
  if (!isTime(document['createdAt'])) return 'createdAt is not a time';
  if (!isTime(document['updatedAt'])) return 'updatedAt is not a time';
  const timezone = document['timezone'];
  if (typeof timezone !== 'string' || !isTimezone(timezone)) return 'timezone is not a time zone';
  if (document['currency'] !== 'USD') return 'currency is not USD';
  const writers = document['writers'];
  if (!isFields(writers)) return 'writers is not an object';
  for (const id of Object.keys(writers)) {
    if (!isCount(writers[id])) return `writers[${JSON.stringify(id)}] is not a sequence`;
  }
  return undefined;
}

function viewsProblem(document: Fields): string | undefined {
  for (const name of VIEWS) {
    const view = document[name];
    if (!isFields(view)) return `${name} is not an object`;
    for (const key of Object.keys(view)) {
      const problem = usageProblem(view[key], `${name}[${JSON.stringify(key)}]`, true);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function rowsProblem(rows: unknown): string | undefined {
  if (!Array.isArray(rows)) return 'rows is not an array';
  let start: unknown = undefined;
  for (let i = 0; i < rows.length; i++) {
    const row: unknown = rows[i];
    if (!isFields(row)) return `rows[${i}] is not an object`;
    if (row['start'] !== start) {
      start = row['start'];
      if (typeof start !== 'string' || !ROW_START.test(start) || !isTime(start))
        return `rows[${i}].start is not a time`;
    }
    const problem = seriesProblem(row) ?? usageProblem(row, '', false);
    if (problem !== undefined) return `rows[${i}]${problem}`;
  }
  return undefined;
}

function seriesProblem(row: Fields): string | undefined {
  const minutes = row['minutes'];
  if (!isCount(minutes) || minutes === 0 || minutes > MAX_MINUTES) return '.minutes is not a length';
  if (typeof row['provider'] !== 'string') return '.provider is not a text';
  if (typeof row['model'] !== 'string') return '.model is not a text';
  if (typeof row['operation'] !== 'string') return '.operation is not a text';
  const service = row['service'];
  if (service !== undefined && typeof service !== 'string') return '.service is not a text';
  const dimensions = row['dimensions'];
  if (dimensions === undefined) return undefined;
  if (!isFields(dimensions)) return '.dimensions is not an object';
  for (const name of Object.keys(dimensions)) {
    if (typeof dimensions[name] !== 'string') return `.dimensions[${JSON.stringify(name)}] is not a text`;
  }
  return undefined;
}

const MONEY = new Map(USAGE_FIELDS.map(([field]) => [field as string, isMoney(field)]));

function usageProblem(usage: unknown, place: string, whole: boolean): string | undefined {
  if (!isFields(usage)) return `${place} is not an object`;
  for (const field in usage) {
    const money = MONEY.get(field);
    if (money === undefined) continue;
    const value = usage[field];
    if (money ? !Number.isFinite(value) : !Number.isInteger(value)) {
      return `${place}.${field} is not ${money ? 'an amount' : 'an integer'}`;
    }
  }
  if (!whole) return undefined;
  for (const field of CORE_USAGE_FIELDS)
    if (usage[field] === undefined) return `${place}.${field} is missing`;
  return undefined;
}

function pricesProblem(prices: unknown): string | undefined {
  if (!isFields(prices) || typeof prices['source'] !== 'string') return 'prices.source is not a text';
  if (prices['overrides'] === undefined) return 'prices.overrides is missing';
  return countersProblem(prices, 'prices', ['overrides', 'book', 'reported']);
}

function countersProblem(counters: unknown, place: string, names: readonly string[]): string | undefined {
  if (!isFields(counters)) return `${place} is not an object`;
  for (const name of names) {
    if (counters[name] !== undefined && !Number.isInteger(counters[name]))
      return `${place}.${name} is not an integer`;
  }
  return undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}
