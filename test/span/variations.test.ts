import { describe, expect, it } from 'vitest';
import { defects, loadCaptures, replay, type Capture } from './support/captures.js';
import { SummingSink } from './support/summing-sink.js';

/**
 * The same captures with other numbers: what a dialect means must come from what it is, never from numbers that happen to
 * give it away (a cache larger than the input proves an input without it; the opposite proves nothing).
 */
const captures = loadCaptures().filter((capture) => capture.expect.recoverable);

type Change = (value: number) => number;

const TOKEN_KEY = /token|usage|^(?:input|output|total)|cache|reasoning|thoughts|candidates/i;
const JSON_KEYS =
  /^(?:genkit:output|langfuse\.observation\.usage_details|ai\.response\.providerMetadata|gcp\.vertex)/;
/** Numbers beside usage that are no tokens. */
const OTHER_KEY = /characters|images|videos|audioFiles|max_tokens|latency|index|created|avgOutput|msTo/i;

function changed(capture: Capture, change: Change): Capture {
  const spans = capture.spans.map((span) => ({ ...span, attributes: changeAll(span.attributes, change) }));
  return { ...capture, spans };
}

function changeAll(attributes: Record<string, unknown>, change: Change): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => {
      if (typeof value === 'number' && TOKEN_KEY.test(key) && !OTHER_KEY.test(key))
        return [key, change(value)];
      if (typeof value === 'string' && JSON_KEYS.test(key)) return [key, changeJson(value, change)];
      return [key, value];
    }),
  );
}

function changeJson(text: string, change: Change): string {
  try {
    const revive = (key: string, value: unknown): unknown =>
      typeof value === 'number' && TOKEN_KEY.test(key) && !OTHER_KEY.test(key) ? change(value) : value;
    return JSON.stringify(JSON.parse(text, revive));
  } catch {
    return text;
  }
}

function defectsOf(capture: Capture): string[] {
  return (['processor', 'ends'] as const).flatMap((way) => {
    const sink = new SummingSink();
    replay(capture, sink, { way });
    return defects(capture, sink).map((defect) => `${way}: ${defect}`);
  });
}

describe.each([7, 997, 100_003])('captures with every token number × %d', (factor) => {
  it.each(captures)('$file is exact', (capture) => {
    const scaled = changed(capture, (value) => value * factor);
    const { calls, inputTokens, outputTokens } = capture.expect.tokens;
    const details = Object.entries(capture.expect.details).map(([field, value]) => [field, value * factor]);
    const expected = {
      ...scaled,
      expect: {
        recoverable: true,
        tokens: { calls, inputTokens: inputTokens * factor, outputTokens: outputTokens * factor },
        details: Object.fromEntries(details),
      },
    };
    expect(defectsOf(expected)).toEqual([]);
  });
});

/** One call only, and its parts all on the span: then each number can be told from the others. */
const single = captures.filter(({ expect: { tokens }, truth }) => tokens.calls === 1 && truth.length === 1);

/** Numbers of one call as they may stand on a span, by what they hold of the plain (uncached) input. */
function withMoreInput(capture: Capture, more: number): Capture {
  const { input_tokens_total: input, output_tokens: output } = capture.truth[0] ?? {
    input_tokens_total: 0,
    output_tokens: 0,
  };
  const {
    cached_read: read = 0,
    cache_write: write = 0,
    reasoning = 0,
  } = (capture.truth[0] ?? {}) as Record<string, number>;
  const plain = new Set([input, input - read, input - read - write]);
  const audio = (capture.truth[0] as unknown as Record<string, number>)['audio_in'] ?? 0;
  plain.add(input - read - audio);
  const sums = new Set([...plain].flatMap((value) => [value + output, value + output - reasoning]));
  const grown = changed(capture, (value) => (plain.has(value) || sums.has(value) ? value + more : value));
  const { tokens, details } = capture.expect;
  return {
    ...grown,
    expect: { recoverable: true, tokens: { ...tokens, inputTokens: tokens.inputTokens + more }, details },
  };
}

describe('captures with an input far larger than the cache', () => {
  it.each(single.filter(({ spans }) => spans.some(({ attributes }) => Object.keys(attributes).length > 0)))(
    '$file is exact with 50,021 more input tokens',
    (capture) => {
      expect(defectsOf(withMoreInput(capture, 50_021))).toEqual([]);
    },
  );

  it('has inputs without and with the cache among them', () => {
    const anthropic = single
      .filter(({ truth }) => truth[0]?.provider === 'anthropic')
      .map(({ dialect }) => dialect);
    expect(new Set(anthropic)).toEqual(
      new Set([
        'openinference',
        'openinference-vercel-ai6',
        'traceloop',
        'vercel-ai5',
        'vercel-ai6',
        'vercel-ai7',
      ]),
    );
  });
});
