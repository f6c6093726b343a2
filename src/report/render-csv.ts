import type { Report } from './report.js';
import { USAGE_FIELDS } from '../ledger/usage-fields.js';
import { plainDecimal } from './format.js';

/** What spreadsheets read as the beginning of a formula (OWASP "CSV Injection"), also in full-width form. */
const FORMULA_START = /^[=+\-@\t\r\n＝＋－＠]/u;
/** Blanks, controls and invisible marks, which a spreadsheet may drop before it looks for one. */
const DROPPED = /^[\p{C}\p{Z}]+/u;

/**
 * The rows as CSV after RFC 4180: CRLF, header, fields with `"`, `,` or line breaks quoted. Every usage field is a
 * column, always in the same order, exact and without exponent. A name that a spreadsheet would take for a formula gets
 * a `'` before it. No totals line: the sum of a column is the total.
 */
export function renderCsv(report: Report): string {
  const fields = USAGE_FIELDS.map(([field]) => field);
  const lines = [csvLine([...report.by.map(harmless), ...fields])];
  for (const row of report.rows) {
    const names = report.by.map((column) => harmless(row.key[column] ?? ''));
    lines.push(csvLine([...names, ...fields.map((field) => plainDecimal(row[field] ?? 0))]));
  }
  return `${lines.join('\r\n')}\r\n`;
}

function csvLine(values: readonly string[]): string {
  return values.map(quoted).join(',');
}

function quoted(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function harmless(name: string): string {
  return FORMULA_START.test(name.replace(DROPPED, '')) || FORMULA_START.test(name) ? `'${name}` : name;
}
