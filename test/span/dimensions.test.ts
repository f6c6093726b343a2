import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { GenAIUsageSpanProcessor } from '../../src/span/genai-usage-span-processor.js';
import { resolveDimensions, type DimensionOption } from '../../src/span/resolve-dimensions.js';
import { chat, Lab } from './support/lab.js';
import { SummingSink } from './support/summing-sink.js';

function lab(...option: readonly DimensionOption[]): Lab {
  return new Lab(resolveDimensions(option));
}

function labels(of: Lab) {
  expect(of.sink.calls).toHaveLength(1);
  return { ...of.sink.calls[0]?.dimensions };
}

describe('resolveDimensions', () => {
  it('knows agent, user, session, tenant, environment, version and tier, and takes any other key as it is', () => {
    const names = ['agent', 'user', 'session', 'tenant', 'environment', 'version', 'tier'];
    const sources = resolveDimensions([...names, 'app.feature']);
    expect(sources.map(({ name }) => name)).toEqual([...names, 'app.feature']);
    expect(sources[0]?.attributes[0]).toBe('gen_ai.agent.name');
    expect(sources.at(-1)).toEqual({ name: 'app.feature', attributes: ['app.feature'], hash: false });
    for (const { attributes } of sources) expect(attributes.length).toBeGreaterThan(0);
  });

  it('defaults to the agent', () => {
    expect(resolveDimensions().map(({ name }) => name)).toEqual(['agent']);
  });

  it('takes own keys and hashing', () => {
    expect(resolveDimensions([{ name: 'who', attributes: ['app.user', 'user.id'], hash: true }])).toEqual([
      { name: 'who', attributes: ['app.user', 'user.id'], hash: true },
    ]);
    expect(resolveDimensions([{ name: 'user', hash: true }])[0]).toMatchObject({ name: 'user', hash: true });
  });

  it.each([
    ['user', /must be an array/],
    [[5], /dimensions\[0\] must be a string or an object with a name/],
    [[{ attributes: ['x'] }], /dimensions\[0\] must be/],
    [[''], /1 to 256 characters/],
    [[{ name: 'x', attributes: [] }], /attributes must be a list/],
    [[{ name: 'x', attributes: [5] }], /attributes\[0\] must be a string/],
    [[{ name: 'x', hash: 'yes' }], /hash must be true or false, got 'yes'/],
    [
      [{ name: 'x', hashed: true }],
      /dimensions\[0\] must have no fields but name, attributes, hash, got 'hashed'/,
    ],
    [['user', { name: 'user' }], /is there twice/],
    [[null], /dimensions\[0\] must be/],
  ])('refuses %j by name and rule', (option, message) => {
    expect(() => resolveDimensions(option as DimensionOption[])).toThrow(message);
  });
});

describe('a dimension is looked up', () => {
  it('on the span, before its ancestors', () => {
    const of = lab('agent');
    const parent = of.start({ 'gen_ai.agent.name': 'outer' });
    of.span(chat(1, 1, { 'gen_ai.agent.name': 'own' }), { parent });
    expect(labels(of)).toEqual({ agent: 'own' });
  });

  it('then on local ancestors, nearest first, through spans without it', () => {
    const of = lab('agent', 'user', 'session');
    const http = of.start({ 'user.id': 'u1', 'session.id': 's1' });
    const outer = of.start({ 'gen_ai.agent.name': 'outer', 'session.id': 's2' }, { parent: http });
    const inner = of.start({ 'gen_ai.agent.name': 'inner' }, { parent: outer });
    of.span(chat(1, 1), { parent: of.start({}, { parent: inner }) });
    expect(labels(of)).toEqual({ agent: 'inner', user: 'u1', session: 's2' });
  });

  it('also where the ancestor sets it late, after the call started', () => {
    const of = lab('user');
    const http = of.start({});
    const call = of.start(chat(1, 1), { parent: http });
    http.attributes['user.id'] = 'late';
    of.end(call);
    expect(labels(of)).toEqual({ user: 'late' });
  });

  it('and where the ancestor ended first, before or after the call started', () => {
    const of = lab('user', 'agent');
    const http = of.start({ 'user.id': 'u1' });
    const middle = of.start({ 'gen_ai.agent.name': 'a1' }, { parent: http });
    const call = of.start(chat(1, 1), { parent: middle });
    of.end(http, middle, call);
    expect(labels(of)).toEqual({ user: 'u1', agent: 'a1' });

    const after = lab('user');
    const ended = after.start({ 'user.id': 'u2' });
    after.end(ended);
    Object.assign(ended, { isRecording: () => false });
    after.span(chat(1, 1), { parent: ended });
    expect(labels(after)).toEqual({ user: 'u2' });
  });

  it('then in baggage, then on the resource', () => {
    const base = propagation.setBaggage(
      ROOT_CONTEXT,
      propagation.createBaggage({ 'user.id': { value: 'from baggage' } }),
    );
    const resource = {
      attributes: { 'service.name': 's', 'deployment.environment.name': 'prod', 'user.id': 'from resource' },
    };
    const of = lab('user', 'environment');
    of.span(chat(1, 1), { base, resource });
    expect(labels(of)).toEqual({ user: 'from baggage', environment: 'prod' });
    const without = lab('user');
    without.span(chat(1, 1), { resource });
    expect(labels(without)).toEqual({ user: 'from resource' });
    const span = lab('user');
    const parent = span.start({ 'user.id': 'from ancestor' });
    span.span(chat(1, 1), { parent, base, resource });
    expect(labels(span)).toEqual({ user: 'from ancestor' });
  });

  it('in the attributes of every library', () => {
    for (const [attributes, expected] of [
      [
        {
          'ai.telemetry.functionId': 'f1',
          'ai.telemetry.metadata.userId': 'u',
          'ai.telemetry.metadata.sessionId': 's',
        },
        { agent: 'f1', user: 'u', session: 's' },
      ],
      [
        {
          'traceloop.association.properties.user_id': 'u',
          'traceloop.association.properties.session_id': 's',
        },
        { user: 'u', session: 's' },
      ],
      [{ metadata: '{"user_id":"u","thread_id":"t"}' }, { user: 'u', session: 't' }],
      [{ metadata: '{"broken' }, {}],
      [
        { 'enduser.id': 'u', 'gen_ai.conversation.id': 'c' },
        { user: 'u', session: 'c' },
      ],
      [{ 'gen_ai.request.user': '', 'enduser.pseudo.id': 'p' }, { user: 'p' }],
      [{ 'user.id': 42, 'session.id': ['a'] }, { user: '42' }],
    ] as const) {
      const of = lab('agent', 'user', 'session');
      of.span(chat(1, 1, { ...attributes }));
      expect(labels(of), JSON.stringify(attributes)).toEqual(expected);
    }
  });

  it('cut at 256 characters, or hashed; hostile names and values are just text', () => {
    const of = lab('user', { name: '__proto__', attributes: ['user.id'], hash: true });
    of.span(chat(1, 1, { 'user.id': `../x\0${'y'.repeat(1000)}` }));
    const dimensions = of.sink.calls[0]?.dimensions ?? {};
    expect(dimensions['user']).toHaveLength(256);
    expect(Object.getOwnPropertyDescriptor(dimensions, '__proto__')?.value).toMatch(/^[0-9a-f]{24}$/);
  });

  it('a hash is the same for the same value, and tells nothing of it', () => {
    const values = ['u1', 'u2', 'u1'].map((user) => {
      const of = lab({ name: 'user', hash: true });
      of.span(chat(1, 1, { 'user.id': user }));
      return labels(of)['user'];
    });
    expect(values[0]).toBe(values[2]);
    expect(values[0]).not.toBe(values[1]);
    expect(values[0]).not.toContain('u1');
  });

  it('concurrent requests never mix', () => {
    const of = lab('user');
    const requests = Array.from({ length: 20 }, (_, i) => of.start({ 'user.id': `u${i}` }));
    const calls = requests.map((parent, i) => of.start(chat(i + 1, 1), { parent }));
    of.end(...calls.toReversed(), ...requests);
    for (const call of of.sink.calls) expect(call.dimensions['user']).toBe(`u${call.inputTokens - 1}`);
    expect(of.sink.calls).toHaveLength(20);
  });

  it('by the dimensions of twins together', () => {
    const of = lab('agent', 'user');
    of.span(chat(1, 1, { 'user.id': 'u' }), { scope: '@opentelemetry/instrumentation-openai' });
    of.span(chat(1, 1, { 'gen_ai.agent.name': 'a' }), { scope: '@traceloop/instrumentation-langchain' });
    expect(labels(of)).toEqual({ agent: 'a', user: 'u' });
  });
});

describe('the service', () => {
  it('is service.name, empty without one', () => {
    const of = lab();
    of.span(chat(1, 1), { resource: { attributes: { 'service.name': 'checkout' } } });
    of.span(chat(2, 1), { resource: { attributes: {} } });
    expect(of.sink.calls.map(({ service }) => service)).toEqual(['checkout', '']);
  });

  it('is read when a call is booked, from a resource of the SDK whose attributes arrive late', async () => {
    let arrive: (name: string) => void = () => {};
    const late = new Promise<string>((resolve) => (arrive = resolve));
    const resource = resourceFromAttributes({ 'service.name': late, 'deployment.environment.name': 'prod' });
    const sink = new SummingSink(resolveDimensions(['environment']));
    const provider = new BasicTracerProvider({
      resource,
      spanProcessors: [new GenAIUsageSpanProcessor(sink)],
    });
    const tracer = provider.getTracer('t');
    tracer
      .startSpan('chat', { attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 1 } })
      .end();
    arrive('checkout');
    await resource.waitForAsyncAttributes?.();
    tracer
      .startSpan('chat', { attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 2 } })
      .end();
    expect(sink.calls.map(({ service }) => service)).toEqual(['', 'checkout']);
    expect(sink.calls.map(({ dimensions }) => dimensions['environment'])).toEqual(['prod', 'prod']);
  });

  it('is asked of a 1.x resource once while it is pending, since asking logs an error there', () => {
    let asked = 0;
    const resource = {
      asyncAttributesPending: true,
      get attributes() {
        asked++;
        return { 'service.name': 'checkout' };
      },
      waitForAsyncAttributes: async () => {},
    };
    const of = lab();
    for (let i = 1; i < 5; i++) of.span(chat(i, 1), { resource });
    expect(asked).toBe(1);
    expect(new Set(of.sink.calls.map(({ service }) => service))).toEqual(new Set(['checkout']));
  });

  it('keeps no dimension where none is asked for', () => {
    const of = lab();
    of.span(chat(1, 1, { 'user.id': 'u' }));
    expect(of.sink.calls[0]?.dimensions).toEqual({});
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});
