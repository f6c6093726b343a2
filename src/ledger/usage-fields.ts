import type { Measure, Measures } from './measures.js';
import type { Usage } from './ledger-document.js';
import { nanoUsd, usd } from './usd.js';

export type UsageField = keyof Usage;

/** Document field → measure it is made of, in document order; `…Usd` fields hold the `…NanoUsd` measure in dollars. */
export const USAGE_FIELDS: readonly (readonly [UsageField, Measure])[] = [
  ['calls', 'calls'],
  ['errors', 'errors'],
  ['unmeteredCalls', 'unmeteredCalls'],
  ['unpricedCalls', 'unpricedCalls'],
  ['inputTokens', 'inputTokens'],
  ['cacheReadInputTokens', 'cacheReadInputTokens'],
  ['cacheWriteInputTokens', 'cacheWriteInputTokens'],
  ['audioInputTokens', 'audioInputTokens'],
  ['outputTokens', 'outputTokens'],
  ['reasoningOutputTokens', 'reasoningOutputTokens'],
  ['audioOutputTokens', 'audioOutputTokens'],
  ['costUsd', 'costNanoUsd'],
  ['durationMillis', 'durationMillis'],
  ['inputCostUsd', 'inputCostNanoUsd'],
  ['cacheReadCostUsd', 'cacheReadCostNanoUsd'],
  ['cacheWriteCostUsd', 'cacheWriteCostNanoUsd'],
  ['outputCostUsd', 'outputCostNanoUsd'],
  ['cacheSavingsUsd', 'cacheSavingsNanoUsd'],
  ['unpricedInputTokens', 'unpricedInputTokens'],
  ['unpricedCacheReadInputTokens', 'unpricedCacheReadInputTokens'],
  ['unpricedCacheWriteInputTokens', 'unpricedCacheWriteInputTokens'],
  ['unpricedAudioInputTokens', 'unpricedAudioInputTokens'],
  ['unpricedOutputTokens', 'unpricedOutputTokens'],
  ['unpricedAudioOutputTokens', 'unpricedAudioOutputTokens'],
];

/** Fields that views and totals always show; the others are left out when zero. */
export const CORE_USAGE_FIELDS: readonly UsageField[] = [
  'calls',
  'errors',
  'unmeteredCalls',
  'unpricedCalls',
  'inputTokens',
  'cacheReadInputTokens',
  'cacheWriteInputTokens',
  'audioInputTokens',
  'outputTokens',
  'reasoningOutputTokens',
  'audioOutputTokens',
  'costUsd',
  'durationMillis',
];

const CORE = new Set<UsageField>(CORE_USAGE_FIELDS);

interface FieldPlan {
  readonly field: UsageField;
  readonly measure: Measure;
  readonly money: boolean;
  readonly core: boolean;
}

const PLAN: readonly FieldPlan[] = USAGE_FIELDS.map(([field, measure]) => ({
  field,
  measure,
  money: isMoney(field),
  core: CORE.has(field),
}));

/** Measures as a view shows them: the core fields, and of the others those that are not zero. */
export function toUsage(measures: Measures): Usage {
  const usage: Partial<Usage> = {};
  for (const { field, measure, money, core } of PLAN) {
    const value = measures[measure];
    if (value !== 0 || core) usage[field] = money ? usd(value) : value;
  }
  return { ...EMPTY_USAGE, ...usage };
}

/** Copies the non-zero measures into a row of the document. */
export function copyUsage(into: Partial<Usage>, measures: Measures): void {
  for (const { field, measure, money } of PLAN) {
    const value = measures[measure];
    if (value !== 0) into[field] = money ? usd(value) : value;
  }
}

/** Adds what a row or view of a document says to `into`, exactly; absent fields are zero. */
export function addUsage(into: Measures, usage: Partial<Usage>): void {
  for (const { field, measure, money } of PLAN) {
    const value = usage[field];
    if (value !== undefined) into[measure] += money ? nanoUsd(value) : value;
  }
}

/** True for the fields in USD. */
export function isMoney(field: UsageField): boolean {
  return field.endsWith('Usd');
}

const EMPTY_USAGE: Usage = {
  calls: 0,
  errors: 0,
  unmeteredCalls: 0,
  unpricedCalls: 0,
  inputTokens: 0,
  cacheReadInputTokens: 0,
  cacheWriteInputTokens: 0,
  audioInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
  audioOutputTokens: 0,
  costUsd: 0,
  durationMillis: 0,
};
