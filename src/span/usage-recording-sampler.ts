import type { Attributes, Context, Link, Sampler, SamplingResult, SpanKind } from '@opentelemetry/api';

/** `SamplingDecision` of the API: the same numbers in every SDK. */
const NOT_RECORD = 0;
const RECORD = 1;

/** How names of attributes begin that only GenAI spans carry. */
const GENAI_KEY =
  /^(?:gen_ai\.|ai\.|llm\.|openinference\.|traceloop\.|langfuse\.|genkit:|gcp\.vertex\.agent\.)/;

/** Options of `UsageRecordingSampler`. */
export interface UsageRecordingSamplerOptions {
  /**
   * `'genai'`: upgrade only spans that start with GenAI attributes. Cheaper, but lossy: it misses libraries that set
   * their attributes late, and the middle spans that carry agents, users and marks. Default: every span.
   */
  readonly only?: 'genai';
}

/**
 * Keeps cost complete whatever the sampling rate: asks `inner`, and turns every NOT_RECORD into RECORD, so that the span
 * reaches span processors but stays unsampled and no trace exporter sends it. Must be the outermost sampler, around
 * `ParentBasedSampler` and the like. Throws `TypeError` at construction for a bad argument.
 */
export class UsageRecordingSampler implements Sampler {
  readonly #inner: Sampler;
  readonly #onlyGenAI: boolean;

  constructor(inner: Sampler, options: UsageRecordingSamplerOptions = {}) {
    if (typeof inner?.shouldSample !== 'function') {
      throw new TypeError('UsageRecordingSampler: inner must be a Sampler (an object with shouldSample)');
    }
    if (options.only !== undefined && options.only !== 'genai') {
      throw new TypeError(
        `UsageRecordingSampler: only must be 'genai' or absent, got ${String(options.only)}`,
      );
    }
    this.#inner = inner;
    this.#onlyGenAI = options.only === 'genai';
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const result = this.#inner.shouldSample(context, traceId, spanName, spanKind, attributes, links);
    const dropped: number = result.decision;
    if (dropped !== NOT_RECORD || (this.#onlyGenAI && !looksGenAI(attributes))) return result;
    return { ...result, decision: RECORD };
  }

  toString(): string {
    return `UsageRecordingSampler{${this.#inner.toString()}}`;
  }
}

function looksGenAI(attributes: Attributes): boolean {
  for (const key in attributes) if (GENAI_KEY.test(key)) return true;
  return false;
}
