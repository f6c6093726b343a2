import { LedgerState } from '../ledger/ledger-state.js';
import { readCorrections } from '../ledger/corrections.js';
import { linesOf } from '../journal/journal-reader.js';
import {
  JOURNAL_VERSION,
  checksum,
  decodeAudit,
  decodePricedCalls,
  parseFramed,
  parseJson,
} from '../journal/line-codec.js';
import { LineBuffer } from '../journal/line-buffer.js';
import { decodeRow, isInteger, writeRow } from '../journal/row-codec.js';
import type { BaseWriter } from './base-writers.js';
import { decodeWriters, encodeWriters } from './base-writers.js';

/** A base as read or to be written: folded sums and what they cover. */
export interface Base {
  readonly number: number;
  /** When it was folded, by the file system's clock. */
  readonly foldedMillis: number;
  readonly writers: ReadonlyMap<string, BaseWriter>;
  readonly state: LedgerState;
}

/** What bytes are: a base; damaged (checksum or content); or written by a newer version. */
export type ParsedBase =
  | { readonly kind: 'base'; readonly base: Base }
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'newer'; readonly version: number };

const FORMAT = 'genai-usage-base';
const PATTERN = /^base-([1-9][0-9]{0,8})\.json$/;
const ROWS_PER_CHUNK = 500;
const CORRUPT: ParsedBase = { kind: 'corrupt' };

export function baseName(number: number): string {
  return `base-${number}.json`;
}

/** The numbers of the bases among these names, highest first. */
export function baseNumbers(names: readonly string[]): number[] {
  const numbers: number[] = [];
  for (const name of names) {
    const number = PATTERN.exec(name)?.[1];
    if (number !== undefined) numbers.push(Number(number));
  }
  return numbers.sort((a, b) => b - a);
}

/**
 * The bytes of a base in pieces: a checksummed head line as in a journal, one line a row, and the CRC-32 of all before
 * on the last line.
 */
export function* encodeBase(base: Base): Generator<Uint8Array, void> {
  const rows = base.state.table.rows();
  const head = JSON.stringify({
    format: FORMAT,
    version: JOURNAL_VERSION,
    number: base.number,
    folded: base.foldedMillis,
    writers: encodeWriters(base.writers),
    audit: base.state.audit,
    priced: base.state.pricedCalls,
    ...(base.state.corrections.length > 0 && { corrections: base.state.corrections }),
    rows: rows.length,
  });
  yield Buffer.from(`${checksum(head)} ${head}\n`);
  for (let from = 0; from < rows.length; from += ROWS_PER_CHUNK) {
    const lines = new LineBuffer();
    for (const row of rows.slice(from, from + ROWS_PER_CHUNK)) {
      writeRow(lines, row);
      lines.text('\n');
    }
    yield lines.view();
  }
}

/** The last line of a base whose text so far is `bytes`. */
export function baseTrailer(bytes: Uint8Array): string {
  return `${checksum(bytes)}\n`;
}

/** Reads a base; `breathe` is awaited between pieces of the work. Never throws of itself. */
export async function decodeBase(bytes: Uint8Array, breathe: () => Promise<void>): Promise<ParsedBase> {
  const head = readHead(bytes);
  if (head === undefined) return CORRUPT;
  const version = head['version'];
  if (isInteger(version) && version > JOURNAL_VERSION) return { kind: 'newer', version };
  if (!isSound(bytes)) return CORRUPT;
  const state = new LedgerState();
  const rows = await addRows(state, bytes.subarray(0, trailerAt(bytes)), breathe);
  return rows === head['rows'] ? toBase(head, state) : CORRUPT;
}

/** What a base says of its writers, without its rows; `undefined` when its checksum fails. */
export function decodeBaseWriters(bytes: Uint8Array): ReadonlyMap<string, BaseWriter> | undefined {
  const head = readHead(bytes);
  return head !== undefined && isSound(bytes) ? decodeWriters(head['writers']) : undefined;
}

/** Whether the checksum on the last line is that of all before. */
function isSound(bytes: Uint8Array): boolean {
  const end = trailerAt(bytes);
  const trailer = Buffer.from(bytes.buffer, bytes.byteOffset + end, bytes.byteLength - end).toString(
    'latin1',
  );
  return trailer === baseTrailer(bytes.subarray(0, end));
}

function trailerAt(bytes: Uint8Array): number {
  return bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
}

/** The head line; only its own checksum is looked at, so that a newer version is known whatever follows. */
function readHead(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  const [first] = linesOf(bytes);
  const head = first === undefined ? undefined : parseFramed(first);
  return head?.['format'] === FORMAT ? head : undefined;
}

/** Adds the row lines, and tells how many there are; `undefined` when one is no row. */
async function addRows(
  state: LedgerState,
  bytes: Uint8Array,
  breathe: () => Promise<void>,
): Promise<number | undefined> {
  let lines = 0;
  for (const line of linesOf(bytes)) {
    if (lines++ === 0) continue;
    const row = decodeRow(parseJson(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString()));
    if (row === undefined) return undefined;
    state.table.add(row);
    if (lines % ROWS_PER_CHUNK === 0) await breathe();
  }
  return lines - 1;
}

function toBase(head: Readonly<Record<string, unknown>>, state: LedgerState): ParsedBase {
  const { number, folded } = head;
  const audit = decodeAudit(head['audit']);
  const pricedCalls = decodePricedCalls(head['priced']);
  const writers = decodeWriters(head['writers']);
  if (!isInteger(number) || !isInteger(folded)) return CORRUPT;
  const corrections = readCorrections(head['corrections']);
  if (audit === undefined || pricedCalls === undefined || writers === undefined) return CORRUPT;
  if (corrections === undefined) return CORRUPT;
  state.count(audit, pricedCalls);
  state.correct(corrections);
  return { kind: 'base', base: { number, foldedMillis: folded, writers, state } };
}
