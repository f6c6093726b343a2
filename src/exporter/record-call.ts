import { NO_DIMENSIONS, UNKNOWN } from '../usage/call.js';
import type { Call } from '../usage/call.js';
import type { AuditField, DimensionSource } from '../usage/usage-sink.js';
import { ABSENT, REJECTED, readTokens, settleTokens } from '../usage/tokens.js';
import { canonicalProvider } from '../usage/canonical-provider.js';
import { dimensionValue } from '../usage/dimension-value.js';
import { isFields } from '../config/option-rule.js';
import { isCallTime } from '../usage/call-time.js';
import { setEntry } from '../usage/set-entry.js';

const MAX_NAME_LENGTH = 256;
const MAX_DIMENSIONS = 16;

/** What the making of a call needs besides the record. */
export interface RecordContext {
  readonly nowMillis: () => number;
  /** Names whose values are kept as a hash. */
  readonly dimensions: readonly DimensionSource[];
  /** Counts what was refused or clamped. */
  readonly count: (field: AuditField, by: number) => void;
}

/**
 * Makes a call of what `record()` was given, trusting nothing: a bad value is left out and counted (`rejectedValues`),
 * a time that cannot be becomes now (`clampedTimes`), a text is cut at 256 characters. `undefined` = it is no record at
 * all, counted likewise. Tokens of any kind make the call metered. Never throws.
 */
export function recordCall(value: unknown, context: RecordContext): Call | undefined {
  if (!isObject(value)) {
    context.count('rejectedValues', 1);
    return undefined;
  }
  // Every field is read by its own name, not by one from a list: each access then knows where to look.
  const reader = new FieldReader(context);
  const provider = reader.text(value['provider']);
  const call: Call = {
    provider: provider === undefined ? UNKNOWN : canonicalProvider(provider),
    model: reader.text(value['model']) ?? UNKNOWN,
    operation: reader.text(value['operation']) ?? 'chat',
    service: reader.text(value['service']) ?? '',
    dimensions: reader.dimensions(value['dimensions']),
    endTimeUnixMillis: reader.endTime(value['endTimeUnixMillis']),
    durationMillis: reader.duration(value['durationMillis']),
    metered: false,
    error: value['error'] === true,
    inputTokens: reader.tokens(value['inputTokens']),
    cacheReadInputTokens: reader.tokens(value['cacheReadInputTokens']),
    cacheWriteInputTokens: reader.tokens(value['cacheWriteInputTokens']),
    audioInputTokens: reader.tokens(value['audioInputTokens']),
    outputTokens: reader.tokens(value['outputTokens']),
    reasoningOutputTokens: reader.tokens(value['reasoningOutputTokens']),
    audioOutputTokens: reader.tokens(value['audioOutputTokens']),
    reportedCostUsd: reader.cost(value['costUsd']),
    booking: undefined,
  };
  call.metered = reader.metered;
  const changed = call.metered ? settleTokens(call) : 0;
  if (changed > 0) context.count('rejectedValues', changed);
  return call;
}

type Fields = Readonly<Record<string, unknown>>;

/** Whatever has fields; what they hold is looked at one by one. */
function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Checks the values of one record and counts what it has to refuse. */
class FieldReader {
  /** True once there was a token count. */
  metered = false;
  readonly #context: RecordContext;

  constructor(context: RecordContext) {
    this.#context = context;
  }

  text(value: unknown): string | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') return this.#reject();
    return value.length > MAX_NAME_LENGTH ? value.slice(0, MAX_NAME_LENGTH) : value;
  }

  endTime(value: unknown): number {
    const now = this.#context.nowMillis();
    if (value === undefined || value === null) return now;
    if (isCallTime(value, now)) return Math.floor(value);
    this.#context.count('clampedTimes', 1);
    return now;
  }

  duration(value: unknown): number {
    if (value === undefined || value === null) return 0;
    const whole = typeof value === 'number' ? Math.round(value) : Number.NaN;
    if (Number.isSafeInteger(whole) && whole >= 0) return whole + 0;
    this.#reject();
    return 0;
  }

  cost(value: unknown): number | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
    return this.#reject();
  }

  /** A token count, 0 = none. */
  tokens(value: unknown): number {
    const count = readTokens(value);
    if (count === REJECTED) this.#reject();
    if (count === REJECTED || count === ABSENT) return 0;
    this.metered = true;
    return count;
  }

  dimensions(given: unknown): Call['dimensions'] {
    if (given === undefined || given === null) return NO_DIMENSIONS;
    if (!isFields(given)) {
      this.#reject();
      return NO_DIMENSIONS;
    }
    const kept: Record<string, string> = {};
    let size = 0;
    for (const name of Object.keys(given)) {
      const text = given[name];
      if (text === undefined || text === null || text === '') continue;
      const source = this.#context.dimensions.find((each) => each.name === name);
      const value = dimensionValue(text, source?.hash === true);
      if (value === undefined || name === '' || size >= MAX_DIMENSIONS) {
        this.#reject();
        continue;
      }
      setEntry(kept, name.slice(0, MAX_NAME_LENGTH), value);
      size++;
    }
    return size === 0 ? NO_DIMENSIONS : kept;
  }

  #reject(): undefined {
    this.#context.count('rejectedValues', 1);
    return undefined;
  }
}
