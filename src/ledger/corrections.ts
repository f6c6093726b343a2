import { nanoUsd, usd } from './usd.js';

/** Money of rows that was changed after the fact, e.g. by `genai-ledger reprice`; calls and tokens stay as they are. */
export interface Correction {
  /** ISO 8601 UTC with milliseconds, by the clock of the file system. */
  readonly at: string;
  /** Why, in words. */
  readonly reason: string;
  /** Rows changed. */
  readonly rows: number;
  /** What those rows cost before and after, in USD with at most 9 decimals. */
  readonly beforeUsd: number;
  readonly afterUsd: number;
}

/** Corrections kept one by one; older ones become one. */
export const MAX_CORRECTIONS = 100;
const MAX_REASON_LENGTH = 256;

/** The reason as it is kept: one line, cut at 256 characters. */
export function correctionReason(reason: string): string {
  return reason.replaceAll(/\s+/g, ' ').slice(0, MAX_REASON_LENGTH);
}

/** Both lists in order of time, bounded: past 100 the oldest are summed up, so that no dollar goes unexplained. */
export function joinCorrections(
  some: readonly Correction[],
  more: readonly Correction[],
): readonly Correction[] {
  const all = [...some, ...more].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const tooMany = all.length - MAX_CORRECTIONS;
  if (tooMany <= 0) return all;
  const old = all.slice(0, tooMany + 1);
  const sum = (pick: (one: Correction) => number): number => old.reduce((total, one) => total + pick(one), 0);
  const earlier = {
    at: old.at(-1)?.at ?? '',
    reason: 'earlier corrections',
    rows: sum(({ rows }) => rows),
    beforeUsd: usd(sum(({ beforeUsd }) => nanoUsd(beforeUsd))),
    afterUsd: usd(sum(({ afterUsd }) => nanoUsd(afterUsd))),
  };
  return [earlier, ...all.slice(tooMany + 1)];
}

/** A correction as a sentence. */
export function correctionNote({ at, reason, rows, beforeUsd, afterUsd }: Correction): string {
  return `corrected at ${at}: ${reason} (${rows} rows: $${beforeUsd} became $${afterUsd})`;
}

/** Reads a list of corrections as kept on disk; `undefined` when it is none. Absent = none were made. */
export function readCorrections(value: unknown): readonly Correction[] | undefined {
  if (value === undefined) return [];
  return Array.isArray(value) && value.every(isCorrection) ? value : undefined;
}

function isCorrection(value: unknown): value is Correction {
  if (typeof value !== 'object' || value === null) return false;
  const { at, reason, rows, beforeUsd, afterUsd }: Partial<Record<keyof Correction, unknown>> = value;
  return (
    typeof at === 'string' &&
    !Number.isNaN(Date.parse(at)) &&
    typeof reason === 'string' &&
    Number.isSafeInteger(rows) &&
    Number.isFinite(beforeUsd) &&
    Number.isFinite(afterUsd)
  );
}
