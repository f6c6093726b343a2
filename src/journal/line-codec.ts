import { nodeZlib } from '../config/node-modules.js';
import type { Audit, Delta, PricedCalls, Row } from '../ledger/delta.js';
import { PRICE_SOURCES, zeroAudit } from '../ledger/ledger-state.js';
import { LineBuffer } from './line-buffer.js';
import { decodeRow, isInteger, isRecord, writeRow } from './row-codec.js';

/**
 * A line of a journal: `<crc32 of the JSON, 8 hex digits> <JSON>\n`. `delta` = what one turn added, under the writer's
 * sequence; `header` opens a part; `end` closes the journal of a writer that ended cleanly; `corrupt` = anything else.
 */
export type JournalLine =
  | { readonly kind: 'delta'; readonly sequence: number; readonly delta: Delta }
  | { readonly kind: 'header'; readonly version: number; readonly writer: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'corrupt' };

/** Version of the journals and bases this code writes; newer ones are left alone. */
export const JOURNAL_VERSION = 1;

const FORMAT = 'genai-usage-journal';
const CORRUPT: JournalLine = { kind: 'corrupt' };
const END: JournalLine = { kind: 'end' };
const JSON_AT = 9;
const SPACE = 0x20;
const AUDIT_FIELDS: ReadonlySet<string> = new Set(Object.keys(zeroAudit()));

/** One line's bytes, newline included; valid until the next line is written into the same buffer. */
export function encodeDelta(
  sequence: number,
  delta: Delta,
  buffer: LineBuffer = new LineBuffer(),
): Uint8Array {
  buffer.beginLine().text('{"s":').number(sequence);
  if (delta.rows.length > 0) {
    buffer.text(',"r":[');
    for (const row of delta.rows) writeRow(buffer.comma(), row);
    buffer.text(']');
  }
  writeCounters(buffer, ',"a":{', delta.audit);
  writeCounters(buffer, ',"p":{', delta.pricedCalls);
  return buffer.text('}').endLine();
}

export function encodeHeader(writer: string): Uint8Array {
  return frame(JSON.stringify({ format: FORMAT, version: JOURNAL_VERSION, writer }));
}

export function encodeEnd(sequence: number): Uint8Array {
  return frame(`{"end":${sequence}}`);
}

function writeCounters(
  buffer: LineBuffer,
  opening: string,
  counters: Readonly<Record<string, number | undefined>>,
): void {
  let text = opening;
  for (const name of Object.keys(counters)) {
    const count = counters[name];
    if (count === undefined || count === 0) continue;
    buffer
      .text(text === opening ? opening : ',')
      .text('"')
      .text(name)
      .text('":')
      .number(count);
    text = ',';
  }
  if (text !== opening) buffer.text('}');
}

function frame(json: string): Uint8Array {
  return Buffer.from(`${checksum(json)} ${json}\n`);
}

/** CRC-32 as 8 hexadecimal digits; text counts as UTF-8. */
export function checksum(data: string | Uint8Array): string {
  return nodeZlib().crc32(data).toString(16).padStart(8, '0');
}

/** Reads one line, given without its newline; validates everything, throws nothing. */
export function decodeLine(line: Uint8Array): JournalLine {
  const value = parseFramed(line);
  if (value === undefined) return CORRUPT;
  if ('s' in value) return decodeDelta(value);
  if (isInteger(value['end'])) return END;
  const { version, writer } = value;
  if (value['format'] !== FORMAT || !isInteger(version) || typeof writer !== 'string') return CORRUPT;
  return { kind: 'header', version, writer };
}

/** The JSON object of a checksummed line; `undefined` when the checksum or the JSON is not right. */
export function parseFramed(line: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  if (line.length <= JSON_AT || line[JSON_AT - 1] !== SPACE) return undefined;
  const bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  if (bytes.toString('latin1', 0, JSON_AT - 1) !== checksum(bytes.subarray(JSON_AT))) return undefined;
  const value = parseJson(bytes.toString('utf8', JSON_AT));
  return isRecord(value) ? value : undefined;
}

/** The value of a JSON text, `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decodeDelta(value: Readonly<Record<string, unknown>>): JournalLine {
  const { s: sequence, r: rows = [] } = value;
  if (!isInteger(sequence) || sequence < 1 || !Array.isArray(rows)) return CORRUPT;
  const decoded: Row[] = [];
  for (const item of rows) {
    const row = decodeRow(item);
    if (row === undefined) return CORRUPT;
    decoded.push(row);
  }
  const audit = decodeAudit(value['a'] ?? {});
  const pricedCalls = decodePricedCalls(value['p'] ?? {});
  if (audit === undefined || pricedCalls === undefined) return CORRUPT;
  return { kind: 'delta', sequence, delta: { rows: decoded, audit, pricedCalls } };
}

/** Audit counters; one this version does not know is left out, and `undefined` when one is no integer. */
export function decodeAudit(value: unknown): Audit | undefined {
  if (!isRecord(value)) return undefined;
  const audit: Record<string, number> = {};
  for (const name of Object.keys(value)) {
    const count = value[name];
    if (!isInteger(count)) return undefined;
    if (AUDIT_FIELDS.has(name)) audit[name] = count;
  }
  return audit;
}

/** Calls per price source; `undefined` when a source is unknown or a count is no integer. */
export function decodePricedCalls(value: unknown): PricedCalls | undefined {
  if (!isRecord(value)) return undefined;
  const calls: PricedCalls = {};
  for (const source of PRICE_SOURCES) {
    const count = value[source];
    if (count === undefined) continue;
    if (!isInteger(count)) return undefined;
    calls[source] = count;
  }
  return calls;
}
