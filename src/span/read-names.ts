import { UNKNOWN } from '../usage/call.js';
import { canonicalProvider } from '../usage/canonical-provider.js';
import type { Dialect } from './dialects/dialect.js';
import type { SpanAttributes } from './span-shape.js';

/** Longest name or value kept (DESIGN §5). */
export const MAX_VALUE_LENGTH = 256;

const PROVIDER = ['gen_ai.provider.name', 'gen_ai.system', 'llm.provider', 'llm.system', 'ai.model.provider'];
const RESPONSE_MODEL = ['gen_ai.response.model', 'llm.response.model_name'];
const REQUEST_MODEL = [
  'gen_ai.request.model',
  'llm.request.model_name',
  'llm.model_name',
  'embedding.model_name',
];
const RESPONSE_ID = ['gen_ai.response.id'];

/** Bedrock model ids: an optional region or `global`, then the vendor. */
const BEDROCK_MODEL =
  /^(?:(?:us|eu|apac|ap|ca|sa|global|us-gov|jp|au)\.)?(?:ai21|amazon|anthropic|cohere|deepseek|luma|meta|mistral|openai|qwen|stability|twelvelabs|writer)\.[\w-]+/;

/** Hosts that only one provider answers from. */
const HOSTS: readonly (readonly [string, string])[] = [
  ['api.openai.com', 'openai'],
  ['.openai.azure.com', 'azure.ai.openai'],
  ['.services.ai.azure.com', 'azure.ai.inference'],
  ['api.anthropic.com', 'anthropic'],
  ['generativelanguage.googleapis.com', 'gcp.gemini'],
  ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['api.mistral.ai', 'mistral_ai'],
  ['api.groq.com', 'groq'],
  ['api.deepseek.com', 'deepseek'],
  ['api.x.ai', 'x_ai'],
  ['api.cohere.com', 'cohere'],
  ['api.cohere.ai', 'cohere'],
  ['api.perplexity.ai', 'perplexity'],
  ['api.together.xyz', 'together'],
  ['api.fireworks.ai', 'fireworks'],
  ['openrouter.ai', 'openrouter'],
];

/** The names of one call as its span tells them; the models `undefined` where it tells none. */
export interface CallNames {
  provider: string;
  responseModel: string | undefined;
  requestModel: string | undefined;
  responseId: string | undefined;
}

/**
 * Reads provider, models and response id. The first provider key that names no framework counts; else a Bedrock model
 * id, the vendor of a `vendor/model` name, the dialect's hint or the host tell it; else it is `(unknown)`.
 */
export function readNames(attributes: SpanAttributes, dialect: Dialect, spanName: string): CallNames {
  const keys = dialect.names;
  const responseModel = modelText(attributes, keys?.responseModel ?? RESPONSE_MODEL);
  let requestModel = modelText(attributes, keys?.requestModel ?? REQUEST_MODEL);
  let provider = readProvider(attributes, keys?.provider ?? PROVIDER);
  if (dialect.vendorSlashModel !== undefined) {
    const name = shortText(attributes[dialect.vendorSlashModel]);
    const slash = name?.indexOf('/') ?? -1;
    if (name !== undefined && slash > 0) {
      requestModel ??= name.slice(slash + 1);
      if (provider === UNKNOWN) provider = canonicalProvider(name.slice(0, slash));
    }
  }
  if (provider === UNKNOWN)
    provider = inferProvider(attributes, dialect, spanName, responseModel ?? requestModel);
  return { provider, responseModel, requestModel, responseId: readId(attributes, dialect) };
}

/** A non-empty text, cut at 256 characters; `undefined` for anything else. */
export function shortText(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.length > MAX_VALUE_LENGTH ? value.slice(0, MAX_VALUE_LENGTH) : value;
}

/** A model name without the path that Google's APIs put before it. */
export function modelName(value: unknown): string | undefined {
  const name = shortText(value);
  if (name === undefined || !name.includes('models/')) return name;
  return name.slice(name.lastIndexOf('models/') + 7) || undefined;
}

function modelText(attributes: SpanAttributes, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const name = modelName(attributes[key]);
    if (name !== undefined) return name;
  }
  return undefined;
}

function readProvider(attributes: SpanAttributes, keys: readonly string[]): string {
  for (const key of keys) {
    const value = attributes[key];
    if (typeof value !== 'string') continue;
    const provider = canonicalProvider(value);
    if (provider !== UNKNOWN) return provider;
  }
  return UNKNOWN;
}

function inferProvider(
  attributes: SpanAttributes,
  dialect: Dialect,
  spanName: string,
  model: string | undefined,
): string {
  const hint = dialect.providerHint?.(attributes, spanName);
  if (hint !== undefined && canonicalProvider(hint) !== UNKNOWN) return canonicalProvider(hint);
  if (model !== undefined && BEDROCK_MODEL.test(model)) return 'aws.bedrock';
  const host = dialect.fixedServerAddress === true ? undefined : shortText(attributes['server.address']);
  if (host === undefined) return UNKNOWN;
  if (host.startsWith('bedrock-runtime.') && host.endsWith('.amazonaws.com')) return 'aws.bedrock';
  return HOSTS.find(([end]) => host.endsWith(end))?.[1] ?? UNKNOWN;
}

function readId(attributes: SpanAttributes, dialect: Dialect): string | undefined {
  for (const key of dialect.names?.responseId ?? RESPONSE_ID) {
    const id = shortText(attributes[key]);
    if (id !== undefined) return dialect.inventedIds?.some((start) => id.startsWith(start)) ? undefined : id;
  }
  return undefined;
}
