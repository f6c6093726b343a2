import type { Api } from './api.js';
import { openAiError } from './openai-usage.js';

/** `POST /v1/embeddings`: one small vector per input, as numbers or base64 (the default of the official client). */
export const openAiEmbeddings: Api = {
  path: '/v1/embeddings',
  provider: 'openai',
  usageKind: () => 'openai-embeddings',
  usageOnWire: () => true,
  answer: ({ body, model, usage }) => {
    const inputs = Array.isArray(body['input']) ? body['input'] : [body['input']];
    const vector = [0.25, 0.5, 0.75];
    const embedding =
      body['encoding_format'] === 'base64'
        ? Buffer.from(new Float32Array(vector).buffer).toString('base64')
        : vector;
    return {
      json: {
        object: 'list',
        data: inputs.map((_, index) => ({ object: 'embedding', index, embedding })),
        model,
        usage: { prompt_tokens: usage.inputTokens, total_tokens: usage.inputTokens },
      },
    };
  },
  error: openAiError,
};
