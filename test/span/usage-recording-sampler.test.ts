import { ROOT_CONTEXT, SamplingDecision, trace, type Attributes } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  ParentBasedSampler,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { GenAIUsageSpanProcessor } from '../../src/span/genai-usage-span-processor.js';
import { UsageRecordingSampler } from '../../src/span/usage-recording-sampler.js';
import { chat } from './support/lab.js';
import { SummingSink } from './support/summing-sink.js';

const CHAT = chat(10, 1) as Attributes;

/** 1,000 calls, each below a server span; returns what the ledger and what the trace exporter got. */
function run(sampler: Sampler) {
  const sink = new SummingSink();
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new GenAIUsageSpanProcessor(sink), new SimpleSpanProcessor(exporter)];
  const provider = new BasicTracerProvider({ sampler, spanProcessors });
  const tracer = provider.getTracer('t');
  for (let i = 0; i < 1000; i++) {
    const server = tracer.startSpan('POST /', {}, ROOT_CONTEXT);
    tracer.startSpan('chat', { attributes: CHAT }, trace.setSpan(ROOT_CONTEXT, server)).end();
    server.end();
  }
  return { calls: sink.totals().calls, exported: exporter.getFinishedSpans().length / 2 };
}

describe('UsageRecordingSampler', () => {
  it('AlwaysOff inside: 1,000 in the ledger, none exported', () => {
    expect(run(new UsageRecordingSampler(new AlwaysOffSampler()))).toEqual({ calls: 1000, exported: 0 });
    expect(run(new AlwaysOffSampler())).toEqual({ calls: 0, exported: 0 });
  });

  it('TraceIdRatioBased(0.01) inside: 1,000 in the ledger, about 1 % exported', () => {
    const { calls, exported } = run(new UsageRecordingSampler(new TraceIdRatioBasedSampler(0.01)));
    expect(calls).toBe(1000);
    expect(exported).toBeLessThan(60);
  });

  it('around ParentBased: children of unsampled spans are recorded and stay unsampled', () => {
    const inner = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.01) });
    const { calls, exported } = run(new UsageRecordingSampler(inner));
    expect(calls).toBe(1000);
    expect(exported).toBeLessThan(60);
    expect(Number.isInteger(exported)).toBe(true);
  });

  it('leaves sampled and recorded decisions, attributes and trace state alone', () => {
    expect(run(new UsageRecordingSampler(new AlwaysOnSampler()))).toEqual({ calls: 1000, exported: 1000 });
    const result = { decision: SamplingDecision.NOT_RECORD, attributes: { kept: 1 } };
    const sampler = new UsageRecordingSampler({ shouldSample: () => result, toString: () => 'inner' });
    expect(sampler.shouldSample(ROOT_CONTEXT, '', '', 0, {}, [])).toEqual({
      decision: SamplingDecision.RECORD,
      attributes: { kept: 1 },
    });
    expect(sampler.toString()).toBe('UsageRecordingSampler{inner}');
  });

  it("only: 'genai' upgrades spans that start with GenAI attributes", () => {
    const sampler = new UsageRecordingSampler(new AlwaysOffSampler(), { only: 'genai' });
    const decide = (attributes: Record<string, string>) =>
      sampler.shouldSample(ROOT_CONTEXT, '', '', 0, attributes, []).decision;
    expect(decide({ 'gen_ai.operation.name': 'chat' })).toBe(SamplingDecision.RECORD);
    expect(decide({ 'ai.operationId': 'ai.generateText' })).toBe(SamplingDecision.RECORD);
    expect(decide({ 'openinference.span.kind': 'LLM' })).toBe(SamplingDecision.RECORD);
    expect(decide({ 'http.request.method': 'GET' })).toBe(SamplingDecision.NOT_RECORD);
    expect(decide({})).toBe(SamplingDecision.NOT_RECORD);
    expect(run(new UsageRecordingSampler(new AlwaysOffSampler(), { only: 'genai' }))).toEqual({
      calls: 1000,
      exported: 0,
    });
  });

  it('refuses what is no sampler, and options it does not know', () => {
    expect(() => new UsageRecordingSampler(undefined as unknown as Sampler)).toThrow(
      /inner must be a Sampler/,
    );
    expect(() => new UsageRecordingSampler(new AlwaysOnSampler(), { only: 'llm' as 'genai' })).toThrow(
      /only must be 'genai'/,
    );
  });
});
