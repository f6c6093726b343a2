import type { Report } from './report.js';

/** The computed report itself, as JSON (schema/report.schema.json); two spaces, one newline at the end. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
