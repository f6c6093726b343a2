import { isInteger, isRecord } from '../journal/row-codec.js';
import type { Gap } from './sequence-set.js';

/** What a base says of one writer. */
export interface BaseWriter {
  /** Last sequence folded. */
  readonly sequence: number;
  /** Last sequence that the base before this one, in its own line, held. */
  readonly before: number;
  readonly gaps: readonly Gap[];
  /** True when the journal has its `end` line. */
  readonly ended: boolean;
  /** When a compaction first found no journal of this writer any more. */
  readonly goneMillis: number | undefined;
}

/** The writers of a base as its head line has them. */
export function encodeWriters(writers: ReadonlyMap<string, BaseWriter>): Record<string, unknown> {
  const encoded: Record<string, unknown> = {};
  for (const [id, writer] of writers) {
    encoded[id] = {
      s: writer.sequence,
      b: writer.before,
      ...(writer.gaps.length > 0 && { g: writer.gaps }),
      ...(writer.ended && { e: 1 }),
      ...(writer.goneMillis !== undefined && { t: writer.goneMillis }),
    };
  }
  return encoded;
}

/** What `encodeWriters` made; `undefined` for anything else. */
export function decodeWriters(value: unknown): Map<string, BaseWriter> | undefined {
  if (!isRecord(value)) return undefined;
  const writers = new Map<string, BaseWriter>();
  for (const id of Object.keys(value)) {
    const writer = decodeWriter(value[id]);
    if (writer === undefined) return undefined;
    writers.set(id, writer);
  }
  return writers;
}

function decodeWriter(value: unknown): BaseWriter | undefined {
  if (!isRecord(value)) return undefined;
  const { s: sequence, b: before, g = [], e, t: goneMillis } = value;
  if (!isInteger(sequence) || !isInteger(before) || !Array.isArray(g)) return undefined;
  if (goneMillis !== undefined && !isInteger(goneMillis)) return undefined;
  const gaps: Gap[] = [];
  for (const gap of g) {
    if (!Array.isArray(gap)) return undefined;
    const [from, to]: unknown[] = gap;
    if (!isInteger(from) || !isInteger(to)) return undefined;
    gaps.push([from, to]);
  }
  return { sequence, before, gaps, ended: e === 1, goneMillis };
}
