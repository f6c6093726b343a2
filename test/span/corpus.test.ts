import { describe, expect, it } from 'vitest';
import { defects, loadCaptures, replay, type Capture } from './support/captures.js';
import { SummingSink } from './support/summing-sink.js';

const captures = loadCaptures();
const recoverable = captures.filter((capture) => capture.expect.recoverable);
const lost = captures.filter((capture) => !capture.expect.recoverable);

/** Dialects and scenarios whose only span tells of a call but of no usage: counted, as unmetered. */
const UNMETERED = [
  'genkit__embed',
  'langchain-traceloop__responses-api',
  'langfuse__chat-stream-nousage',
  'langfuse__embeddings',
  'openinference__chat-stream-nousage',
  'openinference__chat-stream-usage',
  'openinference__embeddings',
  'otel-openai-0.20__chat-stream-nousage',
  'otel-openai-0.20__chat-stream-abort',
  'traceloop__bedrock-converse',
  'traceloop__chat-stream-nousage',
  'traceloop__chat-stream-usage',
  'traceloop__cohere-v1-chat',
  'vercel-ai5__streamText-abort',
];

function run(capture: Capture, options: Parameters<typeof replay>[2]): SummingSink {
  const sink = new SummingSink();
  replay(capture, sink, options);
  return sink;
}

describe('the corpus of captured traces', () => {
  it('has 187 captures, 150 of them recoverable', () => {
    expect(captures).toHaveLength(187);
    expect(recoverable).toHaveLength(150);
  });

  describe.each([
    ['processor', {}],
    ['processor, attributes set late', { late: true }],
    ['exporter only', { way: 'ends' }],
  ] as const)('by way of the %s', (_way, options) => {
    it.each(recoverable)('$file is exact', (capture) => {
      expect(defects(capture, run(capture, options))).toEqual([]);
    });

    it.each(lost)('$file is never over what the provider counted', (capture) => {
      expect(defects(capture, run(capture, options))).toEqual([]);
    });

    it.each(UNMETERED)('%s counts as unmetered', (name) => {
      const capture = captures.find(({ file }) => file === `${name}.json`);
      if (capture === undefined) throw new Error(`no capture ${name}`);
      const totals = run(capture, options).totals();
      expect(totals.unmeteredCalls).toBe(capture.expect.tokens.calls);
      expect(totals.inputTokens + totals.outputTokens).toBe(0);
    });
  });

  it('does not depend on the order of starts at one millisecond', () => {
    for (const capture of captures) {
      for (let seed = 1; seed <= 8; seed++) {
        expect(defects(capture, run(capture, { seed })), `${capture.file}, seed ${seed}`).toEqual([]);
      }
    }
  });

  it('counts nothing twice when the same spans come through the processor and the exporter', () => {
    for (const capture of captures) {
      const sink = new SummingSink();
      replay(capture, sink);
      const once = sink.totals();
      replay(capture, sink, { way: 'ends' });
      replay(capture, sink, { way: 'ends', late: true });
      expect(sink.totals(), capture.file).toEqual(once);
      expect(sink.misuse, capture.file).toEqual([]);
    }
  });

  it('counts failed calls as errors, and only those', () => {
    const failed = captures.filter(
      ({ scenario }) => scenario.endsWith('error429') && !/agent|workflow/.test(scenario),
    );
    for (const capture of failed) {
      const { calls, errors } = run(capture, {}).totals();
      expect(calls, capture.file).toBe(0);
      expect(errors, capture.file).toBeGreaterThanOrEqual(capture.spans.length === 0 ? 0 : 1);
    }
  });

  it('reconciles: spans seen = calls + errors without usage + wrappers + twins + repeats', () => {
    for (const capture of captures) {
      const sink = run(capture, {});
      const booked = sink.calls.length;
      const others =
        sink.counted('wrapperSpans') + sink.counted('twinSpans') + sink.counted('repeatedResponses');
      expect(sink.counted('spansSeen'), capture.file).toBe(booked + others);
    }
  });

  it('names every provider canonically', () => {
    const names = new Map<string, Set<string>>();
    for (const capture of captures) {
      for (const call of run(capture, {}).calls) {
        const truth = capture.truth[0]?.provider ?? 'none';
        names.set(truth, (names.get(truth) ?? new Set()).add(call.provider));
      }
    }
    expect(Object.fromEntries([...names].map(([truth, found]) => [truth, [...found].sort()]))).toEqual({
      openai: ['(unknown)', 'openai'],
      anthropic: ['anthropic'],
      gemini: ['gcp.gemini'],
      bedrock: ['aws.bedrock'],
      cohere: ['cohere'],
      none: ['anthropic', 'openai'],
    });
  });
});
