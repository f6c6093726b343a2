import { NO_DIMENSIONS, UNKNOWN, type Call } from '../usage/call.js';
import type { Dialect } from './dialects/dialect.js';
import { memberAt, parseJsonAttribute } from './json-attribute.js';
import { modelName, readNames, shortText } from './read-names.js';
import { readUsage } from './read-usage.js';
import { STATUS_ERROR, type EndedSpan, type SpanAttributes, type SpanTime } from './span-shape.js';
import { found } from './take-numbers.js';

/** What one span tells of one call: the call itself, and what is needed to know it again in another span. */
export interface CallReading {
  readonly call: Call;
  readonly scope: string;
  readonly framework: boolean;
  /** False for embeddings and rerank: they never stand for what an agent generated. */
  readonly generating: boolean;
  readonly startMillis: number;
  readonly endMillis: number;
  readonly rawInputTokens: number;
  readonly rawOutputTokens: number;
  readonly responseModel: string | undefined;
  readonly requestModel: string | undefined;
  readonly responseId: string | undefined;
  readonly rejected: number;
}

/** `ai.operationId`, `openinference.span.kind`, … → operation, where `gen_ai.operation.name` is missing. */
const OPERATION_HINTS: readonly (readonly [string, RegExp, string])[] = [
  ['ai.operationId', /embed/i, 'embeddings'],
  ['ai.operationId', /rerank/i, 'rerank'],
  ['openinference.span.kind', /^EMBEDDING$/i, 'embeddings'],
  ['openinference.span.kind', /^RERANKER$/i, 'rerank'],
  ['openinference.span.kind', /^AGENT$/i, 'invoke_agent'],
  ['openinference.span.kind', /^CHAIN$/i, 'invoke_workflow'],
  ['llm.request.type', /^embedding/, 'embeddings'],
  ['llm.request.type', /^rerank/, 'rerank'],
  ['llm.request.type', /^completion/, 'text_completion'],
  ['genkit:metadata:subtype', /^embedder$/, 'embeddings'],
  ['genkit:metadata:subtype', /^reranker$/, 'rerank'],
  ['langfuse.observation.type', /^embedding$/, 'embeddings'],
  ['traceloop.span.kind', /^agent$/, 'invoke_agent'],
  ['traceloop.span.kind', /./, 'invoke_workflow'],
];

/** Reads everything a span tells of its call; labels (service, dimensions) are filled in by the caller. */
export function readCall(
  span: EndedSpan,
  attributes: SpanAttributes,
  dialect: Dialect,
  scope: string,
): CallReading {
  const names = readNames(attributes, dialect, span.name);
  const json = jsonOf(attributes, dialect);
  const responseModel = names.responseModel ?? modelName(jsonName(json, dialect.json?.model));
  const model = responseModel ?? names.requestModel ?? UNKNOWN;
  const operation = readOperation(attributes, dialect, span.name);
  const startMillis = toMillis(span.startTime);
  const endMillis = toMillis(span.endTime);
  const error = hasFailed(span, attributes, dialect);
  const call = makeCall(names.provider, model, operation, endMillis, endMillis - startMillis, error);
  readUsage(call, attributes, dialect, json);
  return {
    call,
    scope,
    framework: dialect.framework === true,
    generating: operation !== 'embeddings' && operation !== 'rerank',
    startMillis,
    endMillis,
    rawInputTokens: Math.max(found.input, 0),
    rawOutputTokens: Math.max(found.output, 0),
    responseModel,
    requestModel: names.requestModel,
    responseId: names.responseId ?? shortText(jsonName(json, dialect.json?.responseId)),
    rejected: found.rejected,
  };
}

/** A call without usage, service and dimensions yet. */
function makeCall(
  provider: string,
  model: string,
  operation: string,
  endMillis: number,
  durationMillis: number,
  error: boolean,
): Call {
  return {
    provider,
    model,
    operation,
    service: '',
    dimensions: NO_DIMENSIONS,
    endTimeUnixMillis: Math.floor(endMillis),
    durationMillis:
      durationMillis > 0 && durationMillis < Number.MAX_SAFE_INTEGER ? Math.round(durationMillis) : 0,
    metered: false,
    error,
    inputTokens: 0,
    cacheReadInputTokens: 0,
    cacheWriteInputTokens: 0,
    audioInputTokens: 0,
    outputTokens: 0,
    reasoningOutputTokens: 0,
    audioOutputTokens: 0,
    reportedCostUsd: undefined,
    booking: undefined,
  };
}

function toMillis(time: SpanTime): number {
  return time[0] * 1000 + time[1] / 1e6;
}

function hasFailed(span: EndedSpan, attributes: SpanAttributes, dialect: Dialect): boolean {
  if (span.status.code === STATUS_ERROR) return true;
  return dialect.failed !== undefined && attributes[dialect.failed[0]] === dialect.failed[1];
}

/** The parsed JSON attribute of a dialect that has one and needs it. */
function jsonOf(attributes: SpanAttributes, dialect: Dialect): object | undefined {
  const json = dialect.json;
  if (json === undefined || (json.unless !== undefined && attributes[json.unless] !== undefined))
    return undefined;
  const root = parseJsonAttribute(attributes[json.attribute]);
  return typeof root === 'object' && root !== null ? root : undefined;
}

function jsonName(json: object | undefined, paths: readonly string[] | undefined): unknown {
  if (json === undefined || paths === undefined) return undefined;
  for (const path of paths) {
    const value = memberAt(json, path);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

function readOperation(attributes: SpanAttributes, dialect: Dialect, spanName: string): string {
  const operation = shortText(attributes['gen_ai.operation.name']);
  if (operation !== undefined) return operation === 'embedding' ? 'embeddings' : operation;
  for (const [key, pattern, name] of OPERATION_HINTS) {
    const value = shortText(attributes[key]);
    if (value !== undefined && pattern.test(value)) return name;
  }
  return dialect.operationHint?.(spanName) ?? 'chat';
}
