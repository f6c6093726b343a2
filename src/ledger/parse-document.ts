import type { LedgerDocument } from './ledger-document.js';
import { documentProblem } from './validate-document.js';

/**
 * What a text is: a ledger; a ledger of a newer version (never touched by this one); something else (never touched
 * either); or what is left of a damaged ledger, with the reason.
 */
export type ParsedDocument =
  | { readonly kind: 'ledger'; readonly document: LedgerDocument }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'not-ledger'; readonly reason: string }
  | { readonly kind: 'corrupt'; readonly reason: string };

const FORMAT = 'genai-usage-ledger';
const MARKER = `"${FORMAT}"`;
/** How every ledger file begins; a shorter text that is the beginning of this may be a truncated ledger. */
const HEAD = `{\n  "format": ${MARKER}`;

/**
 * Reads the text of a ledger file and checks all of it: 100,000 rows in well under a second. Fields it does not know are
 * kept; sums are not checked here (`sumProblems`). Never throws.
 */
export function parseDocument(text: string): ParsedDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return unreadable(text, error);
  }
  if (!isRecord(value) || value['format'] !== FORMAT) {
    return { kind: 'not-ledger', reason: `it does not say "format": ${MARKER}` };
  }
  const version = value['version'];
  if (typeof version === 'number' && Number.isInteger(version) && version > 1)
    return { kind: 'newer', version };
  const problem = documentProblem(value);
  if (problem !== undefined) return { kind: 'corrupt', reason: problem };
  return isLedgerDocument(value)
    ? { kind: 'ledger', document: value }
    : { kind: 'corrupt', reason: 'not a ledger' };
}

function unreadable(text: string, error: unknown): ParsedDocument {
  if (text === '') return { kind: 'corrupt', reason: 'the file is empty' };
  const reason = `it is no valid JSON: ${error instanceof Error ? error.message : String(error)}`;
  const ours = HEAD.startsWith(text) || text.slice(0, 1000).includes(MARKER);
  return { kind: ours ? 'corrupt' : 'not-ledger', reason };
}

function isLedgerDocument(value: Record<string, unknown>): value is Record<string, unknown> & LedgerDocument {
  return value['format'] === FORMAT && value['version'] === 1;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
