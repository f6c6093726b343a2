import { ABSENT, readTokens } from '../usage/tokens.js';

/** The numbers a span may tell; `rawInput` and `rawOutput` are the provider's own, as evidence only. */
export type SpanNumber =
  | 'input'
  | 'output'
  | 'cacheRead'
  | 'cacheWrite'
  | 'reasoning'
  | 'audioInput'
  | 'audioOutput'
  | 'total'
  | 'rawInput'
  | 'rawOutput';

/**
 * What was found on the span being read: token counts, `ABSENT` where nothing was; a cost in USD, 0 where none was; how many
 * values were no token counts. One for all: reading never interleaves.
 */
export const found: Record<SpanNumber | 'cost' | 'rejected', number> = {
  input: ABSENT,
  output: ABSENT,
  cacheRead: ABSENT,
  cacheWrite: ABSENT,
  reasoning: ABSENT,
  audioInput: ABSENT,
  audioOutput: ABSENT,
  total: ABSENT,
  rawInput: ABSENT,
  rawOutput: ABSENT,
  cost: 0,
  rejected: 0,
};

/** Nothing found yet. */
export function clearFound(): void {
  found.input = found.output = found.cacheRead = found.cacheWrite = found.reasoning = ABSENT;
  found.audioInput = found.audioOutput = found.total = found.rawInput = found.rawOutput = ABSENT;
  found.cost = found.rejected = 0;
}

/** A token count, or `ABSENT`; a value that is none counts as rejected. */
export function tokenCount(value: unknown): number {
  const tokens = readTokens(value);
  if (tokens < ABSENT) found.rejected++;
  return tokens < 0 ? ABSENT : tokens;
}

// Each takes a value if there is one and none was taken before. (One function a number, so that each writes one field.)

export function takeInput(value: unknown): void {
  if (value !== undefined && found.input === ABSENT) found.input = tokenCount(value);
}

export function takeOutput(value: unknown): void {
  if (value !== undefined && found.output === ABSENT) found.output = tokenCount(value);
}

export function takeCacheRead(value: unknown): void {
  if (value !== undefined && found.cacheRead === ABSENT) found.cacheRead = tokenCount(value);
}

export function takeCacheWrite(value: unknown): void {
  if (value !== undefined && found.cacheWrite === ABSENT) found.cacheWrite = tokenCount(value);
}

export function takeReasoning(value: unknown): void {
  if (value !== undefined && found.reasoning === ABSENT) found.reasoning = tokenCount(value);
}

export function takeAudioInput(value: unknown): void {
  if (value !== undefined && found.audioInput === ABSENT) found.audioInput = tokenCount(value);
}

export function takeAudioOutput(value: unknown): void {
  if (value !== undefined && found.audioOutput === ABSENT) found.audioOutput = tokenCount(value);
}

export function takeTotal(value: unknown): void {
  if (value !== undefined && found.total === ABSENT) found.total = tokenCount(value);
}

/** A reported 0 comes from a tool without a price, so it is none. */
export function takeCost(value: unknown): void {
  if (found.cost === 0 && typeof value === 'number' && Number.isFinite(value) && value > 0)
    found.cost = value;
}
