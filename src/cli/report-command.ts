import type { MergedLedger } from '../report/merge-ledgers.js';
import type { Query, QueryOptions } from './report-request.js';
import type { Report } from '../report/report.js';
import type { Terminal } from './terminal.js';
import { systemClock } from '../config/clock.js';
import { computeReport } from '../report/compute-report.js';
import { printable, withoutControls } from '../report/format.js';
import { isWrong } from '../report/merge-ledgers.js';
import { honestyLines } from '../report/honesty-lines.js';
import { CliError, EXIT } from './cli-error.js';
import { readLedgers } from './read-ledgers.js';
import { readQuery } from './report-request.js';
import { wantsColour } from './terminal.js';

export const FORMATS = ['table', 'json', 'csv', 'markdown', 'html'] as const;
type Format = (typeof FORMATS)[number];

export interface ReportCommandOptions extends QueryOptions {
  readonly format: string;
  readonly output?: string;
}

/** `genai-ledger report`: exit 1 when the sums cannot be right: copies that contradict each other, a damaged file. */
export async function reportCommand(
  files: readonly string[],
  options: ReportCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const format = readFormat(options.format);
  const ledger = await readLedgers(files, terminal);
  const query = readQuery(options, ledger.rows);
  const now = systemClock.nowMillis();
  const report = computeReport(ledger, { ...query, now });
  const text = await render(
    format,
    report,
    ledger,
    { ...query, now },
    terminal,
    options.output !== undefined,
  );
  if (options.output === undefined)
    await terminal.out(terminal.isTerminal && format === 'csv' ? withoutControls(text) : text);
  else await save(options.output, text, terminal);
  if (format === 'csv') terminal.err(`${honestyLines(report).join('\n')}\n`);
  return isWrong(ledger) ? EXIT.data : EXIT.ok;
}

function readFormat(text: string): Format {
  const format = FORMATS.find((one) => one === text);
  if (format !== undefined) return format;
  throw new CliError(
    `--format: ${JSON.stringify(text)} is not valid`,
    `It must be one of ${FORMATS.join(', ')}.`,
  );
}

/** Only the renderer that is asked for is loaded. */
async function render(
  format: Format,
  report: Report,
  ledger: MergedLedger,
  query: Query & { now: number },
  terminal: Terminal,
  toFile: boolean,
): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('../report/render-json.js')).renderJson(report);
    case 'csv':
      return (await import('../report/render-csv.js')).renderCsv(report);
    case 'markdown':
      return (await import('../report/render-markdown.js')).renderMarkdown(report);
    case 'html': {
      const { renderHtml } = await import('../report/render-html.js');
      const { pageData } = await import('../report/page-data.js');
      const { readPageAssets } = await import('./page-assets.js');
      return renderHtml(report, pageData(ledger, query), readPageAssets());
    }
    case 'table': {
      const { renderTable } = await import('../report/render-table.js');
      const { default: colours } = await import('picocolors');
      const width = toFile ? Number.POSITIVE_INFINITY : terminal.size().columns;
      return renderTable(report, { width, paint: colours.createColors(!toFile && wantsColour(terminal)) });
    }
  }
}

async function save(path: string, text: string, terminal: Terminal): Promise<void> {
  const { writeOutput } = await import('./write-output.js');
  const { nodeFileSystem } = await import('../journal/node-file-system.js');
  await writeOutput(path, text, nodeFileSystem);
  terminal.err(`Wrote ${printable(path)}\n`);
}
