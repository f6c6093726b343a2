import { beforeAll, describe, expect, test } from 'vitest';
import { loadBundledPrices } from '../../src/price/bundled-prices.js';
import type { PriceBook } from '../../src/price/price-book.js';
import { canonicalProvider } from '../../src/usage/canonical-provider.js';
import { aCall } from './a-call.js';

let book: PriceBook;
beforeAll(async () => {
  book = await loadBundledPrices();
});

/** Provider and model as real spans report them; USD per million input and output tokens at noon UTC of 2026-11-22. */
const PRICED: [provider: string, model: string, inputUsd: number, outputUsd: number][] = [
  // OpenAI: undated, dated, AI SDK's names for its APIs, embeddings, audio, fine-tunes with rates of their own
  ['openai', 'gpt-4o-mini', 0.15, 0.6],
  ['openai', 'gpt-4o-mini-2024-07-18', 0.15, 0.6],
  ['OpenAI', 'gpt-4o-2024-08-06', 2.5, 10],
  ['openai', 'gpt-4o-2024-05-13', 5, 15],
  ['openai.chat', 'gpt-4o', 2.5, 10],
  ['openai.responses', 'gpt-4.1', 2, 8],
  ['openai', 'gpt-4.1-mini-2025-04-14', 0.4, 1.6],
  ['openai', 'gpt-5-2025-08-07', 1.25, 10],
  ['openai', 'gpt-5-nano-2025-08-07', 0.05, 0.4],
  ['openai', 'o1-2024-12-17', 15, 60],
  ['openai', 'o3-mini-2025-01-31', 1.1, 4.4],
  ['openai', 'o3', 2, 8],
  ['openai', 'gpt-3.5-turbo-0125', 0.5, 1.5],
  ['openai', 'gpt-4-turbo-2024-04-09', 10, 30],
  ['openai', 'gpt-4o-realtime-preview-2024-12-17', 5, 20],
  ['openai', 'gpt-4o-audio-preview-2024-12-17', 2.5, 10],
  ['openai', 'computer-use-preview-2025-03-11', 3, 12],
  ['openai.embedding', 'text-embedding-3-small', 0.02, 0],
  ['openai', 'text-embedding-ada-002-v2', 0.1, 0],
  ['openai', 'ft:gpt-4o-mini-2024-07-18:acme:support:AbC123', 0.3, 1.2],
  ['openai', 'ft:gpt-4o-2024-08-06:acme::B1cD2eF3', 3.75, 15],
  ['openai', 'ft:gpt-4o-mini-2024-07-18:acme::B1cD:ckpt-step-500', 0.3, 1.2],
  ['openai', 'ft:gpt-3.5-turbo-0125:acme::xyz', 3, 6],
  // Azure: what the service answers, deployments named like their model, Azure's own fine-tunes
  ['azure.ai.openai', 'gpt-4o-mini-2024-07-18', 0.15, 0.6],
  ['az.ai.openai', 'gpt-35-turbo', 0.5, 1.5],
  ['azure', 'gpt-4o', 2.5, 10],
  ['azure.ai.openai', 'text-embedding-3-small', 0.02, 0],
  ['azure.ai.openai', 'gpt-4o-mini-2024-07-18.ft-0123456789abcdef', 0.3, 1.2],
  ['azure.ai.inference', 'Phi-4', 0.07, 0.14],
  ['azure.ai.inference', 'grok-3', 3, 15],
  // Anthropic
  ['anthropic', 'claude-3-haiku-20240307', 0.25, 1.25],
  ['anthropic', 'claude-3-5-sonnet-20241022', 3, 15],
  ['anthropic.messages', 'claude-3-5-haiku-latest', 0.8, 4],
  ['anthropic', 'claude-sonnet-4-20250514', 3, 15],
  ['anthropic', 'claude-haiku-4-5-20251001', 1, 5],
  ['Anthropic', 'claude-opus-4-1-20250805', 15, 75],
  ['anthropic', 'claude-opus-4-5-20251101', 5, 25],
  ['anthropic', 'claude-opus-4', 15, 75],
  ['anthropic', 'claude-opus-4-6', 5, 25],
  // Bedrock: foundation models, regional and global inference profiles, ARNs, Traceloop's cut vendor
  ['aws.bedrock', 'anthropic.claude-3-5-sonnet-20240620-v1:0', 3, 15],
  ['aws.bedrock', 'us.anthropic.claude-3-5-sonnet-20241022-v2:0', 3, 15],
  ['aws.bedrock', 'us.anthropic.claude-sonnet-4-20250514-v1:0', 3, 15],
  ['aws.bedrock', 'eu.anthropic.claude-haiku-4-5-20251001-v1:0', 1.1, 5.5],
  ['aws.bedrock', 'global.anthropic.claude-haiku-4-5-20251001-v1:0', 1, 5],
  ['aws.bedrock', 'us.anthropic.claude-opus-4-5-20251101-v1:0', 5.5, 27.5],
  ['aws.bedrock', 'claude-3-haiku-20240307-v1:0', 0.25, 1.25],
  [
    'aws.bedrock',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-3-7-sonnet-20250219-v1:0',
    3,
    15,
  ],
  ['amazon-bedrock', 'amazon.nova-lite-v1:0', 0.06, 0.24],
  ['aws.bedrock', 'us.amazon.nova-micro-v1:0', 0.035, 0.14],
  ['aws.bedrock', 'meta.llama3-1-8b-instruct-v1:0', 0.22, 0.22],
  ['aws.bedrock', 'us.meta.llama3-3-70b-instruct-v1:0', 0.72, 0.72],
  ['aws.bedrock', 'mistral.mistral-7b-instruct-v0:2', 0.15, 0.2],
  ['aws.bedrock', 'amazon.titan-embed-text-v1', 0.1, 0],
  // Google: Gemini API and Vertex AI
  ['gcp.vertex_ai', 'gemini-1.5-pro-002', 1.25, 5],
  ['gcp.vertex_ai', 'publishers/google/models/gemini-2.5-flash', 0.3, 2.5],
  ['gcp.vertex_ai', 'claude-sonnet-4-5@20250929', 3, 15],
  ['google-vertex', 'claude-3-5-sonnet-v2@20241022', 3, 15],
  ['gcp.gemini', 'gemini-2.0-flash-001', 0.1, 0.4],
  ['google.generative-ai', 'gemini-2.5-flash', 0.3, 2.5],
  ['gcp.gemini', 'models/gemini-2.5-pro', 1.25, 10],
  ['gcp.gen_ai', 'gemini-2.5-pro-preview-05-06', 1.25, 10],
  ['google_genai', 'gemini-2.5-flash-lite-preview-09-2025', 0.1, 0.4],
  ['gcp.gemini', 'gemini-2.0-flash-lite', 0.075, 0.3],
  ['gcp.gemini', 'gemini-embedding-001', 0.15, 0],
  // the others of the OTel list, and resellers
  ['groq', 'llama-3.3-70b-versatile', 0.59, 0.79],
  ['groq', 'openai/gpt-oss-20b', 0.075, 0.3],
  ['mistral_ai', 'mistral-large-2411', 2, 6],
  ['mistral', 'mistral-small-latest', 0.1, 0.3],
  ['mistral_ai', 'magistral-medium-2509', 2, 5],
  ['mistral_ai', 'codestral-2508', 0.3, 0.9],
  ['deepseek', 'deepseek-v3.2', 0.2288, 0.3432],
  ['deepseek', 'deepseek-v4-flash', 0.22, 0.66],
  ['x_ai', 'grok-3-mini', 0.3, 0.5],
  ['xai', 'grok-4-0709', 3, 15],
  ['cohere', 'command-r-plus-08-2024', 2.5, 10],
  ['cohere', 'command-a-03-2025', 2.5, 10],
  ['cohere', 'embed-v4.0', 0.12, 0],
  ['perplexity', 'sonar-pro', 3, 15],
  ['openrouter', 'anthropic/claude-3.5-sonnet', 3, 15],
  ['openrouter', 'openai/gpt-4o-mini', 0.15, 0.6],
  ['openrouter', 'meta-llama/llama-3.3-70b-instruct:free', 0, 0],
  ['fireworks', 'accounts/fireworks/models/deepseek-v3p2', 0.56, 1.68],
  ['together_ai', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', 0.88, 0.88],
  ['moonshot', 'kimi-k2-0905-preview', 0.6, 2.5],
  ['voyageai', 'voyage-3.5', 0.06, 0],
];

/** Names the list's own rules would price as another model, or that nobody can price, and why. */
const UNKNOWN: [provider: string, model: string, why: string][] = [
  ['anthropic', 'claude-opus-4-10', 'starts with claude-opus-4-1'],
  ['anthropic', 'claude-opus-4-1-thinking', 'starts with claude-opus-4-1'],
  ['anthropic', 'claude-sonnet-4-55', 'starts with claude-sonnet-4-5'],
  ['anthropic', 'claude-3-5-sonnet-2024', 'no whole date'],
  ['openai', 'gpt-4o-mini-my-finetune', 'no fine-tune name'],
  ['openai', 'gpt-4o-2031-01-01', 'a version nobody listed'],
  ['openai', 'ft:gpt-4.1-2025-04-14:acme::xyz', 'the list has no rates for this fine-tune'],
  ['openai', 'ft:gpt-4-0613:acme::xyz', 'the list has the base rate only'],
  ['openai', 'ft:gpt-4o-mini-turbo:acme::xyz', 'no base model of that name'],
  ['openai', 'whisper-1', 'billed by the hour'],
  ['openai', 'omni-moderation-latest', 'contains moderation'],
  ['azure.ai.openai', 'my-deployment', 'a deployment name tells no model'],
  ['azure.ai.openai', 'gpt-4o-prod', 'a deployment name tells no model'],
  ['azure.ai.openai', 'prod-o4-mini-eu', 'contains o4-mini'],
  ['azure.ai.inference', 'DeepSeek-R1', 'the maker’s off-peak rates are not Azure’s'],
  ['azure.ai.inference', 'deepseek-v4-pro', 'the maker’s off-peak rates are not Azure’s'],
  ['aws.bedrock', 'amazon.titan-embed-text-v2:0', 'another model than -v1, another price'],
  ['aws.bedrock', 'amazon.nova-lite-v1:0:300k', 'provisioned variant'],
  ['aws.bedrock', 'my-amazon.nova-lite', 'contains amazon.nova-lite'],
  [
    'aws.bedrock',
    'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/ab12cd34ef56',
    'opaque',
  ],
  [
    'aws.bedrock',
    'arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0/abc',
    'custom model',
  ],
  ['aws.bedrock', 'cohere.command-r-v1:0', 'not listed'],
  ['gcp.gemini', 'gemini-1.5-flash-8b', 'contains gemini-1.5-flash, half its price'],
  ['gcp.gemini', 'gemini-3.6-flash-lite', 'starts with gemini-3.6-flash'],
  ['gcp.gemini', 'gemini-2.5-pro-exp-03-25', 'was free'],
  ['gcp.vertex_ai', 'my-claude-sonnet-4-5-proxy', 'contains claude-sonnet-4-5'],
  ['groq', 'llama-3.3-70b-versatile-mine', 'not listed'],
  ['mistral_ai', 'mistral-large-2402', 'had another price than its successors'],
  ['mistral_ai', 'magistral-medium-2599', 'no month'],
  ['deepseek', 'deepseek-chat-v9', 'starts with deepseek-chat'],
  ['x_ai', 'grok-4.7', 'not listed'],
  ['cohere', 'command-r-03-2024', 'not listed'],
  ['openrouter', 'openai/gpt-4o-mini:nitro', 'routed to whoever is fast, at any price'],
  ['openrouter', 'openrouter/auto', 'a router, not a model'],
  ['ibm.watsonx.ai', 'ibm/granite-3-8b-instruct', 'no list prices'],
  ['ollama', 'llama3.2', 'no list prices'],
  ['huggingface', 'meta-llama/Llama-3.3-70B-Instruct', 'which of its hosts is not told'],
  ['langchain', 'gpt-4o-mini', 'a framework is not who bills'],
  ['my-openai-proxy', 'gpt-4o-mini', 'contains openai'],
  ['openai', '', 'no name'],
  ['openai', '(unknown)', 'no name'],
  ['openai', '__proto__', 'no name'],
];

describe('models by the names real spans report', () => {
  test('the tables cover at least sixty pairs', () => {
    expect(PRICED.length + UNKNOWN.length).toBeGreaterThanOrEqual(60);
  });

  test.each(PRICED)('%s %s costs $%d and $%d per million tokens', (reported, model, inputUsd, outputUsd) => {
    const provider = canonicalProvider(reported);
    const cost = (inputTokens: number, outputTokens: number): number =>
      book.price(aCall({ provider, model, inputTokens, outputTokens }))?.costNanoUsd ?? NaN;
    const request = cost(0, 0);
    expect(cost(10_000, 0) - request).toBe(Math.round(inputUsd * 1e7));
    expect(cost(0, 10_000) - request).toBe(Math.round(outputUsd * 1e7));
  });

  test.each(UNKNOWN)('%s %s has no price: %s', (reported, model) => {
    const call = aCall({
      provider: canonicalProvider(reported),
      model,
      inputTokens: 1_000,
      outputTokens: 10,
    });
    expect(book.price(call)).toBeUndefined();
  });
});
