import type { SpanAttributes } from '../span-shape.js';
import type { Dialect, Numbers } from './dialect.js';
import { vercelRole } from './roles.js';
import { OPENINFERENCE, SEMCONV, VERCEL } from './usage-families.js';

const NO_CACHE_TOKENS = 'ai.usage.inputTokenDetails.noCacheTokens';
const USER_AGENT = /\bai\/(\d{1,4})\./;

/** Vercel AI SDK 4 to 6 (and the legacy integration of 7), whatever rewrote its spans since (Sentry, OpenInference). */
export const VERCEL_AI: Dialect = {
  name: 'vercel',
  source: 'captured with ai 4.3.19, 5.0.277, 6.0.326',
  since: '4.0.0',
  scopes: ['ai'],
  when: (attributes) => attributes['ai.operationId'] !== undefined,
  role: vercelRole,
  families: [SEMCONV, OPENINFERENCE, VERCEL],
  numbers: vercelNumbers,
  json: {
    attribute: 'ai.response.providerMetadata',
    unless: NO_CACHE_TOKENS,
    numbers: {
      cacheRead: [
        'anthropic.usage.cache_read_input_tokens',
        'anthropic.cacheReadInputTokens',
        'bedrock.usage.cacheReadInputTokens',
        'google.usageMetadata.cachedContentTokenCount',
        'vertex.usageMetadata.cachedContentTokenCount',
        'openai.cachedPromptTokens',
        'azure.cachedPromptTokens',
      ],
      cacheWrite: [
        'anthropic.usage.cache_creation_input_tokens',
        'anthropic.cacheCreationInputTokens',
        'bedrock.usage.cacheWriteInputTokens',
        'openai.usage.cacheWriteTokens',
        'azure.usage.cacheWriteTokens',
      ],
      reasoning: [
        'google.usageMetadata.thoughtsTokenCount',
        'vertex.usageMetadata.thoughtsTokenCount',
        'openai.reasoningTokens',
        'azure.reasoningTokens',
      ],
      rawInput: ['anthropic.usage.input_tokens'],
      rawOutput: ['google.usageMetadata.candidatesTokenCount', 'vertex.usageMetadata.candidatesTokenCount'],
    },
  },
  names: {
    provider: ['gen_ai.provider.name', 'gen_ai.system', 'ai.model.provider'],
    responseModel: ['gen_ai.response.model', 'ai.response.model'],
    requestModel: ['gen_ai.request.model', 'ai.model.id'],
    responseId: ['gen_ai.response.id', 'ai.response.id'],
  },
  inventedIds: ['aitxt-', 'aiobj-'],
};

/**
 * Version 6 made all numbers inclusive; it tells `noCacheTokens` (a provider package of version 5 below it does not, and
 * stays raw). Objects carry no details in any version: there the user agent tells. Versions 4 and 5 pass numbers through.
 */
function vercelNumbers(attributes: SpanAttributes): Numbers {
  if (attributes[NO_CACHE_TOKENS] !== undefined) return 'inclusive';
  if (attributes['ai.usage.inputTokenDetails.cacheReadTokens'] !== undefined) return 'raw';
  const agent = attributes['ai.request.headers.user-agent'];
  const major = typeof agent === 'string' && agent.length < 1024 ? USER_AGENT.exec(agent)?.[1] : undefined;
  return major !== undefined && Number(major) >= 6 ? 'inclusive' : 'raw';
}
