/**
 * One counted LLM call on its way from span to ledger: validated, canonical, of one fixed shape (every field is
 * always present, so that the hot path stays monomorphic). Token fields are non-negative safe integers; subsets never
 * exceed their total. It holds numbers and short strings only: no span, no prompt.
 */
export interface Call {
  /** Canonical provider name (`canonicalProvider`), or `(unknown)`. */
  provider: string;
  /** Response model, else request model, else `(unknown)`. */
  model: string;
  operation: string;
  service: string;
  /** Dimension name → value; `NO_DIMENSIONS` when there are none. Never mutated after creation. */
  dimensions: Readonly<Record<string, string>>;
  endTimeUnixMillis: number;
  durationMillis: number;
  /** True: the provider's answer carried usage. False: tokens unknown (`unmeteredCalls`), or an error without usage. */
  metered: boolean;
  /** True: the call failed. `error && !metered` is no call, only an `errors`. */
  error: boolean;
  inputTokens: number;
  cacheReadInputTokens: number;
  cacheWriteInputTokens: number;
  audioInputTokens: number;
  outputTokens: number;
  reasoningOutputTokens: number;
  audioOutputTokens: number;
  /** Cost in USD as reported on the span or by the caller; `undefined` = not reported. */
  reportedCostUsd: number | undefined;
  /** Set by the sink once the call is booked (its row and frozen cost); opaque to everybody else. */
  booking: object | undefined;
}

/** The one empty dimension set, shared so that identity tells "no dimensions" quickly. */
export const NO_DIMENSIONS: Readonly<Record<string, string>> = Object.freeze({});

/** Name used wherever a provider, model or service is not known. */
export const UNKNOWN = '(unknown)';

/** Name that takes what exceeds the cardinality limit. */
export const OTHER = '(other)';
