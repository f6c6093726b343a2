import { describe, expect, it } from 'vitest';
import { Lab } from './support/lab.js';
import type { SummingSink } from './support/summing-sink.js';

const CLIENT = 2;

/** What one span of an unknown scope is counted as. */
function count(attributes: Record<string, unknown>, kind = CLIENT): SummingSink {
  const lab = new Lab();
  lab.span(attributes, { kind });
  expect(lab.sink.misuse).toEqual([]);
  return lab.sink;
}

function only(sink: SummingSink) {
  expect(sink.calls).toHaveLength(1);
  return sink.calls[0];
}

describe('OTel GenAI semantic conventions', () => {
  it('v1.26 and older: gen_ai.usage.prompt_tokens, completion_tokens, gen_ai.system', () => {
    const sink = count({
      'gen_ai.system': 'openai',
      'gen_ai.request.model': 'gpt-4',
      'gen_ai.usage.prompt_tokens': 100,
      'gen_ai.usage.completion_tokens': 7,
    });
    expect(only(sink)).toMatchObject({
      provider: 'openai',
      model: 'gpt-4',
      operation: 'chat',
      inputTokens: 100,
      outputTokens: 7,
    });
  });

  it('v1.27 to v1.36: gen_ai.usage.input_tokens, output_tokens, gen_ai.system', () => {
    const sink = count({
      'gen_ai.operation.name': 'text_completion',
      'gen_ai.system': 'az.ai.openai',
      'gen_ai.request.model': 'gpt-4',
      'gen_ai.response.model': 'gpt-4-0613',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 7,
    });
    expect(only(sink)).toMatchObject({
      provider: 'azure.ai.openai',
      model: 'gpt-4-0613',
      operation: 'text_completion',
    });
  });

  it('v1.37: gen_ai.provider.name replaces gen_ai.system, and wins beside it', () => {
    const sink = count({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'aws.bedrock',
      'gen_ai.system': 'anthropic',
      'gen_ai.usage.input_tokens': 3,
    });
    expect(only(sink)).toMatchObject({
      provider: 'aws.bedrock',
      inputTokens: 3,
      outputTokens: 0,
      metered: true,
    });
  });

  it('v1.40: cache_read and cache_creation are parts of gen_ai.usage.input_tokens', () => {
    const sink = count({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.usage.input_tokens': 2000,
      'gen_ai.usage.output_tokens': 5,
      'gen_ai.usage.cache_read.input_tokens': 1500,
      'gen_ai.usage.cache_creation.input_tokens': 300,
    });
    expect(only(sink)).toMatchObject({
      inputTokens: 2000,
      cacheReadInputTokens: 1500,
      cacheWriteInputTokens: 300,
    });
  });

  it('v1.41: gen_ai.usage.reasoning.output_tokens is a part of gen_ai.usage.output_tokens', () => {
    const sink = count({
      'gen_ai.operation.name': 'generate_content',
      'gen_ai.provider.name': 'gcp.gemini',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 87,
      'gen_ai.usage.reasoning.output_tokens': 25,
    });
    expect(only(sink)).toMatchObject({ outputTokens: 87, reasoningOutputTokens: 25 });
  });

  it('semantic-conventions-genai, PR 440: cache_write is the name of cache_creation now, and never adds to it', () => {
    const sink = count({
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': 2000,
      'gen_ai.usage.output_tokens': 5,
      'gen_ai.usage.cache_write.input_tokens': 300,
      'gen_ai.usage.cache_creation.input_tokens': 300,
    });
    expect(only(sink)).toMatchObject({ inputTokens: 2000, cacheWriteInputTokens: 300 });
  });

  it.each([
    [
      'gen_ai.usage.cache_read_input_tokens',
      'gen_ai.usage.cache_creation_input_tokens',
      'gen_ai.usage.reasoning_tokens',
    ],
    [
      'gen_ai.usage.cache_read_input_tokens',
      'gen_ai.usage.cache_write_input_tokens',
      'gen_ai.usage.output_tokens.reasoning',
    ],
    [
      'gen_ai.usage.input_tokens.cached',
      'gen_ai.usage.input_tokens.cache_write',
      'gen_ai.usage.reasoning_tokens',
    ],
    [
      'gen_ai.usage.prompt_tokens_details.cache_read',
      'gen_ai.usage.prompt_tokens_details.cache_write',
      'gen_ai.usage.completion_tokens_details.reasoning',
    ],
  ])('drafts before the spec: %s, %s, %s', (read, write, reasoning) => {
    const sink = count({
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 50,
      [read]: 600,
      [write]: 100,
      [reasoning]: 20,
    });
    expect(only(sink)).toMatchObject({
      inputTokens: 1000,
      cacheReadInputTokens: 600,
      cacheWriteInputTokens: 100,
      outputTokens: 50,
      reasoningOutputTokens: 20,
    });
  });

  it('semantic-conventions-genai, detail attributes are subsets: text 100 (40 cached) + image 200 beside input 300', () => {
    const sink = count({
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': 300,
      'gen_ai.usage.text.input_tokens': 100,
      'gen_ai.usage.image.input_tokens': 200,
      'gen_ai.usage.text.cache_read.input_tokens': 40,
      'gen_ai.usage.output_tokens': 9,
      'gen_ai.usage.audio.output_tokens': 4,
    });
    expect(only(sink)).toMatchObject({
      inputTokens: 300,
      cacheReadInputTokens: 40,
      outputTokens: 9,
      audioOutputTokens: 4,
    });
  });

  it('semantic-conventions-genai, "by summing different token types": modalities without a total', () => {
    const sink = count({
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.text.input_tokens': 100,
      'gen_ai.usage.image.input_tokens': 200,
      'gen_ai.usage.audio.input_tokens': 30,
      'gen_ai.usage.text.output_tokens': 8,
      'gen_ai.usage.audio.output_tokens': 4,
    });
    expect(only(sink)).toMatchObject({
      inputTokens: 330,
      audioInputTokens: 30,
      outputTokens: 12,
      audioOutputTokens: 4,
    });
  });

  it('fetch_response "SHOULD NOT report token usage": never counts, even if it does', () => {
    const sink = count({
      'gen_ai.operation.name': 'fetch_response',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-5',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 5,
    });
    expect(sink.calls).toEqual([]);
    expect(sink.counted('spansSeen')).toBe(0);
  });

  it('realtime_inference: one span per generation inside a session, each a call', () => {
    const lab = new Lab();
    const session = lab.start({}, { name: 'session' });
    for (const output of [5, 6]) {
      lab.span(
        {
          'gen_ai.operation.name': 'realtime_inference',
          'gen_ai.provider.name': 'openai',
          'gen_ai.usage.input_tokens': 100,
          'gen_ai.usage.output_tokens': output,
        },
        { parent: session, kind: CLIENT },
      );
    }
    lab.end(session);
    expect(lab.sink.totals()).toMatchObject({ calls: 2, inputTokens: 200, outputTokens: 11 });
  });

  it('input_tokens is what was billed (Cohere billed_units): a consumed count of another family never replaces it', () => {
    const sink = count({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'cohere',
      'gen_ai.usage.input_tokens': 54,
      'gen_ai.usage.output_tokens': 44,
      'llm.token_count.prompt': 470,
      'llm.token_count.completion': 44,
    });
    expect(only(sink)).toMatchObject({ inputTokens: 54, outputTokens: 44 });
  });

  it('unknown scope: cache beyond the input forces it exclusive, cache within it does not', () => {
    const usage = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.usage.output_tokens': 5,
    };
    const beyond = count({
      ...usage,
      'gen_ai.usage.input_tokens': 36,
      'gen_ai.usage.cache_read.input_tokens': 1500,
    });
    const within = count({
      ...usage,
      'gen_ai.usage.input_tokens': 9000,
      'gen_ai.usage.cache_read.input_tokens': 1500,
    });
    expect(only(beyond)?.inputTokens).toBe(1536);
    expect(only(within)?.inputTokens).toBe(9000);
  });

  it('takes the first valid value of the families, per field', () => {
    const sink = count({
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': NaN,
      'gen_ai.usage.prompt_tokens': 11,
      'llm.token_count.prompt': 12,
      'gen_ai.usage.output_tokens': -4,
      'llm.token_count.completion': 3,
    });
    expect(only(sink)).toMatchObject({ inputTokens: 11, outputTokens: 3 });
    expect(sink.counted('rejectedValues')).toBe(2);
  });

  it('a client span that names a model but tells no usage is unmetered, an internal one is nothing', () => {
    const attributes = { 'gen_ai.request.model': 'gpt-4o', 'gen_ai.provider.name': 'openai' };
    expect(count(attributes).totals()).toMatchObject({ calls: 1, unmeteredCalls: 1 });
    expect(count(attributes, 0).calls).toEqual([]);
  });

  it('a reported cost of 0 is no price, another one is', () => {
    const usage = { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 1 };
    expect(only(count({ ...usage, 'gen_ai.usage.cost': 0 }))?.reportedCostUsd).toBeUndefined();
    expect(only(count({ ...usage, 'gen_ai.usage.cost': 0.0125 }))?.reportedCostUsd).toBe(0.0125);
    expect(only(count({ ...usage, 'llm.cost.total': 0.5 }))?.reportedCostUsd).toBe(0.5);
    expect(only(count({ ...usage, 'gen_ai.usage.cost': NaN }))?.reportedCostUsd).toBeUndefined();
  });

  it('reads every name that the installed conventions package has', async () => {
    const conventions: Record<string, unknown> =
      await import('@opentelemetry/semantic-conventions/incubating');
    const { SEMCONV } = await import('../../src/span/dialects/usage-families.js');
    const ours = new Set<string | symbol>();
    const attributes = new Proxy({}, { get: (_, key) => void ours.add(key) });
    SEMCONV.numbers(attributes);
    SEMCONV.total(attributes);
    const theirs = Object.entries(conventions)
      .filter(([key, value]) => key.startsWith('ATTR_') && String(value).startsWith('gen_ai.usage.'))
      .map(([, value]) => String(value));
    expect(theirs.length).toBeGreaterThanOrEqual(7);
    for (const name of theirs) expect(ours, name).toContain(name);
  });
});

describe('provider and model names', () => {
  const usage = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.usage.input_tokens': 1,
    'gen_ai.usage.output_tokens': 1,
  };

  it.each([
    [
      {
        'gen_ai.provider.name': 'langchain',
        'gen_ai.request.model': 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      },
      'aws.bedrock',
    ],
    [
      { 'gen_ai.system': 'strands-agents', 'gen_ai.request.model': 'global.amazon.nova-2-lite-v1:0' },
      'aws.bedrock',
    ],
    [{ 'gen_ai.system': 'strands-agents', 'gen_ai.request.model': 'gpt-4o-mini' }, '(unknown)'],
    [{ 'gen_ai.system': 'langchain', 'server.address': 'api.mistral.ai' }, 'mistral_ai'],
    [{ 'server.address': 'my-org.openai.azure.com' }, 'azure.ai.openai'],
    [{ 'server.address': 'bedrock-runtime.eu-west-1.amazonaws.com' }, 'aws.bedrock'],
    [{ 'server.address': '127.0.0.1' }, '(unknown)'],
    [{ 'gen_ai.provider.name': 'langchain', 'gen_ai.system': 'anthropic' }, 'anthropic'],
  ])('%j went to %s', (attributes, provider) => {
    expect(only(count({ ...usage, ...attributes }))?.provider).toBe(provider);
  });

  it('cuts the path that Google puts before a model, and nothing else', () => {
    expect(only(count({ ...usage, 'gen_ai.request.model': 'models/gemini-2.5-flash' }))?.model).toBe(
      'gemini-2.5-flash',
    );
    expect(
      only(count({ ...usage, 'gen_ai.request.model': 'publishers/google/models/gemini-2.5-pro' }))?.model,
    ).toBe('gemini-2.5-pro');
    expect(only(count({ ...usage, 'gen_ai.request.model': 'openai/gpt-4o' }))?.model).toBe('openai/gpt-4o');
    expect(only(count({ ...usage, 'gen_ai.request.model': '__proto__' }))?.model).toBe('__proto__');
  });
});
