import { NO_DIMENSIONS, UNKNOWN } from '../usage/call.js';
import type { Call } from '../usage/call.js';
import type { AuditField, DimensionSource } from '../usage/usage-sink.js';
import { ABSENT, REJECTED, readTokens, settleTokens } from '../usage/tokens.js';
import { canonicalProvider } from '../usage/canonical-provider.js';
import { dimensionValue } from '../usage/dimension-value.js';
import { isCallTime } from '../usage/call-time.js';

const TOKEN_FIELDS = [
  'inputTokens',
  'cacheReadInputTokens',
  'cacheWriteInputTokens',
  'audioInputTokens',
  'outputTokens',
  'reasoningOutputTokens',
  'audioOutputTokens',
] as const;
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
  if (!isFields(value)) {
    context.count('rejectedValues', 1);
    return undefined;
  }
  const reader = new FieldReader(value, context);
  const provider = reader.text('provider');
  const call: Call = {
    provider: provider === undefined ? UNKNOWN : canonicalProvider(provider),
    model: reader.text('model') ?? UNKNOWN,
    operation: reader.text('operation') ?? 'chat',
    service: reader.text('service') ?? '',
    dimensions: reader.dimensions(),
    endTimeUnixMillis: reader.endTime(),
    durationMillis: reader.duration(),
    metered: false,
    error: value['error'] === true,
    inputTokens: 0,
    cacheReadInputTokens: 0,
    cacheWriteInputTokens: 0,
    audioInputTokens: 0,
    outputTokens: 0,
    reasoningOutputTokens: 0,
    audioOutputTokens: 0,
    reportedCostUsd: reader.cost(),
    booking: undefined,
  };
  call.metered = reader.tokens(call);
  return call;
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads the fields of one record and counts what it has to refuse. */
class FieldReader {
  readonly #fields: Fields;
  readonly #context: RecordContext;

  constructor(fields: Fields, context: RecordContext) {
    this.#fields = fields;
    this.#context = context;
  }

  text(name: string): string | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') return this.#reject();
    return value.length > MAX_NAME_LENGTH ? value.slice(0, MAX_NAME_LENGTH) : value;
  }

  endTime(): number {
    const value = this.#fields['endTimeUnixMillis'];
    const now = this.#context.nowMillis();
    if (value === undefined || value === null) return now;
    if (isCallTime(value, now)) return Math.floor(value);
    this.#context.count('clampedTimes', 1);
    return now;
  }

  duration(): number {
    const value = this.#fields['durationMillis'];
    if (value === undefined || value === null) return 0;
    const whole = typeof value === 'number' ? Math.round(value) : Number.NaN;
    if (Number.isSafeInteger(whole) && whole >= 0) return whole + 0;
    this.#reject();
    return 0;
  }

  cost(): number | undefined {
    const value = this.#fields['costUsd'];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
    return this.#reject();
  }

  /** Fills in the token counts; true when there was any. */
  tokens(call: Call): boolean {
    let metered = false;
    for (const field of TOKEN_FIELDS) {
      const count = readTokens(this.#fields[field]);
      if (count === REJECTED) this.#reject();
      if (count === REJECTED || count === ABSENT) continue;
      call[field] = count;
      metered = true;
    }
    const changed = metered ? settleTokens(call) : 0;
    if (changed > 0) this.#context.count('rejectedValues', changed);
    return metered;
  }

  dimensions(): Call['dimensions'] {
    const given = this.#fields['dimensions'];
    if (given === undefined || given === null) return NO_DIMENSIONS;
    if (!isFields(given)) {
      this.#reject();
      return NO_DIMENSIONS;
    }
    const kept: Record<string, string> = Object.create(null);
    let size = 0;
    for (const name of Object.keys(given)) {
      const source = this.#context.dimensions.find((each) => each.name === name);
      const value = dimensionValue(given[name], source?.hash === true);
      if (given[name] === undefined || given[name] === null || given[name] === '') continue;
      if (value === undefined || name === '' || size >= MAX_DIMENSIONS) {
        this.#reject();
        continue;
      }
      kept[name.slice(0, MAX_NAME_LENGTH)] = value;
      size++;
    }
    return size === 0 ? NO_DIMENSIONS : Object.freeze(kept);
  }

  #reject(): undefined {
    this.#context.count('rejectedValues', 1);
    return undefined;
  }
}
