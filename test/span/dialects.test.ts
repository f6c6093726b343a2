import { describe, expect, it } from 'vitest';
import { DIALECTS } from '../../src/span/dialects/all-dialects.js';
import { dialectOf } from '../../src/span/recognize.js';
import type { Call } from '../../src/usage/call.js';
import { Lab, type SpanInit } from './support/lab.js';

/** Spans of libraries and versions that the corpus has no capture of, as their sources (DIALECTS table) describe them. */
const CLIENT = 2;

function read(attributes: Record<string, unknown>, init: SpanInit): Call | undefined {
  const lab = new Lab();
  lab.span(attributes, { kind: CLIENT, ...init });
  expect(lab.sink.misuse).toEqual([]);
  expect(lab.sink.calls.length).toBeLessThanOrEqual(1);
  return lab.sink.calls[0];
}

const ANTHROPIC = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'claude-sonnet-4-5',
  'gen_ai.usage.output_tokens': 78,
  'gen_ai.usage.cache_read.input_tokens': 1500,
  'gen_ai.usage.cache_creation.input_tokens': 300,
};

/** Input as the library would write it when the provider says 9,000 uncached + 1,500 read + 300 written. */
describe.each([
  ['@traceloop/instrumentation-anthropic', { 'gen_ai.provider.name': 'anthropic' }, 9000],
  ['@openlit/instrumentation-anthropic', { 'gen_ai.provider.name': 'anthropic' }, 9000],
  ['@openlit/instrumentation-bedrock', { 'gen_ai.provider.name': 'aws.bedrock' }, 9000],
  ['@traceloop/instrumentation-bedrock', { 'gen_ai.provider.name': 'aws.bedrock' }, 9000],
  ['@opentelemetry/instrumentation-aws-sdk', { 'gen_ai.system': 'aws.bedrock' }, 9000],
  ['strands-agents', { 'gen_ai.system': 'strands-agents' }, 9000],
  ['@sentry/node', { 'gen_ai.system': 'anthropic' }, 10_800],
  ['gen_ai', { 'gen_ai.provider.name': 'anthropic' }, 10_800],
  ['@mastra/otel-bridge', { 'gen_ai.provider.name': 'anthropic.messages' }, 10_800],
  ['@opentelemetry/instrumentation-anthropic', { 'gen_ai.provider.name': 'anthropic' }, 10_800],
  ['@traceloop/instrumentation-langchain', { 'gen_ai.provider.name': 'anthropic' }, 10_800],
  ['my-own-wrapper', { 'gen_ai.provider.name': 'anthropic' }, 10_800],
])('%s on Anthropic', (scope, attributes, written) => {
  it(`means 10,800 input tokens when it writes ${written}`, () => {
    const call = read({ ...ANTHROPIC, ...attributes, 'gen_ai.usage.input_tokens': written }, { scope });
    expect(call).toMatchObject({
      inputTokens: 10_800,
      cacheReadInputTokens: 1500,
      cacheWriteInputTokens: 300,
      outputTokens: 78,
    });
  });
});

/** The same scopes never add the cache of a provider that counts it in. */
it.each([
  '@traceloop/instrumentation-openai',
  '@openlit/instrumentation-openai',
  'strands-agents',
  '@sentry/node',
  'gen_ai',
])('%s on OpenAI: the cache is a part of the input', (scope) => {
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-5.6',
    'gen_ai.usage.input_tokens': 1120,
    'gen_ai.usage.output_tokens': 94,
    'gen_ai.usage.cache_read.input_tokens': 640,
    'gen_ai.usage.cache_creation.input_tokens': 100,
  };
  expect(read(attributes, { scope })).toMatchObject({
    inputTokens: 1120,
    cacheReadInputTokens: 640,
    cacheWriteInputTokens: 100,
  });
});

/** Gemini: candidates 62, thoughts 25, so 87 are billed. */
describe.each([
  [
    '@traceloop/instrumentation-google-generativeai',
    { 'gen_ai.provider.name': 'gcp.gen_ai', 'gen_ai.usage.total_tokens': 509 },
    62,
  ],
  [
    '@traceloop/instrumentation-vertexai',
    { 'gen_ai.provider.name': 'gcp.vertex_ai', 'gen_ai.usage.total_tokens': 509 },
    62,
  ],
  [
    '@openlit/instrumentation-google-ai',
    { 'gen_ai.provider.name': 'gcp.gemini', 'gen_ai.usage.total_tokens': 484 },
    62,
  ],
  ['@sentry/node', { 'gen_ai.system': 'google_genai' }, 87],
  ['gen_ai', { 'gen_ai.provider.name': 'gcp.gemini' }, 87],
  ['my-own-wrapper', { 'gen_ai.provider.name': 'gcp.gemini' }, 87],
])('%s on Gemini', (scope, attributes, written) => {
  it(`means 87 output tokens when it writes ${written}`, () => {
    const usage = {
      'gen_ai.operation.name': 'generate_content',
      'gen_ai.request.model': 'gemini-2.5-flash',
      'gen_ai.usage.input_tokens': 422,
      'gen_ai.usage.output_tokens': written,
      'gen_ai.usage.reasoning_tokens': 25,
    };
    expect(read({ ...usage, ...attributes }, { scope })).toMatchObject({
      inputTokens: 422,
      outputTokens: 87,
      reasoningOutputTokens: 25,
    });
  });
});

describe('traceloop', () => {
  it('until 0.22: older names, capital provider, no operation (gen_ai.system, llm.request.type)', () => {
    const attributes = {
      'gen_ai.system': 'OpenAI',
      'llm.request.type': 'chat',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.usage.prompt_tokens': 1010,
      'gen_ai.usage.completion_tokens': 51,
      'llm.usage.total_tokens': 1061,
    };
    const call = read(attributes, { scope: '@traceloop/instrumentation-openai', version: '0.14.6' });
    expect(call).toMatchObject({
      provider: 'openai',
      operation: 'chat',
      inputTokens: 1010,
      outputTokens: 51,
    });
  });

  it('Gemini without thoughts told: what the total holds beyond input and output is thoughts', () => {
    const attributes = {
      'gen_ai.operation.name': 'generate_content',
      'gen_ai.provider.name': 'gcp.gen_ai',
      'gen_ai.request.model': 'gemini-2.5-flash',
      'gen_ai.usage.input_tokens': 422,
      'gen_ai.usage.output_tokens': 62,
      'gen_ai.usage.total_tokens': 509,
    };
    const call = read(attributes, { scope: '@traceloop/instrumentation-google-generativeai' });
    expect(call).toMatchObject({ outputTokens: 87, reasoningOutputTokens: 25 });
  });

  it('Gemini with thoughts in the output already (the total says so): nothing is added', () => {
    const attributes = {
      'gen_ai.operation.name': 'generate_content',
      'gen_ai.provider.name': 'gcp.gen_ai',
      'gen_ai.request.model': 'gemini-2.5-flash',
      'gen_ai.usage.input_tokens': 422,
      'gen_ai.usage.output_tokens': 87,
      'gen_ai.usage.reasoning_tokens': 25,
      'gen_ai.usage.total_tokens': 509,
    };
    const call = read(attributes, { scope: '@traceloop/instrumentation-google-generativeai' });
    expect(call).toMatchObject({ outputTokens: 87, reasoningOutputTokens: 25 });
  });

  it('workflow and task spans are never calls', () => {
    const lab = new Lab();
    lab.span(
      { 'traceloop.span.kind': 'workflow', 'gen_ai.request.model': 'gpt-4o' },
      { scope: '@traceloop/node-server-sdk', kind: CLIENT },
    );
    expect(lab.sink.calls).toEqual([]);
  });
});

describe('Vercel AI SDK', () => {
  const call4 = {
    'ai.operationId': 'ai.generateText.doGenerate',
    'ai.model.id': 'claude-sonnet-4-5',
    'ai.model.provider': 'anthropic.messages',
    'gen_ai.system': 'anthropic.messages',
    'gen_ai.request.model': 'claude-sonnet-4-5',
    'gen_ai.response.id': 'msg_1',
  };

  it('4: raw numbers, the cache in providerMetadata only', () => {
    const attributes = {
      ...call4,
      'ai.usage.promptTokens': 9000,
      'ai.usage.completionTokens': 78,
      'gen_ai.usage.input_tokens': 9000,
      'gen_ai.usage.output_tokens': 78,
      'ai.response.providerMetadata':
        '{"anthropic":{"cacheCreationInputTokens":300,"cacheReadInputTokens":1500}}',
    };
    expect(read(attributes, { scope: 'ai', kind: 0 })).toMatchObject({
      provider: 'anthropic',
      inputTokens: 10_800,
      cacheReadInputTokens: 1500,
      cacheWriteInputTokens: 300,
      outputTokens: 78,
    });
  });

  it('4: NaN for all usage of a cut stream is unmetered, and four rejected values', () => {
    const attributes = {
      'ai.operationId': 'ai.streamText.doStream',
      'gen_ai.system': 'openai.chat',
      'ai.usage.promptTokens': NaN,
      'ai.usage.completionTokens': NaN,
      'gen_ai.usage.input_tokens': NaN,
      'gen_ai.usage.output_tokens': NaN,
    };
    const lab = new Lab();
    lab.span(attributes, { scope: 'ai' });
    expect(lab.sink.totals()).toMatchObject({ calls: 1, unmeteredCalls: 1, inputTokens: 0 });
    expect(lab.sink.counted('rejectedValues')).toBe(4);
  });

  it('5: an Anthropic stream tells the cache read and leaves it out of its input', () => {
    const attributes = {
      ...call4,
      'ai.operationId': 'ai.streamText.doStream',
      'ai.usage.inputTokens': 9000,
      'ai.usage.outputTokens': 78,
      'ai.usage.cachedInputTokens': 1500,
      'gen_ai.usage.input_tokens': 9000,
      'ai.response.providerMetadata':
        '{"anthropic":{"usage":{"cache_creation_input_tokens":300},"cacheCreationInputTokens":300}}',
    };
    expect(read(attributes, { scope: 'ai', kind: 0 })).toMatchObject({
      inputTokens: 10_800,
      cacheWriteInputTokens: 300,
    });
  });

  it('6: noCacheTokens means inclusive numbers', () => {
    const attributes = {
      ...call4,
      'ai.usage.inputTokens': 10_800,
      'ai.usage.inputTokenDetails.noCacheTokens': 9000,
      'ai.usage.inputTokenDetails.cacheReadTokens': 1500,
      'ai.usage.inputTokenDetails.cacheWriteTokens': 300,
      'ai.usage.outputTokens': 78,
      'gen_ai.usage.input_tokens': 10_800,
    };
    expect(read(attributes, { scope: 'ai', kind: 0 })).toMatchObject({
      inputTokens: 10_800,
      cacheReadInputTokens: 1500,
    });
  });

  it('6 with a provider package of 5: raw numbers', () => {
    const attributes = {
      ...call4,
      'ai.usage.inputTokens': 9000,
      'ai.usage.inputTokenDetails.cacheReadTokens': 1500,
      'ai.usage.outputTokens': 78,
    };
    expect(read(attributes, { scope: 'ai', kind: 0 })).toMatchObject({
      inputTokens: 10_500,
      cacheReadInputTokens: 1500,
    });
  });

  it.each([
    ['inclusive', 10_800],
    ['exclusive', 9000],
  ])(
    'objects carry no details: the raw block inside providerMetadata proves an input %s',
    (_title, written) => {
      for (const agent of [undefined, 'ai/5.0.277', 'ai/6.0.326']) {
        const attributes = {
          ...call4,
          'ai.operationId': 'ai.generateObject.doGenerate',
          'ai.usage.promptTokens': written,
          'ai.usage.completionTokens': 78,
          'ai.request.headers.user-agent': agent,
          'ai.response.providerMetadata':
            '{"anthropic":{"usage":{"input_tokens":9000,"cache_creation_input_tokens":300,"cache_read_input_tokens":1500}}}',
        };
        expect(read(attributes, { scope: 'ai', kind: 0 })).toMatchObject({
          inputTokens: 10_800,
          cacheReadInputTokens: 1500,
        });
      }
    },
  );

  it('6: objects without a raw block are inclusive by the user agent', () => {
    const attributes = {
      ...call4,
      'ai.operationId': 'ai.generateObject.doGenerate',
      'ai.usage.promptTokens': 10_800,
      'ai.request.headers.user-agent': 'ai/6.0.326',
      'ai.response.providerMetadata': '{"anthropic":{"cacheReadInputTokens":1500}}',
    };
    expect(read(attributes, { scope: 'ai', kind: 0 })).toMatchObject({ inputTokens: 10_800 });
  });

  it('outer spans never count, and are known by ai.operationId below any scope', () => {
    const lab = new Lab();
    lab.span(
      { 'ai.operationId': 'ai.generateText', 'ai.usage.promptTokens': 5, 'ai.usage.completionTokens': 5 },
      { scope: 'ai' },
    );
    lab.span({ 'ai.operationId': 'ai.generateText', 'ai.usage.promptTokens': 5 }, { scope: 'rewritten' });
    expect(lab.sink.calls).toEqual([]);
    expect(lab.sink.counted('wrapperSpans')).toBe(2);
    expect(lab.sink.counted('uncoveredTokens')).toBe(15);
  });

  it('ai.usage.tokens of an embedding is its input', () => {
    const attributes = {
      'ai.operationId': 'ai.embed.doEmbed',
      'ai.model.provider': 'openai.embedding',
      'ai.usage.tokens': 25,
    };
    expect(read(attributes, { scope: 'ai', kind: 0 })).toMatchObject({
      operation: 'embeddings',
      provider: 'openai',
      inputTokens: 25,
    });
  });

  it('Sentry renames its spans: name and operation do not matter', () => {
    const attributes = {
      ...call4,
      'sentry.op': 'gen_ai.generate_content',
      'gen_ai.usage.input_tokens': 5,
      'gen_ai.usage.output_tokens': 1,
    };
    expect(read(attributes, { scope: 'ai', name: 'generate_content claude', kind: 0 })).toMatchObject({
      inputTokens: 5,
    });
  });

  it('openinference-vercel on 7: the AGENT total beside its LLM span is a wrapper', () => {
    const lab = new Lab();
    const usage = {
      'gen_ai.provider.name': 'openai',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 50,
    };
    const both = { ...usage, 'llm.token_count.prompt': 1000, 'llm.token_count.completion': 50 };
    const agent = lab.start(
      { ...both, 'gen_ai.operation.name': 'invoke_agent', 'openinference.span.kind': 'AGENT' },
      { scope: 'gen_ai' },
    );
    lab.span(
      { ...both, 'gen_ai.operation.name': 'chat', 'openinference.span.kind': 'LLM' },
      { scope: 'gen_ai', parent: agent },
    );
    lab.end(agent);
    expect(lab.sink.totals()).toMatchObject({ calls: 1, inputTokens: 1000, outputTokens: 50 });
  });
});

describe('mastra', () => {
  it('one chat span per agent run sums its steps: as many calls as steps, the sum to the token', () => {
    const lab = new Lab();
    const scope = '@mastra/otel-bridge';
    const run = lab.start({ 'mastra.span.type': 'agent_run' }, { scope });
    const usage = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai.chat',
      'gen_ai.response.id': 'chatcmpl-2',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.usage.input_tokens': 2051,
      'gen_ai.usage.output_tokens': 105,
      'gen_ai.usage.cache_read.input_tokens': 1281,
      'gen_ai.usage.reasoning_tokens': 33,
    };
    const chat = lab.start(usage, { scope, parent: run, kind: CLIENT });
    for (let i = 0; i < 2; i++) lab.span({ 'mastra.span.type': 'model_step' }, { scope, parent: chat });
    lab.end(chat, run);
    expect(lab.sink.misuse).toEqual([]);
    expect(lab.sink.totals()).toMatchObject({
      calls: 2,
      inputTokens: 2051,
      cacheReadInputTokens: 1281,
      outputTokens: 105,
      reasoningOutputTokens: 33,
    });
    expect(lab.sink.counted('spansSeen')).toBe(2);
  });

  it('with the client instrumented below: the sum is a repetition', () => {
    const lab = new Lab();
    const usage = (input: number, output: number, id: string) => ({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.usage.input_tokens': input,
      'gen_ai.usage.output_tokens': output,
      'gen_ai.response.id': id,
    });
    const sum = lab.start(usage(2050, 105, 'b'), { scope: '@mastra/otel-bridge', kind: CLIENT });
    lab.span(usage(1020, 52, 'a'), {
      scope: '@opentelemetry/instrumentation-openai',
      parent: sum,
      kind: CLIENT,
    });
    lab.span(usage(1030, 53, 'b'), {
      scope: '@opentelemetry/instrumentation-openai',
      parent: sum,
      kind: CLIENT,
    });
    lab.end(sum);
    expect(lab.sink.totals()).toMatchObject({ calls: 2, inputTokens: 2050, outputTokens: 105 });
  });

  it('5m and 1h cache writes are one number', () => {
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic.messages',
      'gen_ai.usage.input_tokens': 10_800,
      'gen_ai.usage.cache_creation.5m_input_tokens': 200,
      'gen_ai.usage.cache_creation.1h_input_tokens': 100,
    };
    expect(read(attributes, { scope: '@mastra/otel-bridge' })).toMatchObject({
      inputTokens: 10_800,
      cacheWriteInputTokens: 300,
    });
  });
});

describe('google-adk', () => {
  it('call_llm has no operation; thoughts are in the response JSON only', () => {
    const attributes = {
      'gen_ai.system': 'gcp.vertex.agent',
      'gen_ai.request.model': 'gemini-2.5-flash',
      'gen_ai.usage.input_tokens': 401,
      'gen_ai.usage.output_tokens': 41,
      'gcp.vertex.agent.session_id': 's1',
      'gcp.vertex.agent.llm_response':
        '{"usageMetadata":{"promptTokenCount":401,"candidatesTokenCount":41,"thoughtsTokenCount":25,"cachedContentTokenCount":128}}',
    };
    expect(read(attributes, { scope: 'gcp.vertex.agent', kind: 0, name: 'call_llm' })).toMatchObject({
      provider: 'gcp.gemini',
      inputTokens: 401,
      cacheReadInputTokens: 128,
      outputTokens: 66,
      reasoningOutputTokens: 25,
    });
  });
});

describe('strands with OTEL_SEMCONV_STABILITY_OPT_IN', () => {
  it('new names only, gen_ai.provider.name=strands-agents: the same call', () => {
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'strands-agents',
      'gen_ai.request.model': 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'gen_ai.usage.input_tokens': 9000,
      'gen_ai.usage.output_tokens': 78,
      'gen_ai.usage.cache_read.input_tokens': 1500,
    };
    expect(read(attributes, { scope: 'strands-agents', kind: 0 })).toMatchObject({
      provider: 'aws.bedrock',
      inputTokens: 10_500,
    });
  });
});

describe('openlit', () => {
  it('server.address is a constant and tells nothing', () => {
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'server.address': 'api.openai.com',
      'gen_ai.usage.input_tokens': 5,
      'gen_ai.usage.output_tokens': 1,
      'gen_ai.tool.name': 'get_weather',
    };
    expect(read(attributes, { scope: '@openlit/instrumentation-openai' })).toMatchObject({
      provider: '(unknown)',
      inputTokens: 5,
    });
  });
});

describe('openinference', () => {
  it('on Bedrock: raw numbers, the cache only in the response JSON', () => {
    const attributes = {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'anthropic.claude-sonnet-4-5-20250929-v1:0',
      'llm.token_count.prompt': 9000,
      'llm.token_count.completion': 78,
      'output.value':
        '{"usage":{"inputTokens":9000,"outputTokens":78,"cacheReadInputTokens":1500,"cacheWriteInputTokens":300}}',
    };
    const call = read(attributes, { scope: '@arizeai/openinference-instrumentation-bedrock', kind: 0 });
    expect(call).toMatchObject({
      provider: 'aws.bedrock',
      inputTokens: 10_800,
      cacheReadInputTokens: 1500,
      cacheWriteInputTokens: 300,
    });
  });

  it('on LangChain: the provider is in the metadata JSON', () => {
    const attributes = {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-4o-mini',
      'llm.token_count.prompt': 5,
      'llm.token_count.completion': 1,
      metadata: '{"ls_provider":"openai","ls_model_name":"gpt-4o-mini"}',
    };
    const call = read(attributes, { scope: '@arizeai/openinference-instrumentation-langchain', kind: 0 });
    expect(call).toMatchObject({ provider: 'openai', model: 'gpt-4o-mini' });
  });
});

describe('genkit', () => {
  const model = (output: object) => ({
    'genkit:metadata:subtype': 'model',
    'genkit:name': 'anthropic/claude-sonnet-4-5',
    'genkit:output': JSON.stringify(output),
  });

  it('Anthropic: input without cache, which only the raw response tells', () => {
    const raw = {
      id: 'msg_1',
      usage: { input_tokens: 9000, cache_read_input_tokens: 1500, cache_creation_input_tokens: 300 },
    };
    const call = read(model({ usage: { inputTokens: 9000, outputTokens: 78 }, raw }), {
      scope: 'genkit-tracer',
      kind: 0,
    });
    expect(call).toMatchObject({
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      inputTokens: 10_800,
      cacheWriteInputTokens: 300,
    });
  });

  it('a failed call shows in genkit:state', () => {
    const call = read({ ...model({}), 'genkit:state': 'error' }, { scope: 'genkit-tracer', kind: 0 });
    expect(call).toMatchObject({ error: true, metered: false });
  });

  it.each(['{"usage":', '[]', 'null', '"text"', `{"x":"${'y'.repeat(1_000_001)}"}`, 42])(
    'broken or huge output %s is unmetered',
    (output) => {
      const call = read({ ...model({}), 'genkit:output': output }, { scope: 'genkit-tracer', kind: 0 });
      expect(call).toMatchObject({ metered: false, inputTokens: 0 });
    },
  );
});

describe('the table of dialects', () => {
  it('has one entry per name, each with its source and since when', () => {
    expect(new Set(DIALECTS.map(({ name }) => name)).size).toBe(DIALECTS.length);
    for (const { source, since, scopes } of DIALECTS) {
      expect(source).not.toBe('');
      expect(since).toMatch(/^\d+\.\d+\.\d+$/);
      expect(scopes.length).toBeGreaterThan(0);
    }
  });

  it('is reached by each of its scopes', () => {
    for (const dialect of DIALECTS) {
      for (const scope of dialect.scopes) {
        const attributes = { 'ai.operationId': 'ai.generateText.doGenerate', 'gen_ai.system': 'openai' };
        expect(dialectOf(scope.replace(/\*$/, ''), attributes).name, scope).toBe(dialect.name);
      }
    }
  });
});
