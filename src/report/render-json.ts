import type { Report } from './report.js';

/**
 * The computed report itself, as JSON (schema/report.schema.json); two spaces, one newline at the end. Control
 * characters that JSON leaves as they are (U+009B begins an escape sequence) are escaped too: it may go to a terminal.
 */
export function renderJson(report: Report): string {
  const text = JSON.stringify(report, null, 2).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
  return `${text}\n`;
}
