import type { Row, Series } from '../ledger/delta.js';
import type { Measure, Measures } from '../ledger/measures.js';
import { MEASURES, zeroMeasures } from '../ledger/measures.js';
import type { LineBuffer } from './line-buffer.js';

/** Short names of the measures on disk, as they are written; they never change meaning. */
const KEYS: Readonly<Record<Measure, string>> = {
  calls: '"c":',
  errors: '"e":',
  unmeteredCalls: '"u":',
  unpricedCalls: '"x":',
  inputTokens: '"i":',
  cacheReadInputTokens: '"ir":',
  cacheWriteInputTokens: '"iw":',
  audioInputTokens: '"ia":',
  outputTokens: '"o":',
  reasoningOutputTokens: '"or":',
  audioOutputTokens: '"oa":',
  costNanoUsd: '"n":',
  inputCostNanoUsd: '"ni":',
  cacheReadCostNanoUsd: '"nr":',
  cacheWriteCostNanoUsd: '"nw":',
  outputCostNanoUsd: '"no":',
  cacheSavingsNanoUsd: '"ns":',
  unpricedInputTokens: '"xi":',
  unpricedCacheReadInputTokens: '"xr":',
  unpricedCacheWriteInputTokens: '"xw":',
  unpricedAudioInputTokens: '"xa":',
  unpricedOutputTokens: '"xo":',
  unpricedAudioOutputTokens: '"xb":',
  durationMillis: '"d":',
};
const MEASURE_OF = new Map(MEASURES.map((measure) => [KEYS[measure].slice(1, -2), measure]));
const MINUTE_MILLIS = 60_000;
const MAX_ROW_MINUTES = 32 * 24 * 60;

/** Text of a series, kept as long as the series object lives: the same one comes again and again. */
const seriesTexts = new WeakMap<Series, string>();

/** `[startMinutes,minutes,provider,model,operation,service,{dimensions},{measures}]`; zero measures are left out. */
export function writeRow(into: LineBuffer, row: Row): void {
  let text = seriesTexts.get(row.series);
  if (text === undefined) {
    const { provider, model, operation, service, dimensions } = row.series;
    text = `,${JSON.stringify([provider, model, operation, service, dimensions]).slice(1, -1)},{`;
    seriesTexts.set(row.series, text);
  }
  into
    .text('[')
    .number(row.startMillis / MINUTE_MILLIS)
    .text(',')
    .number(row.minutes)
    .text(text);
  writeMeasures(into, row.measures);
  into.text('}]');
}

/** Field by field, not in a loop: each access then knows where to look. */
function writeMeasures(into: LineBuffer, measures: Measures): void {
  if (measures.calls !== 0) into.comma().text(KEYS.calls).number(measures.calls);
  if (measures.errors !== 0) into.comma().text(KEYS.errors).number(measures.errors);
  if (measures.unmeteredCalls !== 0) into.comma().text(KEYS.unmeteredCalls).number(measures.unmeteredCalls);
  if (measures.unpricedCalls !== 0) into.comma().text(KEYS.unpricedCalls).number(measures.unpricedCalls);
  if (measures.inputTokens !== 0) into.comma().text(KEYS.inputTokens).number(measures.inputTokens);
  if (measures.cacheReadInputTokens !== 0)
    into.comma().text(KEYS.cacheReadInputTokens).number(measures.cacheReadInputTokens);
  if (measures.cacheWriteInputTokens !== 0)
    into.comma().text(KEYS.cacheWriteInputTokens).number(measures.cacheWriteInputTokens);
  if (measures.audioInputTokens !== 0)
    into.comma().text(KEYS.audioInputTokens).number(measures.audioInputTokens);
  if (measures.outputTokens !== 0) into.comma().text(KEYS.outputTokens).number(measures.outputTokens);
  if (measures.reasoningOutputTokens !== 0)
    into.comma().text(KEYS.reasoningOutputTokens).number(measures.reasoningOutputTokens);
  if (measures.audioOutputTokens !== 0)
    into.comma().text(KEYS.audioOutputTokens).number(measures.audioOutputTokens);
  if (measures.costNanoUsd !== 0) into.comma().text(KEYS.costNanoUsd).number(measures.costNanoUsd);
  if (measures.inputCostNanoUsd !== 0)
    into.comma().text(KEYS.inputCostNanoUsd).number(measures.inputCostNanoUsd);
  if (measures.cacheReadCostNanoUsd !== 0)
    into.comma().text(KEYS.cacheReadCostNanoUsd).number(measures.cacheReadCostNanoUsd);
  if (measures.cacheWriteCostNanoUsd !== 0)
    into.comma().text(KEYS.cacheWriteCostNanoUsd).number(measures.cacheWriteCostNanoUsd);
  if (measures.outputCostNanoUsd !== 0)
    into.comma().text(KEYS.outputCostNanoUsd).number(measures.outputCostNanoUsd);
  if (measures.cacheSavingsNanoUsd !== 0)
    into.comma().text(KEYS.cacheSavingsNanoUsd).number(measures.cacheSavingsNanoUsd);
  if (measures.unpricedInputTokens !== 0)
    into.comma().text(KEYS.unpricedInputTokens).number(measures.unpricedInputTokens);
  if (measures.unpricedCacheReadInputTokens !== 0)
    into.comma().text(KEYS.unpricedCacheReadInputTokens).number(measures.unpricedCacheReadInputTokens);
  if (measures.unpricedCacheWriteInputTokens !== 0)
    into.comma().text(KEYS.unpricedCacheWriteInputTokens).number(measures.unpricedCacheWriteInputTokens);
  if (measures.unpricedAudioInputTokens !== 0)
    into.comma().text(KEYS.unpricedAudioInputTokens).number(measures.unpricedAudioInputTokens);
  if (measures.unpricedOutputTokens !== 0)
    into.comma().text(KEYS.unpricedOutputTokens).number(measures.unpricedOutputTokens);
  if (measures.unpricedAudioOutputTokens !== 0)
    into.comma().text(KEYS.unpricedAudioOutputTokens).number(measures.unpricedAudioOutputTokens);
  if (measures.durationMillis !== 0) into.comma().text(KEYS.durationMillis).number(measures.durationMillis);
}

/** The row that `writeRow` wrote; `undefined` for anything else, however it came there. */
export function decodeRow(value: unknown): Row | undefined {
  if (!Array.isArray(value) || value.length !== 8) return undefined;
  const [start, minutes, provider, model, operation, service, dimensions, sums]: unknown[] = value;
  if (!isInteger(start) || !isInteger(minutes) || minutes < 1 || minutes > MAX_ROW_MINUTES) return undefined;
  if (typeof provider !== 'string' || typeof model !== 'string') return undefined;
  if (typeof operation !== 'string' || typeof service !== 'string') return undefined;
  if (!isTexts(dimensions)) return undefined;
  const measures = decodeMeasures(sums);
  if (measures === undefined) return undefined;
  const series = { provider, model, operation, service, dimensions };
  return { startMillis: start * MINUTE_MILLIS, minutes, series, measures };
}

/**
 * A sum beyond 2^53 is no longer exact, but taken all the same: refused, it would take all other calls of its turn with
 * it, or in a base the whole past.
 */
function decodeMeasures(value: unknown): Measures | undefined {
  if (!isRecord(value)) return undefined;
  const measures = zeroMeasures();
  for (const code of Object.keys(value)) {
    const measure = MEASURE_OF.get(code);
    const sum = value[code];
    if (measure === undefined || typeof sum !== 'number' || !Number.isInteger(sum)) return undefined;
    measures[measure] = sum;
  }
  return measures;
}

/** True for a plain JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a safe integer, negative ones included: reversing entries make them. */
export function isInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  if (!isRecord(value)) return false;
  for (const name of Object.keys(value)) if (typeof value[name] !== 'string') return false;
  return true;
}
