import type { LedgerDocument } from './ledger-document.js';

const VIEWS = ['days', 'models', 'providers'] as const;
const ROWS_PER_CHUNK = 500;

/** The document as the text of the ledger file: one view entry and one row a line. */
export function renderDocument(document: LedgerDocument): string {
  return [...renderChunks(document)].join('');
}

/** The same text in pieces of at most 500 rows, so that a publisher can let the event loop breathe between them. */
export function* renderChunks(document: LedgerDocument): Generator<string, void> {
  yield renderHead(document);
  for (const view of VIEWS) yield `,\n  "${view}": ${renderRecord(document[view])}`;
  yield `,\n  "audit": ${JSON.stringify(document.audit)},\n  "prices": ${JSON.stringify(document.prices)}`;
  const { corrections, rows } = document;
  if (corrections !== undefined) yield `,\n  "corrections": ${JSON.stringify(corrections)}`;
  yield ',\n  "rows": [';
  for (let from = 0; from < rows.length; from += ROWS_PER_CHUNK) {
    let text = '';
    const until = Math.min(from + ROWS_PER_CHUNK, rows.length);
    for (let i = from; i < until; i++) text += `${i === 0 ? '' : ','}\n    ${JSON.stringify(rows[i])}`;
    yield text;
  }
  yield rows.length === 0 ? ']\n}\n' : '\n  ]\n}\n';
}

function renderHead(document: LedgerDocument): string {
  const { format, version, generation, createdAt, updatedAt, timezone, currency } = document;
  const { writers, base, missing, writersCheck, totals } = document;
  const begin = { format, version, generation, createdAt, updatedAt, timezone, currency, writers };
  const optional = Object.entries({ base, missing, writersCheck }).filter(([, value]) => value !== undefined);
  const head = { ...begin, ...Object.fromEntries(optional), totals };
  const lines = Object.entries(head).map(
    ([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  return `{\n${lines.join(',\n')}`;
}

function renderRecord(record: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(record).map(
    ([key, value]) => `\n    ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  return lines.length === 0 ? '{}' : `{${lines.join(',')}\n  }`;
}
