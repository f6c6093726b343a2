import type { Row, Series } from '../ledger/delta.js';
import type { Measure, Measures } from '../ledger/measures.js';
import { MEASURES, zeroMeasures } from '../ledger/measures.js';

/** Short names of the measures on disk; they never change meaning. */
const CODES: Readonly<Record<Measure, string>> = {
  calls: 'c',
  errors: 'e',
  unmeteredCalls: 'u',
  unpricedCalls: 'x',
  inputTokens: 'i',
  cacheReadInputTokens: 'ir',
  cacheWriteInputTokens: 'iw',
  audioInputTokens: 'ia',
  outputTokens: 'o',
  reasoningOutputTokens: 'or',
  audioOutputTokens: 'oa',
  costNanoUsd: 'n',
  inputCostNanoUsd: 'ni',
  cacheReadCostNanoUsd: 'nr',
  cacheWriteCostNanoUsd: 'nw',
  outputCostNanoUsd: 'no',
  cacheSavingsNanoUsd: 'ns',
  unpricedInputTokens: 'xi',
  unpricedCacheReadInputTokens: 'xr',
  unpricedCacheWriteInputTokens: 'xw',
  unpricedAudioInputTokens: 'xa',
  unpricedOutputTokens: 'xo',
  unpricedAudioOutputTokens: 'xb',
  durationMillis: 'd',
};
const PREFIXES = MEASURES.map((measure) => [measure, `"${CODES[measure]}":`] as const);
const MEASURE_OF = new Map(MEASURES.map((measure) => [CODES[measure], measure]));
const MINUTE_MILLIS = 60_000;
const MAX_ROW_MINUTES = 32 * 24 * 60;

/** Text of a series, kept as long as the series object lives: the same one comes again and again. */
const seriesTexts = new WeakMap<Series, string>();

/** `[startMinutes,minutes,provider,model,operation,service,{dimensions},{measures}]`; zero measures are left out. */
export function encodeRow(row: Row): string {
  let text = seriesTexts.get(row.series);
  if (text === undefined) {
    const { provider, model, operation, service, dimensions } = row.series;
    text = JSON.stringify([provider, model, operation, service, dimensions]).slice(1, -1);
    seriesTexts.set(row.series, text);
  }
  return `[${row.startMillis / MINUTE_MILLIS},${row.minutes},${text},{${encodeMeasures(row.measures)}}]`;
}

function encodeMeasures(measures: Measures): string {
  let text = '';
  for (const [measure, prefix] of PREFIXES) {
    const value = measures[measure];
    if (value !== 0) text += text === '' ? prefix + value : `,${prefix}${value}`;
  }
  return text;
}

/** The row that `encodeRow` wrote; `undefined` for anything else, however it came there. */
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

function decodeMeasures(value: unknown): Measures | undefined {
  if (!isRecord(value)) return undefined;
  const measures = zeroMeasures();
  for (const code of Object.keys(value)) {
    const measure = MEASURE_OF.get(code);
    const sum = value[code];
    if (measure === undefined || !isInteger(sum)) return undefined;
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
