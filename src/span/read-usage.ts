import { ABSENT, settleTokens, type TokenCounts } from '../usage/tokens.js';
import type { Dialect } from './dialects/dialect.js';
import { takeAttributes, takeJson, takeParts } from './found-numbers.js';
import { memberAt, parseJsonAttribute } from './json-attribute.js';
import type { SpanAttributes } from './span-shape.js';
import { found, takeCost } from './take-numbers.js';

/** The usage one span tells. `rawInputTokens` and `rawOutputTokens` are as written on the span, before any repair. */
export interface SpanUsage extends TokenCounts {
  /** False: neither a valid input nor a valid output number. */
  metered: boolean;
  rawInputTokens: number;
  rawOutputTokens: number;
  costUsd: number | undefined;
  /** Values that were there but no token counts. */
  rejected: number;
}

/**
 * Reads and normalises what one span tells of usage: per number the first valid value by family (never a sum of
 * families), then JSON, then repaired to inclusive by what the dialect's numbers mean. Parts never exceed totals.
 * Example (Traceloop on Anthropic, raw): input 36, cache read 1500, cache write 300 → input 1836.
 */
export function readUsage(
  attributes: SpanAttributes,
  dialect: Dialect,
  provider: string,
  model: string,
  json: object | undefined,
): SpanUsage {
  const numbers = typeof dialect.numbers === 'function' ? dialect.numbers(attributes) : dialect.numbers;
  takeAttributes(attributes, dialect, numbers === 'raw');
  if (json !== undefined && dialect.json !== undefined) takeJson(dialect.json, json);
  if (dialect.parts !== undefined) takeParts(attributes, dialect.parts);
  const usage = makeUsage();
  if (usage.metered) {
    includeCache(usage, numbers === 'raw' && countsCacheApart(provider, model));
    if (numbers === 'raw' && countsThinkingApart(provider, model)) includeThinking(usage, dialect);
    usage.rejected += settleTokens(usage);
  } else {
    forgetParts(usage);
  }
  usage.costUsd = readCost(attributes, dialect);
  return usage;
}

/** Parts of totals that nobody told mean nothing. */
function forgetParts(usage: SpanUsage): void {
  usage.cacheReadInputTokens = usage.cacheWriteInputTokens = usage.audioInputTokens = 0;
  usage.reasoningOutputTokens = usage.audioOutputTokens = 0;
}

/** True if the provider's own API counts cache reads and writes apart from the input (Anthropic, Bedrock Converse). */
function countsCacheApart(provider: string, model: string): boolean {
  if (provider === 'anthropic' || provider === 'aws.bedrock') return true;
  if (provider === 'openrouter' || provider === 'openai') return false;
  return model.includes('claude');
}

/** True if the provider's own API counts thoughts apart from the output (Gemini and Vertex `candidatesTokenCount`). */
function countsThinkingApart(provider: string, model: string): boolean {
  if (provider === 'gcp.gemini' || provider === 'gcp.vertex_ai') return !model.includes('claude');
  return provider === '(unknown)' && model.startsWith('gemini');
}

/** Adds the cache to an input without it. The provider's own number, where the span tells it, decides before the table. */
function includeCache(usage: SpanUsage, apart: boolean): void {
  const cached = usage.cacheReadInputTokens + usage.cacheWriteInputTokens;
  if (cached === 0) return;
  const own = found.rawInput;
  const input = usage.inputTokens;
  const without = own === ABSENT ? apart : own === input || (own + cached !== input && apart);
  if (without && cached <= input) usage.inputTokens += cached;
}

/** Adds thoughts to an output without them, told as such or as what the total holds beyond input and output. */
function includeThinking(usage: SpanUsage, dialect: Dialect): void {
  const { rawOutput, total } = found;
  const output = usage.outputTokens;
  const thoughts = usage.reasoningOutputTokens;
  if (thoughts > 0) {
    if (rawOutput !== ABSENT && rawOutput + thoughts === output) return;
    if (rawOutput !== output && dialect.totalIsSum !== true && total === usage.rawInputTokens + output)
      return;
    if (thoughts <= output) usage.outputTokens += thoughts;
  } else if (total > usage.rawInputTokens + output) {
    usage.outputTokens = total - usage.rawInputTokens;
    usage.reasoningOutputTokens = usage.outputTokens - output;
  }
}

function readCost(attributes: SpanAttributes, dialect: Dialect): number | undefined {
  const json = dialect.costJson === undefined ? undefined : attributes[dialect.costJson];
  if (found.cost === 0 && json !== undefined) takeCost(memberAt(parseJsonAttribute(json), 'total'));
  return found.cost === 0 ? undefined : found.cost;
}

function makeUsage(): SpanUsage {
  const input = found.input < 0 ? 0 : found.input;
  const output = found.output < 0 ? 0 : found.output;
  return {
    metered: found.input >= 0 || found.output >= 0,
    inputTokens: input,
    cacheReadInputTokens: found.cacheRead < 0 ? 0 : found.cacheRead,
    cacheWriteInputTokens: found.cacheWrite < 0 ? 0 : found.cacheWrite,
    audioInputTokens: found.audioInput < 0 ? 0 : found.audioInput,
    outputTokens: output,
    reasoningOutputTokens: found.reasoning < 0 ? 0 : found.reasoning,
    audioOutputTokens: found.audioOutput < 0 ? 0 : found.audioOutput,
    rawInputTokens: input,
    rawOutputTokens: output,
    costUsd: undefined,
    rejected: found.rejected,
  };
}
