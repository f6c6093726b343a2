import type { LedgerDocument } from '../ledger/ledger-document.js';
import { parseDocument } from '../ledger/parse-document.js';
import type { FileInfo } from '../journal/file-system.js';
import { isSameFile } from '../journal/file-system.js';
import { LedgerError, errorCode } from '../journal/ledger-error.js';
import { parseJson } from '../journal/line-codec.js';
import { isInteger, isRecord } from '../journal/row-codec.js';
import type { ViewCoverage } from './coverage.js';
import { writersCheck } from './coverage.js';
import type { LedgerPlace } from './ledger-place.js';
import type { Gap } from './sequence-set.js';

/** What the head of a valid view says. */
export interface ViewHead extends ViewCoverage {
  readonly generation: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly timezone: string;
  readonly priceSource: string;
  /** Number of the base it was made from. */
  readonly base: number | undefined;
}

/** The ledger file as found: nothing there; a valid view; or the remains of one. */
export type ViewOnDisk =
  | { readonly kind: 'none' }
  | { readonly kind: 'view'; readonly info: FileInfo; readonly head: ViewHead }
  | { readonly kind: 'corrupt'; readonly info: FileInfo; readonly reason: string };

const ROWS_BEGIN = '\n  "rows": [\n';
const ROWS_END = '\n  ]\n}\n';
const ROWS_PER_TURN = 500;

/**
 * Looks at the ledger file, all of it, without holding up the event loop. A file of a newer version (`ENEWER`), one that
 * is something else (`ENOTLEDGER`), a link (`ELOOP`), a directory (`EISDIR`) or what cannot be read is an error: what is
 * not understood is never replaced. `head` looks at no rows, for whoever has them from the journals.
 */
export async function inspectView(place: LedgerPlace, extent: 'all' | 'head' = 'all'): Promise<ViewOnDisk> {
  const file = await readView(place);
  if (file === undefined) return { kind: 'none' };
  const { info, bytes } = file;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  const rowsAt = text.indexOf(ROWS_BEGIN);
  const byLine = rowsAt > 0 && text.endsWith(ROWS_END);
  const parsed = parseDocument(byLine ? `${text.slice(0, rowsAt)}\n  "rows": []\n}` : text);
  if (parsed.kind === 'newer') throw newerView(place, parsed.version);
  if (parsed.kind === 'not-ledger' && !isBlank(bytes)) throw notLedger(place, parsed.reason);
  if (parsed.kind !== 'ledger') return { kind: 'corrupt', info, reason: parsed.reason };
  if (!isHeadSound(parsed.document)) {
    return { kind: 'corrupt', info, reason: 'the checksum of its writers is wrong' };
  }
  const rows = text.slice(rowsAt + ROWS_BEGIN.length, -ROWS_END.length);
  if (byLine && extent === 'all' && !(await areRows(rows, place))) {
    return { kind: 'corrupt', info, reason: 'a row is no valid JSON' };
  }
  return { kind: 'view', info, head: headOf(parsed.document) };
}

/** Whether what the document says it covers is what was written; one without a checksum is believed. */
export function isHeadSound(document: LedgerDocument): boolean {
  return document.writersCheck === undefined || document.writersCheck === writersCheck(document);
}

export function headOf(document: LedgerDocument): ViewHead {
  const { generation, createdAt, updatedAt, timezone, writers, base, missing, prices } = document;
  return {
    generation,
    createdAt,
    updatedAt,
    timezone,
    priceSource: prices.source,
    base,
    writers,
    missing: validMissing(missing),
  };
}

/** Ranges of sequences as a view lists them; what is no range is left out. */
function validMissing(value: unknown): Record<string, Gap[]> {
  const missing: Record<string, Gap[]> = {};
  if (!isRecord(value)) return missing;
  for (const id of Object.keys(value)) {
    const ranges: unknown = value[id];
    if (Array.isArray(ranges)) missing[id] = ranges.flatMap((range: unknown) => toGap(range) ?? []);
  }
  return missing;
}

function toGap(value: unknown): [Gap] | undefined {
  if (!Array.isArray(value)) return undefined;
  const [from, to]: unknown[] = value;
  return isInteger(from) && isInteger(to) ? [[from, to]] : undefined;
}

/** The bytes of the ledger file; `undefined` when there is none. */
export async function readView(
  place: LedgerPlace,
): Promise<{ info: FileInfo; bytes: Uint8Array } | undefined> {
  try {
    return await place.files.readFrom(place.path, 0);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP')
      throw unusable(place, 'ELOOP', 'is a symbolic link; name the file it points at', error);
    if (code === 'EISDIR') throw unusable(place, 'EISDIR', 'is a directory', error);
    throw error;
  }
}

export function newerView(place: LedgerPlace, version: number): LedgerError {
  return unusable(place, 'ENEWER', `was written by a newer version (format version ${version})`);
}

export function notLedger(place: LedgerPlace, reason: string): LedgerError {
  return unusable(place, 'ENOTLEDGER', `is not a usage ledger: ${reason}`);
}

function unusable(place: LedgerPlace, code: string, what: string, cause?: unknown): LedgerError {
  return new LedgerError(code, `${place.path} ${what}; it is left as it is`, { path: place.path, cause });
}

/** Nothing but zero bytes: what a power loss can leave of a file. */
function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

async function areRows(text: string, place: LedgerPlace): Promise<boolean> {
  let rows = 0;
  let from = 0;
  while (from < text.length) {
    const found = text.indexOf(',\n', from);
    const end = found < 0 ? text.length : found;
    if (parseJson(text.slice(from, end)) === undefined) return false;
    from = end + 2;
    if (++rows % ROWS_PER_TURN === 0) await place.clock.yieldTurn();
  }
  return true;
}

/** The inode at the ledger's path; `undefined` when there is none. */
export async function lookAtView(place: LedgerPlace): Promise<FileInfo | undefined> {
  try {
    return await place.files.stat(place.path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether the ledger's path still has what was looked at before, so that nothing unseen is replaced. */
export function isSameView(view: ViewOnDisk, info: FileInfo | undefined): boolean {
  if (view.kind === 'none' || info === undefined) return view.kind === 'none' && info === undefined;
  return isSameFile(view.info, info);
}
