/** The seven token numbers of a call: non-negative safe integers; `inputTokens` and `outputTokens` are inclusive. */
export interface TokenCounts {
  inputTokens: number;
  cacheReadInputTokens: number;
  cacheWriteInputTokens: number;
  audioInputTokens: number;
  outputTokens: number;
  reasoningOutputTokens: number;
  audioOutputTokens: number;
}

/** `readTokens` found nothing there. */
export const ABSENT = -1;
/** `readTokens` found something that is no token count; it belongs into `rejectedValues`. */
export const REJECTED = -2;

const DIGITS = /^\d{1,16}$/;

/**
 * Reads one token count: a non-negative safe integer, or a string of only digits that is one. Returns the count,
 * `ABSENT` for `undefined` and `null`, `REJECTED` for anything else (NaN, negative, fraction, over 2^53 − 1,
 * other strings). Never throws. Source: DESIGN §2.
 */
export function readTokens(value: unknown): number {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value + 0 : REJECTED;
  if (value === undefined || value === null) return ABSENT;
  if (typeof value === 'string' && DIGITS.test(value)) {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
  }
  return REJECTED;
}

/**
 * Makes the parts fit their totals, in place, and returns how many values it had to change (each a `rejectedValues`).
 * Cache read + write beyond the input prove an input without them (DESIGN §3.5): they are added, which is no rejection;
 * likewise reasoning beyond the output. Audio beyond its total is cut to it; a total over 2^53 − 1 becomes 0.
 * Example: input 36, cache read 1500, cache write 300 → input 1836, 0 changed. Idempotent.
 */
export function settleTokens(counts: TokenCounts): number {
  let rejected = 0;
  const cached = counts.cacheReadInputTokens + counts.cacheWriteInputTokens;
  if (cached > counts.inputTokens) counts.inputTokens += cached;
  if (counts.reasoningOutputTokens > counts.outputTokens) counts.outputTokens += counts.reasoningOutputTokens;
  if (!Number.isSafeInteger(counts.inputTokens)) {
    counts.inputTokens = counts.cacheReadInputTokens = counts.cacheWriteInputTokens = 0;
    rejected++;
  }
  if (!Number.isSafeInteger(counts.outputTokens)) {
    counts.outputTokens = counts.reasoningOutputTokens = 0;
    rejected++;
  }
  if (counts.audioInputTokens > counts.inputTokens) {
    counts.audioInputTokens = counts.inputTokens;
    rejected++;
  }
  if (counts.audioOutputTokens > counts.outputTokens) {
    counts.audioOutputTokens = counts.outputTokens;
    rejected++;
  }
  return rejected;
}
