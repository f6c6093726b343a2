import type { Context, Tracer } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { BatchSpanProcessor, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { join } from 'node:path';
import { GenAIUsageSpanProcessor, UsageLedgerExporter, readLedger } from '../src/index.js';
import type { Run } from './harness/benchmark.js';
import { benchmark, mustEqual, nextTurn } from './harness/benchmark.js';
import type { Cost, Variant } from './harness/samples.js';
import { added, interleave, median, quantile } from './harness/samples.js';
import { figure, percent, times } from './harness/text.js';
import { HistogramProcessor } from './peers/histogram-processor.js';
import { NoopProcessor } from './peers/noop-processor.js';
import { NullExporter } from './peers/null-exporter.js';

/**
 * What a processor adds to a span over its whole life: start with attributes, attributes of the answer, end. A turn is a
 * root span and 100 spans below it; then the event loop gets its turn. A sample is 50 turns and a forced flush (5,000
 * calls: what 5 s bring at 1,000 calls a second); CPU time counts all of it, all threads.
 */
const SPANS_A_TURN = 100;
const INPUT_TOKENS = 1200;
const OUTPUT_TOKENS = 85;

interface Tracers {
  readonly openai: Tracer;
  readonly http: Tracer;
}

interface Setup {
  readonly name: string;
  readonly processors: readonly SpanProcessor[];
  /** Fails unless the processor did its work: `genAi` calls and `spans` spans went in. */
  readonly check: (genAi: number, spans: number) => Promise<void> | void;
}

function setups(run: Run): Setup[] {
  const ignore = (): void => {};
  const batched = new NullExporter();
  const simple = new NullExporter();
  const langfuse = new NullExporter();
  const histogram = new HistogramProcessor();
  const path = join(run.folder(), 'usage-ledger.json');
  const keys = { publicKey: 'pk-lf-bench', secretKey: 'sk-lf-bench', baseUrl: 'http://127.0.0.1:9' };
  return [
    { name: 'no-op processor', processors: [new NoopProcessor()], check: ignore },
    {
      name: 'ours',
      processors: [new GenAIUsageSpanProcessor(new UsageLedgerExporter({ path }))],
      check: async (genAi) => {
        const { totals, audit } = await readLedger(path);
        mustEqual('ledger calls', totals.calls, genAi);
        mustEqual('ledger input tokens', totals.inputTokens, genAi * INPUT_TOKENS);
        mustEqual('ledger output tokens', totals.outputTokens, genAi * OUTPUT_TOKENS);
        mustEqual('ledger unpriced calls', totals.unpricedCalls, 0);
        // 1,200 × $0.15 + 85 × $0.60 per million tokens
        mustEqual('ledger cost', totals.costUsd, Math.round(genAi * 231_000) / 1e9);
        mustEqual('ledger repeated responses', audit.repeatedResponses + audit.twinSpans, 0);
      },
    },
    {
      name: 'histogram.record × 2',
      processors: [histogram],
      check: async (genAi) => {
        const { records, tokens } = await histogram.collected();
        mustEqual('histogram records', records, genAi * 2);
        mustEqual('histogram tokens', tokens, genAi * (INPUT_TOKENS + OUTPUT_TOKENS));
      },
    },
    {
      name: 'BatchSpanProcessor',
      processors: [new BatchSpanProcessor(batched)],
      check: (_, spans) => mustEqual('spans exported in batches', batched.exported, spans),
    },
    {
      name: 'SimpleSpanProcessor',
      processors: [new SimpleSpanProcessor(simple)],
      check: (_, spans) => mustEqual('spans exported one by one', simple.exported, spans),
    },
    {
      name: 'LangfuseSpanProcessor',
      processors: [new LangfuseSpanProcessor({ exporter: langfuse, ...keys })],
      check: (genAi, spans) => {
        // Its default filter lets GenAI spans pass, and the roots it takes for an app's.
        if (langfuse.exported < genAi || langfuse.exported > spans) {
          throw new Error(`Langfuse exported ${langfuse.exported} of ${genAi} GenAI spans`);
        }
      },
    },
  ];
}

/** As `@opentelemetry/instrumentation-openai` makes them. */
function genAiSpan({ openai }: Tracers, parent: Context, i: number): void {
  const span = openai.startSpan(
    'chat gpt-4o-mini',
    {
      kind: SpanKind.CLIENT,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.request.max_tokens': 512,
        'gen_ai.request.temperature': 0.2,
        'server.address': 'api.openai.com',
        'server.port': 443,
      },
    },
    parent,
  );
  span.setAttributes({
    'gen_ai.response.id': `chatcmpl-${i}`,
    'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.usage.input_tokens': INPUT_TOKENS,
    'gen_ai.usage.output_tokens': OUTPUT_TOKENS,
  });
  span.end();
}

/** As `@opentelemetry/instrumentation-http` makes them. */
function httpSpan({ http }: Tracers, parent: Context, i: number): void {
  const span = http.startSpan(
    'GET',
    {
      kind: SpanKind.CLIENT,
      attributes: {
        'http.request.method': 'GET',
        'url.full': `http://orders.internal:8080/orders/${i}`,
        'server.address': 'orders.internal',
        'server.port': 8080,
        'user_agent.original': 'undici',
      },
    },
    parent,
  );
  span.setAttributes({
    'http.response.status_code': 200,
    'network.peer.address': '10.0.0.7',
    'network.peer.port': 8080,
    'network.protocol.version': '1.1',
  });
  span.setStatus({ code: SpanStatusCode.OK });
  span.end();
}

await benchmark('Added cost of a span (µs, whole life, 100 spans a turn)', async (run) => {
  const turns = run.size(50, 2);
  const rounds = run.size(41, 2);
  let id = 0;
  const lives = setups(run).map((setup) => {
    const provider = new NodeTracerProvider({ spanProcessors: [...setup.processors] });
    return {
      ...setup,
      provider,
      openai: provider.getTracer('@opentelemetry/instrumentation-openai'),
      http: provider.getTracer('@opentelemetry/instrumentation-http'),
      genAi: 0,
      spans: 0,
    };
  });
  type Life = (typeof lives)[number];
  const variants = (make: typeof genAiSpan): Variant[] =>
    lives.map((life) => ({
      name: life.name,
      run: () => runTurns(life, make),
      finish: () => life.provider.forceFlush(),
    }));
  async function runTurns(life: Life, make: typeof genAiSpan): Promise<number> {
    for (let turn = 0; turn < turns; turn++) {
      const root = life.http.startSpan('POST /answers', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
      const parent = trace.setSpan(ROOT_CONTEXT, root);
      for (let i = 0; i < SPANS_A_TURN; i++) make(life, parent, id++);
      root.end();
      await nextTurn();
    }
    life.spans += turns * (SPANS_A_TURN + 1);
    if (make === genAiSpan) life.genAi += turns * SPANS_A_TURN;
    return turns * SPANS_A_TURN;
  }

  await lives.find(({ name }) => name === 'ours')?.provider.forceFlush(); // the price book is there
  const genAi = await interleave(variants(genAiSpan), rounds, run.size(8, 1));
  const other = await interleave(variants(httpSpan), rounds, run.size(8, 1));
  for (const life of lives) await life.check(life.genAi, life.spans);
  await Promise.all(lives.map(({ provider }) => provider.shutdown()));

  const genAiAdded = addedBy(genAi);
  const otherAdded = addedBy(other);
  const two = median(genAiAdded.get('histogram.record × 2')!.cpu);
  const ours = median(genAiAdded.get('ours')!.cpu);
  const span = median(cpu(other.get('no-op processor')!));
  const oursOther = median(otherAdded.get('ours')!.cpu);
  const batchOther = median(otherAdded.get('BatchSpanProcessor')!.cpu);
  run.say(
    `A GenAI span by itself (no-op processor): ${figure(median(cpu(genAi.get('no-op processor')!)))} µs CPU; ` +
      `another span: ${figure(span)} µs. What each adds (median of ${rounds} rounds [quartiles]):`,
  );
  run.table(
    ['GenAI span', 'added CPU, all in', 'quartiles', 'added wall, main thread', '÷ two records', '÷ span'],
    lives.slice(1).map(({ name }) => {
      const cost = genAiAdded.get(name)!;
      const by = median(cost.cpu);
      const alone = median(cpu(genAi.get('no-op processor')!));
      return [
        name,
        figure(by),
        quartiles(cost.cpu),
        figure(median(cost.wall)),
        times(by / two),
        percent(by / alone),
      ];
    }),
  );
  run.table(
    ['other span', 'added CPU', 'quartiles', 'added wall, main thread', '÷ BatchSpanProcessor', '÷ span'],
    lives.slice(1).map(({ name }) => {
      const cost = otherAdded.get(name)!;
      const by = median(cost.cpu);
      return [
        name,
        figure(by),
        quartiles(cost.cpu),
        figure(median(cost.wall)),
        times(by / batchOther),
        percent(by / span),
      ];
    }),
  );
  run.budget({
    what: 'added cost of another span',
    mustBe: '≤ 10 % of the span',
    measured: `${percent(oursOther / span)} (${figure(oursOther)} of ${figure(span)} µs)`,
    met: oursOther <= 0.1 * span,
  });
  run.budget({
    what: 'added cost of another span',
    mustBe: '≤ BatchSpanProcessor',
    measured: `${times(oursOther / batchOther)} (${figure(oursOther)} to ${figure(batchOther)} µs)`,
    met: oursOther <= batchOther,
  });
  run.budget({
    what: 'added cost of a GenAI call, all in',
    mustBe: '≤ 0.5 × two histogram.record',
    measured: `${times(ours / two)} (${figure(ours)} to ${figure(two)} µs)`,
    met: ours <= 0.5 * two,
  });
});

interface Added {
  readonly cpu: number[];
  readonly wall: number[];
}

function addedBy(samples: ReadonlyMap<string, readonly Cost[]>): Map<string, Added> {
  const base = samples.get('no-op processor')!;
  return new Map(
    [...samples].map(([name, costs]) => [
      name,
      { cpu: added(cpu(costs), cpu(base)), wall: added(wall(costs), wall(base)) },
    ]),
  );
}

function cpu(costs: readonly Cost[]): number[] {
  return costs.map(({ cpuMicros }) => cpuMicros);
}

function wall(costs: readonly Cost[]): number[] {
  return costs.map(({ wallMicros }) => wallMicros);
}

function quartiles(values: readonly number[]): string {
  return `${figure(quantile(values, 0.25))} … ${figure(quantile(values, 0.75))}`;
}
