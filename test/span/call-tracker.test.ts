import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { CallTracker } from '../../src/span/call-tracker.js';
import { GenAIUsageSpanProcessor } from '../../src/span/genai-usage-span-processor.js';
import { contextOf, FakeSpan } from './support/fake-span.js';
import { agent, chat, Lab } from './support/lab.js';
import { SummingSink } from './support/summing-sink.js';

const OPENAI = '@opentelemetry/instrumentation-openai';
const LANGCHAIN = '@traceloop/instrumentation-langchain';
const OI_LANGCHAIN = '@arizeai/openinference-instrumentation-langchain';
const TOOL = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' };

function totals(lab: Lab) {
  expect(lab.sink.misuse).toEqual([]);
  const { calls, inputTokens, outputTokens } = lab.sink.totals();
  return [calls, inputTokens, outputTokens];
}

describe('wrappers', () => {
  it('an agent above a counted call is a wrapper, through spans of other libraries', () => {
    const lab = new Lab();
    const outer = lab.start(agent(30, 3));
    const http = lab.start({ 'http.request.method': 'POST' }, { parent: outer });
    lab.span(chat(10, 1), { parent: http });
    lab.span(chat(20, 2), { parent: http });
    lab.end(http, outer);
    expect(totals(lab)).toEqual([2, 30, 3]);
    expect(lab.sink.counted('wrapperSpans')).toBe(1);
    expect(lab.sink.counted('uncoveredTokens')).toBe(0);
  });

  it('a claim of more tokens than a number holds exactly is cut to what it does', () => {
    const lab = new Lab();
    const claim = { 'ai.usage.inputTokens': Number.MAX_SAFE_INTEGER, 'ai.usage.outputTokens': 1 };
    lab.span({ 'ai.operationId': 'ai.generateText', ...claim }, { scope: 'ai' });
    expect(lab.sink.misuse).toEqual([]);
    expect(lab.sink.counted('uncoveredTokens')).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('what it claims beyond what was counted below shows as uncoveredTokens', () => {
    const lab = new Lab();
    const outer = lab.start(agent(100, 10));
    lab.span(chat(10, 1), { parent: outer });
    lab.end(outer);
    expect(totals(lab)).toEqual([1, 10, 1]);
    expect(lab.sink.counted('uncoveredTokens')).toBe(99);
  });

  it('an agent with nothing counted below is counted whole, the agent above it then is a wrapper', () => {
    const lab = new Lab();
    const outer = lab.start(agent(100, 10));
    const inner = lab.start(agent(100, 10), { parent: outer });
    lab.end(inner, outer);
    expect(totals(lab)).toEqual([1, 100, 10]);
  });

  it('counted whole and reversed when a descendant is counted later (the parent ended first)', () => {
    const lab = new Lab();
    const outer = lab.start(agent(100, 10));
    const middle = lab.start({}, { parent: outer });
    const call = lab.start(chat(60, 6), { parent: middle });
    lab.end(outer);
    expect(totals(lab)).toEqual([1, 100, 10]);
    lab.end(middle, call);
    expect(totals(lab)).toEqual([1, 60, 6]);
    expect(lab.sink.counted('wrapperSpans')).toBe(1);
    expect(lab.sink.counted('uncoveredTokens')).toBe(44);
    lab.span(chat(40, 4), { parent: middle });
    expect(totals(lab)).toEqual([2, 100, 10]);
    expect(lab.sink.counted('uncoveredTokens')).toBe(0);
  });

  it('a reversed aggregate gives back what it marked above it', () => {
    const lab = new Lab();
    const top = lab.start(agent(60, 6));
    const outer = lab.start(agent(100, 10), { parent: top });
    const call = lab.start(chat(60, 6), { parent: outer });
    lab.end(outer, call, top);
    expect(totals(lab)).toEqual([1, 60, 6]);
    expect(lab.sink.counted('uncoveredTokens')).toBe(44);
  });

  it('embeddings and rerank do not cover an agent that generated', () => {
    const lab = new Lab();
    const outer = lab.start(agent(100, 10));
    lab.span({ 'gen_ai.operation.name': 'embeddings', 'gen_ai.usage.input_tokens': 8 }, { parent: outer });
    lab.end(outer);
    expect(totals(lab)).toEqual([2, 108, 10]);
  });

  it('but they cover a chain that claims no more than they are', () => {
    const lab = new Lab();
    const chain = lab.start({ 'openinference.span.kind': 'CHAIN', 'llm.token_count.prompt': 8 });
    lab.span({ 'openinference.span.kind': 'EMBEDDING', 'llm.token_count.prompt': 8 }, { parent: chain });
    lab.end(chain);
    expect(totals(lab)).toEqual([1, 8, 0]);
  });

  it('a failed attempt below covers nothing', () => {
    const lab = new Lab();
    const outer = lab.start(agent(100, 10));
    lab.span(
      { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o' },
      { parent: outer, status: 2 },
    );
    lab.end(outer);
    expect(totals(lab)).toEqual([1, 100, 10]);
    expect(lab.sink.totals().errors).toBe(1);
  });

  it('an agent without usage is nothing at all', () => {
    const lab = new Lab();
    lab.span({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'gpt-4o' });
    expect(lab.sink.calls).toEqual([]);
    expect(lab.sink.counted('spansSeen')).toBe(0);
  });

  it('a span that a sampler dropped does not hide the agent above it', () => {
    const lab = new Lab();
    const outer = lab.start(agent(10, 1), { startMillis: 0, endMillis: 900 });
    const middle = lab.start({}, { parent: outer, unrecorded: true });
    lab.span(chat(10, 1), { parent: middle, startMillis: 100, endMillis: 800 });
    lab.end(outer);
    expect(totals(lab)).toEqual([1, 10, 1]);
  });

  it('nor if the agent ended first', () => {
    const lab = new Lab();
    const outer = lab.start(agent(10, 1), { startMillis: 0, endMillis: 900 });
    const middle = lab.start({}, { parent: outer, unrecorded: true });
    const call = lab.start(chat(10, 1), { parent: middle, startMillis: 100, endMillis: 800 });
    lab.end(outer, call);
    expect(totals(lab)).toEqual([1, 10, 1]);
  });

  it('an agent of the same trace that was under way at another time is no ancestor of such a call', () => {
    const lab = new Lab();
    const root = lab.start({});
    const middle = lab.start({}, { parent: root, unrecorded: true });
    lab.span(chat(10, 1), { parent: middle, startMillis: 5000, endMillis: 5100 });
    lab.span(agent(100, 10), { parent: root, startMillis: 1000, endMillis: 2000 });
    expect(totals(lab)).toEqual([2, 110, 11]);
  });

  it('ids alone do as well: contexts without the parent span', () => {
    const sink = new SummingSink();
    const processor = new GenAIUsageSpanProcessor(sink);
    const ids = { traceId: 'a'.repeat(32) };
    const outer = new FakeSpan({ ...ids, spanId: '1'.repeat(16), attributes: agent(10, 1) });
    const middle = new FakeSpan({ ...ids, spanId: '2'.repeat(16), parentSpanId: '1'.repeat(16) });
    const call = new FakeSpan({
      ...ids,
      spanId: '3'.repeat(16),
      parentSpanId: '2'.repeat(16),
      attributes: chat(10, 1),
    });
    for (const span of [outer, middle, call]) processor.onStart(span, ROOT_CONTEXT);
    for (const span of [call, middle, outer]) processor.onEnd(span);
    expect(sink.totals()).toMatchObject({ calls: 1, inputTokens: 10 });
  });

  it('a parent in another process is no local ancestor', () => {
    const sink = new SummingSink();
    const processor = new GenAIUsageSpanProcessor(sink);
    const remote = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags: 1,
      isRemote: true,
    });
    const call = new FakeSpan({
      traceId: 'a'.repeat(32),
      spanId: 'c'.repeat(16),
      parentSpanId: 'b'.repeat(16),
      attributes: chat(10, 1),
    });
    processor.onStart(call, remote);
    processor.onEnd(call);
    expect(sink.totals()).toMatchObject({ calls: 1 });
  });
});

describe('a call inside a call', () => {
  const id = (value: string) => ({ 'gen_ai.response.id': value });

  it.each([
    [
      'one: the response id is shared, whatever the numbers',
      chat(30, 3, id('a')),
      chat(10, 1, id('a')),
      [1, 10, 1],
    ],
    [
      'two: the ids differ, though the numbers are equal',
      chat(10, 1, id('a')),
      chat(10, 1, id('b')),
      [2, 20, 2],
    ],
    ['one: the numbers are equal', chat(10, 1), chat(10, 1), [1, 10, 1]],
    ['two: the numbers differ (a guardrail)', chat(30, 3), chat(10, 1), [2, 40, 4]],
    ['one: the outer one has no usage', { 'gen_ai.operation.name': 'chat' }, chat(10, 1), [1, 10, 1]],
    [
      'one: the inner one has no usage, the outer tells',
      chat(30, 3),
      { 'gen_ai.operation.name': 'chat' },
      [1, 30, 3],
    ],
    [
      'two: an embedding for a chat',
      chat(30, 3),
      { ...chat(10, 0), 'gen_ai.operation.name': 'embeddings' },
      [2, 40, 3],
    ],
  ])('%s', (_title, outerUsage, innerUsage, expected) => {
    for (const parentFirst of [false, true]) {
      const lab = new Lab();
      const outer = lab.start(outerUsage, { scope: 'framework' });
      const inner = lab.start(innerUsage, { parent: lab.start({}, { parent: outer }), scope: 'client' });
      lab.end(...(parentFirst ? [outer, inner] : [inner, outer]));
      expect(totals(lab), parentFirst ? 'parent first' : 'child first').toEqual(expected);
    }
  });

  it('two if a tool lies between, though the numbers are equal: open, ended before, ended after', () => {
    for (const order of [
      'inner,tool,outer',
      'inner,outer,tool',
      'outer,inner,tool',
      'outer,tool,inner',
      'tool,inner,outer',
    ]) {
      const lab = new Lab();
      const outer = lab.start(chat(10, 1));
      const tool = lab.start(TOOL, { parent: outer });
      const inner = lab.start(chat(10, 1), { parent: tool });
      const spans = { outer, tool, inner };
      lab.end(...order.split(',').map((name) => spans[name as keyof typeof spans]));
      expect(totals(lab), order).toEqual([2, 20, 2]);
    }
  });

  it('the outer one is the sum of the inner ones', () => {
    const lab = new Lab();
    const outer = lab.start(chat(30, 3));
    lab.span(chat(10, 1), { parent: outer });
    lab.span(chat(20, 2), { parent: outer });
    lab.end(outer);
    expect(totals(lab)).toEqual([2, 30, 3]);
  });

  it('three levels of one call are one', () => {
    const lab = new Lab();
    const a = lab.start(chat(10, 1), { scope: 'a' });
    const b = lab.start(chat(10, 1), { scope: 'b', parent: a });
    const c = lab.start(chat(10, 1), { scope: 'c', parent: b });
    lab.end(c, b, a);
    expect(totals(lab)).toEqual([1, 10, 1]);
    expect(lab.sink.counted('wrapperSpans')).toBe(2);
  });

  it('retries inside one outer call: failures are errors, the success is the call', () => {
    const lab = new Lab();
    const outer = lab.start(chat(10, 1));
    lab.span({ 'gen_ai.operation.name': 'chat' }, { parent: outer, status: 2 });
    lab.span(chat(10, 1), { parent: outer });
    lab.end(outer);
    expect(totals(lab)).toEqual([1, 10, 1]);
    expect(lab.sink.totals().errors).toBe(1);
  });
});

describe('twins', () => {
  const bare = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
  };

  it.each([
    ['the client ends first', 'client,framework'],
    ['the framework ends first', 'framework,client'],
  ])('LangChain beside OpenAI, in another trace: %s', (_title, order) => {
    const lab = new Lab();
    const framework = lab.start(chat(10, 1), { scope: LANGCHAIN, startMillis: 10, endMillis: 900 });
    const client = lab.start(chat(10, 1), { scope: OPENAI, startMillis: 11, endMillis: 899 });
    const spans = { framework, client };
    lab.end(...order.split(',').map((name) => spans[name as keyof typeof spans]));
    expect(totals(lab)).toEqual([1, 10, 1]);
    expect(lab.sink.counted('twinSpans')).toBe(1);
  });

  it('two frameworks and a client are one call', () => {
    const lab = new Lab();
    const spans = [LANGCHAIN, OI_LANGCHAIN, OPENAI].map((scope) =>
      lab.start(
        scope === OI_LANGCHAIN
          ? {
              'openinference.span.kind': 'LLM',
              'llm.model_name': 'gpt-4o-mini',
              'llm.token_count.prompt': 10,
              'llm.token_count.completion': 1,
            }
          : chat(10, 1),
        { scope, startMillis: 10, endMillis: 900 },
      ),
    );
    lab.end(...spans);
    expect(totals(lab)).toEqual([1, 10, 1]);
  });

  it('parallel identical prompts count each: 300 calls, 600 spans, all clients end before all frameworks', () => {
    const lab = new Lab();
    const at = { startMillis: 10, endMillis: 900 };
    const frameworks = Array.from({ length: 300 }, () => lab.start(chat(10, 1), { scope: LANGCHAIN, ...at }));
    const clients = Array.from({ length: 300 }, () => lab.start(chat(10, 1), { scope: OPENAI, ...at }));
    lab.end(...clients, ...frameworks);
    expect(totals(lab)).toEqual([300, 3000, 300]);
    expect(lab.sink.counted('twinSpans')).toBe(300);
  });

  it('two clients without a framework are two calls', () => {
    const lab = new Lab();
    lab.span(chat(10, 1), { scope: OPENAI });
    lab.span(chat(10, 1), { scope: '@openlit/instrumentation-openai' });
    expect(totals(lab)).toEqual([2, 20, 2]);
  });

  it.each([
    ['the numbers differ', chat(10, 1), chat(10, 2), {}],
    ['the model differs', chat(10, 1), chat(10, 1, { 'gen_ai.request.model': 'o3' }), {}],
    [
      'the provider differs',
      chat(10, 1, { 'gen_ai.provider.name': 'anthropic' }),
      chat(10, 1, { 'gen_ai.provider.name': 'cohere' }),
      {},
    ],
    ['they did not overlap', chat(10, 1), chat(10, 1), { startMillis: 5000, endMillis: 6000 }],
    [
      'the response ids differ',
      chat(10, 1, { 'gen_ai.response.id': 'a' }),
      chat(10, 1, { 'gen_ai.response.id': 'b' }),
      {},
    ],
    ['one is an embedding', chat(10, 0), { ...chat(10, 0), 'gen_ai.operation.name': 'embeddings' }, {}],
  ])('no twins: %s', (_title, client, framework, times) => {
    const lab = new Lab();
    lab.span(client, { scope: OPENAI, startMillis: 10, endMillis: 900 });
    lab.span(framework, { scope: LANGCHAIN, startMillis: 10, endMillis: 900, ...times });
    expect(lab.sink.totals().calls).toBe(2);
  });

  it('a stream whose usage only one of them has, and one whose usage none has', () => {
    for (const [client, framework, expected] of [
      [bare, chat(10, 1), [1, 10, 1]],
      [chat(10, 1), bare, [1, 10, 1]],
      [bare, bare, [1, 0, 0]],
    ] as const) {
      for (const order of [0, 1]) {
        const lab = new Lab();
        const spans = [
          lab.start(client, { scope: OPENAI, startMillis: 10, endMillis: 900 }),
          lab.start(framework, { scope: LANGCHAIN, startMillis: 9, endMillis: 901 }),
        ];
        lab.end(...(order === 0 ? spans : spans.toReversed()));
        expect(totals(lab)).toEqual(expected);
      }
    }
  });

  it('a pair made for want of usage gives way to equal numbers', () => {
    const lab = new Lab();
    const at = { startMillis: 10, endMillis: 900 };
    lab.span(bare, { scope: OPENAI, ...at });
    lab.span(chat(10, 1), { scope: LANGCHAIN, ...at });
    expect(totals(lab)).toEqual([1, 10, 1]);
    lab.span(chat(10, 1), { scope: OPENAI, ...at });
    expect(totals(lab)).toEqual([2, 10, 1]);
    lab.span(chat(30, 3), { scope: LANGCHAIN, ...at });
    expect(totals(lab)).toEqual([2, 40, 4]);
    expect(lab.sink.counted('twinSpans')).toBe(2);
  });

  it('one failed request seen by both is one error', () => {
    const lab = new Lab();
    lab.span(bare, { scope: OPENAI, status: 2 });
    lab.span(bare, { scope: LANGCHAIN, status: 2 });
    expect(lab.sink.totals()).toMatchObject({ calls: 0, errors: 1 });
  });

  it('the richer details win: names from the client, the cache and the provider from whoever knows', () => {
    const lab = new Lab();
    lab.span(
      chat(10, 1, { 'gen_ai.response.model': 'deepseek-chat-v3', 'gen_ai.request.model': 'deepseek-chat' }),
      { scope: OPENAI },
    );
    lab.span(
      chat(10, 1, {
        'gen_ai.provider.name': 'deepseek',
        'gen_ai.request.model': 'deepseek-chat',
        'gen_ai.response.model': 'deepseek-chat',
        'gen_ai.usage.cache_read.input_tokens': 6,
      }),
      { scope: LANGCHAIN },
    );
    expect(lab.sink.calls).toHaveLength(1);
    expect(lab.sink.calls[0]).toMatchObject({
      provider: 'deepseek',
      model: 'deepseek-chat-v3',
      cacheReadInputTokens: 6,
      inputTokens: 10,
    });
  });

  it('an input without cache on one side and with it on the other is the same number', () => {
    const lab = new Lab();
    const claude = { 'gen_ai.provider.name': 'anthropic', 'gen_ai.request.model': 'claude-sonnet-4-5' };
    const cache = { 'gen_ai.usage.cache_read.input_tokens': 1500 };
    lab.span(chat(9000, 7, { ...claude, ...cache }), { scope: '@traceloop/instrumentation-anthropic' });
    lab.span(chat(9000, 7, claude), { scope: LANGCHAIN });
    expect(totals(lab)).toEqual([1, 10_500, 7]);
  });

  it('under one agent are credited to it once', () => {
    const lab = new Lab();
    const outer = lab.start(agent(20, 2));
    lab.span(chat(10, 1), { scope: OPENAI, parent: outer });
    lab.span(chat(10, 1), { scope: LANGCHAIN, parent: outer });
    lab.end(outer);
    expect(totals(lab)).toEqual([1, 10, 1]);
    expect(lab.sink.counted('uncoveredTokens')).toBe(11);
  });

  it('marks the chain above the framework span, though the client span was counted', () => {
    const lab = new Lab();
    const chain = lab.start({
      'openinference.span.kind': 'CHAIN',
      'llm.token_count.prompt': 10,
      'llm.token_count.completion': 1,
    });
    lab.span(chat(10, 1), { scope: OPENAI, startMillis: 10, endMillis: 900 });
    lab.span(chat(10, 1), { scope: LANGCHAIN, startMillis: 10, endMillis: 900, parent: chain });
    lab.end(chain);
    expect(totals(lab)).toEqual([1, 10, 1]);
  });
});

describe('repeated responses', () => {
  const told = (scope: string, more: object = {}) =>
    [chat(10, 1, { 'gen_ai.response.id': 'r1', ...more }), { scope }] as const;

  it('the same id, provider and tokens from two scopes is one call', () => {
    const lab = new Lab();
    lab.span(...told('one'));
    lab.span(...told('two'));
    expect(totals(lab)).toEqual([1, 10, 1]);
    expect(lab.sink.counted('repeatedResponses')).toBe(1);
  });

  it('from one scope it is another call: some servers hand out few ids', () => {
    const lab = new Lab();
    for (let i = 0; i < 5; i++) lab.span(...told('one'));
    for (let i = 0; i < 5; i++) lab.span(...told('two'));
    expect(totals(lab)).toEqual([5, 50, 5]);
    for (let i = 0; i < 3; i++) lab.span(...told('one'));
    expect(totals(lab)).toEqual([8, 80, 8]);
  });

  it('with other tokens or another provider it is another call', () => {
    const lab = new Lab();
    lab.span(...told('one'));
    lab.span(...told('two', { 'gen_ai.usage.input_tokens': 11 }));
    lab.span(...told('three', { 'gen_ai.provider.name': 'anthropic', 'gen_ai.usage.output_tokens': 2 }));
    expect(lab.sink.totals().calls).toBe(3);
  });

  it('is found among the calls counted while only one scope was there', () => {
    const lab = new Lab();
    for (let i = 0; i < 100; i++) lab.span(chat(10, 1, { 'gen_ai.response.id': `r${i}` }), { scope: 'one' });
    for (let i = 0; i < 100; i++) lab.span(chat(10, 1, { 'gen_ai.response.id': `r${i}` }), { scope: 'two' });
    expect(totals(lab)).toEqual([100, 1000, 100]);
  });
});

describe('one span, whichever way it comes', () => {
  it('two processors and two exporters on one ledger', () => {
    const ledger = {};
    const sinks = [new SummingSink([], ledger), new SummingSink([], ledger)];
    const processors = sinks.map((sink) => new GenAIUsageSpanProcessor(sink));
    const trackers = sinks.map((sink) => CallTracker.of(sink));
    const span = new FakeSpan({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), attributes: chat(10, 1) });
    const copy = new FakeSpan({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), attributes: chat(10, 1) });
    for (const processor of processors) processor.onStart(span, ROOT_CONTEXT);
    for (const processor of processors) processor.onEnd(span);
    for (const tracker of trackers) tracker.onExport(span);
    for (const tracker of trackers) tracker.onExport(copy);
    expect(sinks.flatMap((sink) => sink.calls)).toHaveLength(1);
  });

  it('two ledgers count it each', () => {
    const sinks = [new SummingSink(), new SummingSink()];
    const processors = sinks.map((sink) => new GenAIUsageSpanProcessor(sink));
    const outer = new FakeSpan({ traceId: 'a'.repeat(32), spanId: 'a'.repeat(16), attributes: agent(10, 1) });
    const call = new FakeSpan({
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      parentSpanId: 'a'.repeat(16),
      attributes: chat(10, 1),
    });
    for (const processor of processors) processor.onStart(outer, ROOT_CONTEXT);
    for (const processor of processors) processor.onStart(call, contextOf(outer));
    for (const span of [call, outer]) for (const processor of processors) processor.onEnd(span);
    for (const sink of sinks) expect(sink.totals()).toMatchObject({ calls: 1, inputTokens: 10 });
  });

  it('a frozen span is known by its ids, and counts once', () => {
    const sink = new SummingSink();
    const processor = new GenAIUsageSpanProcessor(sink);
    const span = Object.freeze(
      new FakeSpan({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), attributes: chat(10, 1) }),
    );
    processor.onStart(span, ROOT_CONTEXT);
    processor.onEnd(span);
    processor.onEnd(span);
    expect(sink.totals()).toMatchObject({ calls: 1 });
    expect(sink.counted('rejectedValues')).toBe(0);
  });

  it('spans with one span id in two traces are two', () => {
    const sink = new SummingSink();
    const tracker = CallTracker.of(sink);
    for (const traceId of ['a'.repeat(32), 'b'.repeat(32)]) {
      tracker.onExport(new FakeSpan({ traceId, spanId: 'c'.repeat(16), attributes: chat(10, 1) }));
    }
    expect(sink.totals()).toMatchObject({ calls: 2 });
  });
});

describe('the exporter-only way', () => {
  const ids = (spanId: number, parent?: number) => ({
    traceId: 'a'.repeat(32),
    spanId: spanId.toString(16).padStart(16, '0'),
    parentSpanId: parent?.toString(16).padStart(16, '0'),
  });

  it.each([
    ['children first', [3, 2, 1]],
    ['parent first', [1, 2, 3]],
    ['middle last', [3, 1, 2]],
    ['middle first', [2, 1, 3]],
  ])('marks climb by parent id: %s', (_title, order) => {
    const sink = new SummingSink();
    const tracker = CallTracker.of(sink);
    const spans = new Map([
      [1, new FakeSpan({ ...ids(1), attributes: agent(10, 1) })],
      [2, new FakeSpan(ids(2, 1))],
      [3, new FakeSpan({ ...ids(3, 2), attributes: chat(10, 1) })],
    ]);
    for (const id of order) tracker.onExport(spans.get(id) as FakeSpan);
    expect(sink.misuse).toEqual([]);
    expect(sink.totals()).toMatchObject({ calls: 1, inputTokens: 10 });
    expect(sink.counted('wrapperSpans')).toBe(1);
  });

  it('an aggregate older than the newest forgotten mark goes to the audit, a newer one is counted', () => {
    const sink = new SummingSink();
    const tracker = CallTracker.of(sink);
    tracker.onExport(new FakeSpan({ ...ids(3, 2), attributes: chat(10, 1), startTime: [1_795_321_600, 0] }));
    for (let i = 100; i < 40_100; i++)
      tracker.onExport(new FakeSpan({ ...ids(i), startTime: [1_795_321_600, 0] }));
    tracker.onExport(new FakeSpan({ ...ids(1), attributes: agent(10, 1), startTime: [1_795_321_599, 0] }));
    expect(sink.totals()).toMatchObject({ calls: 1, inputTokens: 10 });
    expect(sink.counted('wrapperSpans')).toBe(1);
    expect(sink.counted('uncoveredTokens')).toBe(11);
    tracker.onExport(new FakeSpan({ ...ids(5), attributes: agent(50, 5), startTime: [1_795_321_700, 0] }));
    expect(sink.totals()).toMatchObject({ calls: 2, inputTokens: 60 });
  });
});

describe('what else the audit tells', () => {
  it('spans that lost attributes are incomplete, and warned about once', () => {
    const lab = new Lab();
    for (let i = 0; i < 3; i++) {
      lab.span(
        { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o' },
        { droppedAttributesCount: 2 },
      );
    }
    lab.span({}, { droppedAttributesCount: 2 });
    expect(lab.sink.counted('incompleteSpans')).toBe(3);
    expect(lab.sink.totals()).toMatchObject({ calls: 3, unmeteredCalls: 3 });
  });

  it('times that cannot be become now, and are counted', () => {
    const sink = new SummingSink();
    const tracker = CallTracker.of(sink);
    for (const [i, seconds] of [0, 946_684_799, 4_102_444_800, NaN, Infinity].entries()) {
      const endTime = [seconds, 0] as const;
      tracker.onExport(
        new FakeSpan({
          traceId: 'a'.repeat(32),
          spanId: `${i}`.repeat(16),
          attributes: chat(i + 1, 1),
          endTime,
        }),
      );
    }
    expect(sink.counted('clampedTimes')).toBe(5);
    for (const call of sink.calls) expect(Math.abs(call.endTimeUnixMillis - Date.now())).toBeLessThan(60_000);
  });

  it('an error with usage is billed and failed', () => {
    const lab = new Lab();
    lab.span(chat(10, 1), { status: 2 });
    expect(lab.sink.totals()).toMatchObject({ calls: 1, errors: 1, inputTokens: 10 });
  });

  it('an unsampled span counts: nothing is asked of trace flags', () => {
    const lab = new Lab();
    lab.span(chat(10, 1));
    expect(lab.sink.totals().calls).toBe(1);
  });
});
