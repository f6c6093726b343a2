import { KIND_CLIENT, type SpanAttributes } from '../span-shape.js';
import type { Role } from './dialect.js';

/** `gen_ai.operation.name` → role. Well-known values of the registry, and those that libraries made up. */
const OPERATIONS: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['chat', 'call'],
  ['text_completion', 'call'],
  ['completion', 'call'],
  ['generate_content', 'call'],
  ['embeddings', 'call'],
  ['embedding', 'call'],
  ['rerank', 'call'],
  ['responses', 'call'],
  ['realtime_inference', 'call'],
  ['image_generation', 'call'],
  ['text_to_speech', 'call'],
  ['speech_to_text', 'call'],
  ['transcription', 'call'],
  ['invoke_agent', 'aggregate'],
  ['invoke_workflow', 'aggregate'],
  ['create_agent', 'aggregate'],
  ['agent_step', 'aggregate'],
  ['workflow', 'aggregate'],
  ['agent', 'aggregate'],
  ['chain', 'aggregate'],
  ['task', 'aggregate'],
  ['plan', 'aggregate'],
  ['retrieval', 'aggregate'],
  ['execute_tool', 'tool'],
  ['tool', 'tool'],
  // Re-reading a stored response "SHOULD NOT report token usage" (semantic-conventions-genai, fetch_response).
  ['fetch_response', 'none'],
]);

/** `openinference.span.kind` → role. */
const OPENINFERENCE_KINDS: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['LLM', 'call'],
  ['EMBEDDING', 'call'],
  ['RERANKER', 'call'],
  ['AGENT', 'aggregate'],
  ['CHAIN', 'aggregate'],
  ['RETRIEVER', 'aggregate'],
  ['GUARDRAIL', 'aggregate'],
  ['EVALUATOR', 'aggregate'],
  ['PROMPT', 'none'],
  ['TOOL', 'tool'],
]);

/** `traceloop.span.kind` → role. */
const TRACELOOP_KINDS: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['workflow', 'aggregate'],
  ['task', 'aggregate'],
  ['agent', 'aggregate'],
  ['tool', 'tool'],
]);

/** Attributes of which a span that made a request to a model has at least one, besides an operation name. */
const USAGE_KEYS = [
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens',
  'gen_ai.usage.prompt_tokens',
  'gen_ai.usage.completion_tokens',
  'llm.token_count.prompt',
  'llm.token_count.completion',
] as const;

/** Role by `gen_ai.operation.name`; `undefined` = has none. An unknown operation is a call if it tells usage or is a client. */
function operationRole(attributes: SpanAttributes, kind: number): Role | undefined {
  const operation = attributes['gen_ai.operation.name'];
  if (typeof operation !== 'string') return undefined;
  const known = OPERATIONS.get(operation);
  if (known !== undefined) return known;
  if (hasUsage(attributes)) return kind === KIND_CLIENT ? 'call' : 'aggregate';
  return kind === KIND_CLIENT && attributes['gen_ai.request.model'] !== undefined ? 'call' : 'none';
}

/** True if the span carries one of the usual usage attributes, valid or not. */
export function hasUsage(attributes: SpanAttributes): boolean {
  for (const key of USAGE_KEYS) if (attributes[key] !== undefined) return true;
  return false;
}

/** OTel semantic conventions, with the kinds that Traceloop adds; without an operation, usage
 * or a client span that names a model is a call. */
export function semconvRole(attributes: SpanAttributes, kind: number): Role {
  const role = operationRole(attributes, kind);
  if (role !== undefined) return role;
  const traceloop = attributes['traceloop.span.kind'];
  if (typeof traceloop === 'string') return TRACELOOP_KINDS.get(traceloop) ?? 'none';
  if (attributes['llm.request.type'] !== undefined || hasUsage(attributes)) return 'call';
  return kind === KIND_CLIENT && attributes['gen_ai.request.model'] !== undefined ? 'call' : 'none';
}

/** OpenInference: the span kind decides. */
export function openinferenceRole(attributes: SpanAttributes, kind: number): Role {
  const known = attributes['openinference.span.kind'];
  if (typeof known === 'string') return OPENINFERENCE_KINDS.get(known.toUpperCase()) ?? 'none';
  return semconvRole(attributes, kind);
}

/** Vercel AI SDK 4 to 6: only `ai.….do…` spans are calls (they alone tell every attempt); the outer ones never count. */
export function vercelRole(attributes: SpanAttributes): Role {
  const operation = attributes['ai.operationId'];
  if (typeof operation !== 'string') return 'none';
  if (operation === 'ai.toolCall') return 'tool';
  return operation.includes('.do') ? 'call' : 'repeat';
}

/**
 * Any scope: the first convention that the span speaks. This is the test that every span of every library goes through,
 * so it looks up few keys, and those few that all GenAI spans have.
 */
export function anyRole(attributes: SpanAttributes, kind: number): Role {
  if (attributes['gen_ai.operation.name'] !== undefined) return operationRole(attributes, kind) ?? 'none';
  if (attributes['openinference.span.kind'] !== undefined) return openinferenceRole(attributes, kind);
  if (
    attributes['gen_ai.request.model'] !== undefined ||
    attributes['gen_ai.usage.input_tokens'] !== undefined ||
    attributes['llm.request.type'] !== undefined ||
    attributes['traceloop.span.kind'] !== undefined ||
    attributes['gen_ai.usage.prompt_tokens'] !== undefined ||
    attributes['llm.token_count.prompt'] !== undefined
  ) {
    return semconvRole(attributes, kind);
  }
  return 'none';
}

/** True if the attributes of a still open span are those of a tool, in any dialect. */
export function isTool(attributes: SpanAttributes | undefined): boolean {
  if (attributes === undefined) return false;
  const operation = attributes['gen_ai.operation.name'];
  if (operation === 'execute_tool' || operation === 'tool') return true;
  return (
    attributes['openinference.span.kind'] === 'TOOL' ||
    attributes['ai.operationId'] === 'ai.toolCall' ||
    attributes['traceloop.span.kind'] === 'tool' ||
    attributes['genkit:metadata:subtype'] === 'tool' ||
    attributes['langfuse.observation.type'] === 'tool'
  );
}
