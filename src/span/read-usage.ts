import type { Call } from '../usage/call.js';
import { ABSENT, settleTokens } from '../usage/tokens.js';
import type { Dialect } from './dialects/dialect.js';
import { takeAttributes, takeJson, takeParts } from './found-numbers.js';
import { memberAt, parseJsonAttribute } from './json-attribute.js';
import type { SpanAttributes } from './span-shape.js';
import { found, takeCost } from './take-numbers.js';

/**
 * Reads and normalises what one span tells of usage, into `call`: per number the first valid value by family (never a sum
 * of families), then JSON, then repaired to inclusive by what the dialect's numbers mean. Parts never exceed totals. What the
 * span told before any repair is left in `found`, with the number of values that were no token counts.
 * Example (Traceloop on Anthropic, raw): input 36, cache read 1500, cache write 300 → input 1836.
 */
export function readUsage(
  call: Call,
  attributes: SpanAttributes,
  dialect: Dialect,
  json: object | undefined,
): void {
  const numbers = typeof dialect.numbers === 'function' ? dialect.numbers(attributes) : dialect.numbers;
  takeAttributes(attributes, dialect, numbers === 'raw');
  if (json !== undefined && dialect.json !== undefined) takeJson(dialect.json, json);
  if (dialect.parts !== undefined) takeParts(attributes, dialect.parts);
  fill(call);
  if (call.metered) {
    const { provider, model } = call;
    includeCache(call, numbers === 'raw' && countsCacheApart(provider, model));
    if (numbers === 'raw' && countsThinkingApart(provider, model)) includeThinking(call, dialect);
    found.rejected += settleTokens(call);
  } else {
    forgetParts(call);
  }
  call.reportedCostUsd = readCost(attributes, dialect);
}

/** Metered: a valid input or output number was found. */
function fill(call: Call): void {
  call.metered = found.input >= 0 || found.output >= 0;
  call.inputTokens = found.input < 0 ? 0 : found.input;
  call.cacheReadInputTokens = found.cacheRead < 0 ? 0 : found.cacheRead;
  call.cacheWriteInputTokens = found.cacheWrite < 0 ? 0 : found.cacheWrite;
  call.audioInputTokens = found.audioInput < 0 ? 0 : found.audioInput;
  call.outputTokens = found.output < 0 ? 0 : found.output;
  call.reasoningOutputTokens = found.reasoning < 0 ? 0 : found.reasoning;
  call.audioOutputTokens = found.audioOutput < 0 ? 0 : found.audioOutput;
}

/** Parts of totals that nobody told mean nothing. */
function forgetParts(call: Call): void {
  call.cacheReadInputTokens = call.cacheWriteInputTokens = call.audioInputTokens = 0;
  call.reasoningOutputTokens = call.audioOutputTokens = 0;
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
function includeCache(call: Call, apart: boolean): void {
  const cached = call.cacheReadInputTokens + call.cacheWriteInputTokens;
  if (cached === 0) return;
  const own = found.rawInput;
  const input = call.inputTokens;
  const without = own === ABSENT ? apart : own === input || (own + cached !== input && apart);
  if (without && cached <= input) call.inputTokens += cached;
}

/** Adds thoughts to an output without them, told as such or as what the total holds beyond input and output. */
function includeThinking(call: Call, dialect: Dialect): void {
  const { rawOutput, total } = found;
  const input = Math.max(found.input, 0);
  const output = call.outputTokens;
  const thoughts = call.reasoningOutputTokens;
  if (thoughts > 0) {
    if (rawOutput !== ABSENT && rawOutput + thoughts === output) return;
    if (rawOutput !== output && dialect.totalIsSum !== true && total === input + output) return;
    if (thoughts <= output) call.outputTokens += thoughts;
  } else if (total > input + output) {
    call.outputTokens = total - input;
    call.reasoningOutputTokens = call.outputTokens - output;
  }
}

function readCost(attributes: SpanAttributes, dialect: Dialect): number | undefined {
  const json = dialect.costJson === undefined ? undefined : attributes[dialect.costJson];
  if (found.cost === 0 && json !== undefined) takeCost(memberAt(parseJsonAttribute(json), 'total'));
  return found.cost === 0 ? undefined : found.cost;
}
