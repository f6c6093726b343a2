import { ROOT_CONTEXT } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIALECTS } from '../../src/span/dialects/all-dialects.js';
import { OPENINFERENCE, PARTS, SEMCONV, VERCEL } from '../../src/span/dialects/usage-families.js';
import { CallTracker } from '../../src/span/call-tracker.js';
import { GenAIUsageSpanProcessor } from '../../src/span/genai-usage-span-processor.js';
import { resolveDimensions } from '../../src/span/resolve-dimensions.js';
import type { EndedSpan } from '../../src/span/span-shape.js';
import { contextOf, FakeSpan } from './support/fake-span.js';
import { chat } from './support/lab.js';
import { SummingSink, TOKEN_FIELDS } from './support/summing-sink.js';

const RUNS = Number(process.env['LEDGER_TREE_RUNS'] ?? 300);

const KEYS = [
  ...[SEMCONV, OPENINFERENCE, VERCEL, PARTS].flatMap((family) => Object.values(family).flat()),
  'gen_ai.operation.name',
  'gen_ai.provider.name',
  'gen_ai.system',
  'gen_ai.request.model',
  'gen_ai.response.model',
  'gen_ai.response.id',
  'openinference.span.kind',
  'ai.operationId',
  'ai.response.providerMetadata',
  'genkit:output',
  'genkit:name',
  'genkit:metadata:subtype',
  'langfuse.observation.type',
  'langfuse.observation.usage_details',
  'gcp.vertex.agent.llm_response',
  'traceloop.span.kind',
  'llm.request.type',
  'metadata',
  'output.value',
  'server.address',
  'user.id',
  '__proto__',
  'constructor',
];

const hostileNumber = fc.oneof(
  fc.constantFrom(NaN, Infinity, -Infinity, -1, -0, 0.5, 2 ** 53, 1e308, Number.MAX_SAFE_INTEGER, 5),
  fc.double(),
  fc.nat(1e9),
);

const hostileValue = fc.oneof(
  hostileNumber,
  fc.constantFrom<unknown>(
    'chat',
    'invoke_agent',
    'LLM',
    'AGENT',
    'model',
    'generation',
    'ai.x.doGenerate',
    'execute_tool',
  ),
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    [],
    {},
    '',
    '12',
    '-1',
    '__proto__',
    '../x',
    '\0',
    'x'.repeat(1_000_000),
  ),
  fc.json().map((text) => text as unknown),
  fc.constantFrom<unknown>(
    '{"usage":{"inputTokens":-5,"outputTokens":1e400}}',
    '{"__proto__":{"usage":1},"usage":{"inputTokens":"12"}}',
    '{"input":1.5,"output":9007199254740991,"input_cached_tokens":9007199254740991}',
    '{"anthropic":{"usage":{"input_tokens":[],"cache_read_input_tokens":{"a":1}}}}',
    '{"'.repeat(500),
    '['.repeat(5000),
  ),
  fc.string({ unit: 'binary' }),
);

const hostileSpan = fc.record({
  scope: fc.constantFrom('', 'app', ...DIALECTS.map(({ scopes }) => (scopes[0] ?? '').replace('*', 'x'))),
  attributes: fc.array(fc.tuple(fc.constantFrom(...KEYS), hostileValue), { maxLength: 14 }),
  status: fc.constantFrom(0, 1, 2),
  kind: fc.constantFrom(0, 2, NaN),
  startTime: fc.tuple(hostileNumber, hostileNumber),
  endTime: fc.tuple(hostileNumber, hostileNumber),
  parent: fc.option(fc.nat(5), { nil: undefined }),
});

const dimensions = resolveDimensions([
  'agent',
  'user',
  'session',
  'tenant',
  { name: '__proto__', attributes: ['user.id'], hash: true },
]);

describe('hostile spans', () => {
  it('never throw out of a callback, never make a negative or fractional total, and count each at most once', () => {
    fc.assert(
      fc.property(fc.array(hostileSpan, { maxLength: 8 }), fc.boolean(), (inits, ends) => {
        const sink = new SummingSink(dimensions);
        const processor = new GenAIUsageSpanProcessor(sink);
        const spans: FakeSpan[] = [];
        for (const [i, init] of inits.entries()) {
          const parent = init.parent === undefined ? undefined : spans[init.parent];
          const attributes: Record<string, unknown> = Object.create(null);
          for (const [key, value] of init.attributes) attributes[key] = value;
          const span = new FakeSpan({
            traceId: 'a'.repeat(32),
            spanId: `${i}`.padStart(16, '0'),
            parentSpanId: parent?.spanContext().spanId,
            scope: { name: init.scope },
            attributes,
            status: init.status,
            kind: init.kind,
            startTime: init.startTime,
            endTime: init.endTime,
          });
          spans.push(span);
          if (!ends) processor.onStart(span, contextOf(parent));
        }
        for (const span of spans.toReversed()) {
          if (ends) CallTracker.of(sink).onExport(span);
          else processor.onEnd(span);
        }
        expect(sink.misuse).toEqual([]);
        expect(sink.calls.length).toBeLessThanOrEqual(spans.length);
        for (const call of sink.calls) {
          expect(call.endTimeUnixMillis).toBeGreaterThan(946_684_799_999);
          expect(call.endTimeUnixMillis).toBeLessThan(4_102_444_800_000);
          for (const field of TOKEN_FIELDS)
            expect(Number.isSafeInteger(call[field]) && call[field] >= 0).toBe(true);
          for (const [name, value] of Object.entries(call.dimensions)) {
            expect(typeof name).toBe('string');
            expect(value.length).toBeLessThanOrEqual(256);
          }
          expect(JSON.stringify(call).length).toBeLessThan(5000);
        }
        expect(({} as Record<string, unknown>)['usage']).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    ['attributes', 'attributes'],
    ['spanContext', 'spanContext'],
    ['status', 'status'],
    ['scope', 'instrumentationScope'],
    ['times', 'endTime'],
    ['resource', 'resource'],
  ])('a getter that throws (%s): one rejected value, and the next span counts', (_title, property) => {
    const sink = new SummingSink(dimensions);
    const processor = new GenAIUsageSpanProcessor(sink);
    const span = new FakeSpan({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), attributes: chat(10, 1) });
    const broken: EndedSpan = Object.defineProperty(span, property, {
      get: () => {
        throw new Error('hostile');
      },
    });
    expect(() => processor.onStart(broken, ROOT_CONTEXT)).not.toThrow();
    expect(() => processor.onEnd(broken)).not.toThrow();
    expect(() => CallTracker.of(sink).onExport(broken)).not.toThrow();
    expect(sink.counted('rejectedValues')).toBeGreaterThan(0);
    const good = new FakeSpan({ traceId: 'a'.repeat(32), spanId: 'c'.repeat(16), attributes: chat(10, 1) });
    processor.onStart(good, ROOT_CONTEXT);
    processor.onEnd(good);
    expect(sink.totals()).toMatchObject({ calls: 1, inputTokens: 10 });
  });

  it('an attribute whose getter throws', () => {
    const sink = new SummingSink();
    const processor = new GenAIUsageSpanProcessor(sink);
    const span = new FakeSpan({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), attributes: chat(10, 1) });
    Object.defineProperty(span.attributes, 'gen_ai.usage.input_tokens', {
      get: () => {
        throw new Error('hostile');
      },
    });
    processor.onStart(span, ROOT_CONTEXT);
    expect(() => processor.onEnd(span)).not.toThrow();
    expect(sink.calls).toEqual([]);
    expect(sink.counted('rejectedValues')).toBe(1);
  });

  it('prompts and keys never get into a call: only names and numbers do', () => {
    const sink = new SummingSink(dimensions);
    const processor = new GenAIUsageSpanProcessor(sink);
    const secret = 'sk-canary-0123456789';
    const span = new FakeSpan({
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      name: secret,
      attributes: chat(10, 1, {
        'gen_ai.prompt': secret,
        'gen_ai.input.messages': secret,
        'http.request.header.authorization': secret,
        'input.value': secret,
        'genkit:input': secret,
      }),
    });
    processor.onStart(span, ROOT_CONTEXT);
    processor.onEnd(span);
    expect(JSON.stringify(sink.calls)).not.toContain('canary');
    expect(sink.calls).toHaveLength(1);
  });
});
