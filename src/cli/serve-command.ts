import type { QueryOptions } from './report-request.js';
import type { Terminal } from './terminal.js';
import { systemClock } from '../config/clock.js';
import { computeReport } from '../report/compute-report.js';
import { pageData } from '../report/page-data.js';
import { pagePayload, renderHtml } from '../report/render-html.js';
import { CliError, EXIT } from './cli-error.js';
import { readPageAssets } from './page-assets.js';
import { startPageServer } from './page-server.js';
import { readLedgers } from './read-ledgers.js';
import { readQuery } from './report-request.js';

export interface ServeOptions extends QueryOptions {
  readonly port: string;
}

/** `genai-ledger serve`: the page on the loopback interface, up to date at every request; until Ctrl-C. */
export async function serveCommand(
  files: readonly string[],
  options: ServeOptions,
  terminal: Terminal,
): Promise<number> {
  const port = readPort(options.port);
  const assets = readPageAssets();
  const view = async (): Promise<{
    report: ReturnType<typeof computeReport>;
    data: ReturnType<typeof pageData>;
  }> => {
    const ledger = await readLedgers(files, terminal);
    const query = { ...readQuery(options, ledger.rows), now: systemClock.nowMillis() };
    return { report: computeReport(ledger, query), data: pageData(ledger, query) };
  };
  await view(); // a missing ledger or a bad option is told here and not in the browser
  const source = {
    page: async () => {
      const { report, data } = await view();
      return renderHtml(report, data, assets, 'data.json');
    },
    payload: async () => {
      const { report, data } = await view();
      return JSON.stringify(pagePayload(report, data));
    },
  };
  const server = await startPageServer(source, port);
  await terminal.out(`Serving ${server.url} on this machine only; Ctrl-C ends it.\n`);
  await new Promise<void>((resolve) => {
    const forget = terminal.onStop(() => {
      forget();
      resolve();
    });
  });
  await server.close();
  return EXIT.ok;
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new CliError(
    `--port: ${JSON.stringify(text)} is not valid`,
    'It must be a number from 0 (any free port) to 65535.',
  );
}
