import { createHash } from 'node:crypto';
import type { PageData } from './page-data.js';
import type { Report } from './report.js';
import { formatCount, printable, usdDecimals } from './format.js';
import { honestyLines } from './honesty-lines.js';
import { columnsFor, formatCostShare } from './report-columns.js';
import { moneyLines, periodText } from './summary-lines.js';

/** The static texts the page is made of: our style and script, and the chart library (MIT, its notice kept). */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
  readonly chartLibrary: string;
}

/** What the page's script reads: from the page itself, and when served live, again and again from `live`. */
export interface PagePayload {
  readonly data: PageData;
  readonly title: string;
  readonly subtitle: string;
  readonly notes: readonly string[];
  /** Column the charts are stacked by at first. */
  readonly stackBy: string;
}

const LISTED_ROWS = 500;

/** What the script needs of a report and its data. */
export function pagePayload(report: Report, data: PageData): PagePayload {
  const filters = Object.entries(report.where).map(
    ([column, values]) => `${column} = ${values.join(' or ')}`,
  );
  const stackBy = report.by.find((column) => data.columns.includes(column)) ?? 'model';
  return {
    data,
    title: 'LLM usage and cost',
    subtitle: [periodText(report), ...filters, report.timezone].map(printable).join(' · '),
    notes: [...moneyLines(report), ...honestyLines(report)],
    stackBy,
  };
}

/**
 * The report as one self-contained page: no request leaves it, its policy allows only the two scripts and the style it
 * carries (by hash), and whatever a model or user calls itself stays text, in the markup and in the embedded JSON.
 * `live` is a path on the same origin to poll for a new payload, for `serve`; then connecting to the origin is allowed.
 */
export function renderHtml(report: Report, data: PageData, assets: PageAssets, live?: string): string {
  const payload = pagePayload(report, data);
  const scripts = [assets.chartLibrary, assets.script].map(inlineScript);
  const style = assets.style.replaceAll('</', '<\\/');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(scripts, style, live !== undefined)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="genai-ledger">
<title>${html(payload.title)}</title>
<style>${style}</style>
</head>
<body${live === undefined ? '' : ` data-live="${html(live)}"`}>
<a class="skip" href="#main">Skip to the report</a>
<header><h1>${html(payload.title)}</h1><p id="subtitle">${html(payload.subtitle)}</p><p id="live" role="status"></p></header>
<main id="main">
<div id="report"></div>
<section class="card notes" aria-labelledby="notes-title">
<h2 id="notes-title">How complete this is</h2>
<p class="more">Of the whole report, whatever is filtered above.</p>
<ul id="notes">${payload.notes.map((line) => `<li>${html(line)}</li>`).join('\n')}</ul>
</section>
${staticTable(report)}
</main>
<footer>Generated ${html(report.generatedAt.slice(0, 16).replace('T', ' '))} UTC by genai-ledger. ${live === undefined ? 'Nothing on this page was loaded from, or is sent to, the network.' : 'Served on this machine only.'}</footer>
<script type="application/json" id="payload">${embeddedJson(payload)}</script>
${scripts.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`;
}

/** JSON that can stand inside a script element: no character of it can end the element or a line. */
export function embeddedJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function policy(scripts: readonly string[], style: string, live: boolean): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map(sourceHash).join(' ')}`,
    `style-src ${sourceHash(style)}`,
    ...(live ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}

/** A script that cannot end its element early; ours hold no such text, so nothing changes. */
function inlineScript(script: string): string {
  return script.replaceAll(/<\/script/gi, '<\\/script').replaceAll('<!--', '<\\!--');
}

/** The report's own rows: for readers without script, for print and for screen readers. */
function staticTable(report: Report): string {
  const columns = columnsFor(report);
  const style = {
    decimals: usdDecimals([...report.rows, report.totals].map((row) => row.costUsd)),
    short: false,
  };
  const head = [...report.by, ...columns.map(({ title }) => title), 'Share'];
  const rows = report.rows.slice(0, LISTED_ROWS).map((row) => {
    const names = report.by.map((column) => `<th scope="row">${html(row.key[column] ?? '')}</th>`);
    const numbers = [...columns.map(({ text }) => text(row, style)), formatCostShare(row)];
    return `<tr>${names.join('')}${numbers.map((number) => `<td>${html(number)}</td>`).join('')}</tr>`;
  });
  const total = columns.map(({ text }) => `<td>${html(text(report.totals, style))}</td>`).join('');
  const left = report.rows.length - LISTED_ROWS;
  const more =
    left > 0 ? `<p>${formatCount(left)} more rows: use --format csv or json for all of them.</p>` : '';
  return `<details class="card rows"><summary><h2>All rows</h2> by ${html(report.by.join(', ') || 'nothing')}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="All rows"><table>
<thead><tr>${head.map((title) => `<th scope="col">${html(title)}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
<tfoot><tr><th scope="row" colspan="${Math.max(1, report.by.length)}">Total</th>${total}<td></td></tr></tfoot>
</table></div>${more}</details>`;
}

/** Text as HTML text or attribute value; control characters show as escapes. */
function html(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
