import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalProvider } from '../../src/usage/canonical-provider.js';

const NAMES: Record<string, readonly string[]> = {
  openai: [
    'openai',
    'OpenAI',
    'openai.chat',
    'openai.responses',
    'openai.embedding',
    ' OPENAI ',
    'openai.completion',
  ],
  anthropic: ['anthropic', 'Anthropic', 'anthropic.messages'],
  'gcp.gemini': [
    'gcp.gemini',
    'gcp.gen_ai',
    'google.generative-ai',
    'google_genai',
    'googleai',
    'gcp.vertex.agent',
    'gemini',
    'google',
  ],
  'gcp.vertex_ai': [
    'gcp.vertex_ai',
    'vertex_ai',
    'vertexai',
    'google-vertex',
    'google.vertex.chat',
    'vertex.anthropic.messages',
  ],
  'aws.bedrock': ['aws.bedrock', 'amazon-bedrock', 'AWS Bedrock', 'bedrock', 'aws_bedrock'],
  'azure.ai.openai': [
    'azure.ai.openai',
    'az.ai.openai',
    'azure-openai.chat',
    'azure',
    'AzureOpenAI',
    'azure.responses',
  ],
  'azure.ai.inference': ['azure.ai.inference', 'az.ai.inference', 'azure_ai_inference'],
  x_ai: ['x_ai', 'xai', 'xai.chat', 'x-ai'],
  mistral_ai: ['mistral_ai', 'mistral', 'mistral.chat', 'MistralAI'],
  cohere: ['cohere', 'Cohere', 'cohere.textEmbedding'],
  'ibm.watsonx.ai': ['ibm.watsonx.ai', 'watsonx'],
  together: ['togetherai.chat', 'together'],
  '(unknown)': [
    'langchain',
    'strands-agents',
    'LangGraph',
    'vercel_ai_sdk',
    '',
    '  ',
    '(unknown)',
    'unknown',
  ],
  'acme-llm': ['acme-llm', 'Acme-LLM', 'acme-llm.chat'],
  ['__proto__']: ['__proto__'],
  constructor: ['constructor'],
};

describe('canonicalProvider', () => {
  for (const [canonical, names] of Object.entries(NAMES)) {
    it.each(names)(`brings %j to ${canonical}`, (name) => expect(canonicalProvider(name)).toBe(canonical));
  }

  it('leaves every well-known value of gen_ai.provider.name but gcp.gen_ai alone', async () => {
    const attributes: Record<string, unknown> =
      await import('@opentelemetry/semantic-conventions/incubating');
    const values = Object.keys(attributes).filter((key) => key.startsWith('GEN_AI_PROVIDER_NAME_VALUE_'));
    expect(values.length).toBeGreaterThan(12);
    for (const key of values) {
      const value = String(attributes[key]);
      expect(canonicalProvider(value)).toBe(value === 'gcp.gen_ai' ? 'gcp.gemini' : value);
    }
  });

  it('is idempotent and cuts at 256 characters, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (name) => {
        const once = canonicalProvider(name);
        expect(once.length).toBeLessThanOrEqual(256);
        expect(canonicalProvider(once)).toBe(once);
      }),
    );
  });
});
