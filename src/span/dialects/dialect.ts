import type { SpanAttributes } from '../span-shape.js';
import type { SpanNumber } from '../take-numbers.js';
import type { SummedParts, UsageFamily } from './usage-families.js';

/**
 * What a span is to the ledger. `call`: one billed request. `aggregate`: repeats or sums what happened below it, and is
 * counted only where nothing below was. `repeat`: as aggregate, but never counted (some tell only the last step).
 * `tool`: separates the calls below it from those above. `step`: one call of an enclosing sum. `none`: not ours.
 */
export type Role = 'none' | 'call' | 'aggregate' | 'repeat' | 'tool' | 'step';

/**
 * What a library's numbers mean. `inclusive`: input holds cache reads and writes, output holds thinking (OTel rule).
 * `raw`: the provider's own numbers passed through, so Anthropic and Bedrock input is without cache, Gemini output
 * without thoughts.
 */
export type Numbers = 'inclusive' | 'raw';

/** Where a JSON string attribute keeps what no plain attribute tells: dotted paths, first valid one wins. */
export interface JsonUsage {
  readonly attribute: string;
  /** Not read when this attribute is there: the plain ones tell all. */
  readonly unless?: string;
  readonly numbers: Partial<Record<SpanNumber, readonly string[]>>;
  readonly model?: readonly string[];
  readonly responseId?: readonly string[];
  /** Sums of all members whose name begins so, for disjoint buckets. */
  readonly sums?: { readonly input: string; readonly output: string };
}

/** Where the names of a call are found, each first valid one wins. */
export interface NameKeys {
  readonly provider?: readonly string[];
  readonly responseModel?: readonly string[];
  readonly requestModel?: readonly string[];
  readonly responseId?: readonly string[];
}

/**
 * How one library (or one shape of its spans) tells of LLM calls. To add a library: one file that exports one of these,
 * its line in `all-dialects.ts`, and one capture in `test/fixtures/spans`.
 */
export interface Dialect {
  readonly name: string;
  /** Where this is known from: captures, or the library's source. */
  readonly source: string;
  /** First version of the library that this holds for, as far as known. */
  readonly since: string;
  /** Scope names that speak it; one ending in `*` is a prefix. */
  readonly scopes: readonly string[];
  /** Recognises it by attributes as well, below a scope it shares with others. */
  readonly when?: (attributes: SpanAttributes) => boolean;
  /** True: sits above an LLM client whose own instrumentation may see the same call (twins, DESIGN §3.3). */
  readonly framework?: boolean;
  readonly role: (attributes: SpanAttributes, kind: number) => Role;
  /** Attribute families by priority; per number the first valid one is taken, families never add up. */
  readonly families: readonly UsageFamily[];
  /** Parts that are summed where their total is absent. */
  readonly parts?: SummedParts;
  readonly json?: JsonUsage;
  readonly numbers: Numbers | ((attributes: SpanAttributes) => Numbers);
  readonly names?: NameKeys;
  /** True: `server.address` is a constant of the library and tells nothing. */
  readonly fixedServerAddress?: boolean;
  /** The provider, where nothing else tells it. */
  readonly providerHint?: (attributes: SpanAttributes, spanName: string) => string | undefined;
  /** The operation, where no attribute tells it. */
  readonly operationHint?: (spanName: string) => string | undefined;
  /** True: the total is the library's own sum of input and output, so it proves nothing about thoughts. */
  readonly totalIsSum?: boolean;
  /** Splits `vendor/model` names: the attribute that holds one. */
  readonly vendorSlashModel?: string;
  /** Response ids that begin so are made up by the library, not given by the provider. */
  readonly inventedIds?: readonly string[];
  /** Where an error shows if not in the span status: attribute and value. */
  readonly failed?: readonly [string, string];
  /** JSON attribute whose `total` is a reported cost in USD. */
  readonly costJson?: string;
  /** True: one call span sums several requests; each `step` span below is one of them. */
  readonly sumsSteps?: boolean;
}
