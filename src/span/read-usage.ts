import { ABSENT, readTokens, settleTokens, type TokenCounts } from '../usage/tokens.js';
import type { Dialect, JsonNumber, JsonUsage } from './dialects/dialect.js';
import { SUMMED_PARTS, type UsageFamily } from './dialects/usage-families.js';
import { memberAt, parseJsonAttribute } from './json-attribute.js';
import type { SpanAttributes } from './span-shape.js';

/** The usage one span tells. `rawInputTokens` and `rawOutputTokens` are as written on the span, before any repair. */
export interface SpanUsage extends TokenCounts {
  /** False: neither a valid input nor a valid output number. */
  metered: boolean;
  rawInputTokens: number;
  rawOutputTokens: number;
  costUsd: number | undefined;
  /** Values that were there but no token counts. */
  rejected: number;
}

type Field = keyof UsageFamily;

/** Keys of all families of a dialect, per number, in order of priority; made once per dialect. */
type FieldKeys = Record<Field, readonly string[]>;

const keysByDialect = new Map<Dialect, FieldKeys>();

/**
 * Reads and normalises what one span tells of usage: per number the first valid value by family (never a sum of
 * families), then JSON, then repaired to inclusive by what the dialect's numbers mean. Parts never exceed totals.
 * Example (Traceloop on Anthropic, raw): input 36, cache read 1500, cache write 300 → input 1836.
 */
export function readUsage(
  attributes: SpanAttributes,
  dialect: Dialect,
  provider: string,
  model: string,
  json: object | undefined,
): SpanUsage {
  const keys = fieldKeys(dialect);
  const found = new Found(attributes);
  found.take(keys);
  if (json !== undefined && dialect.json !== undefined) found.takeJson(dialect.json, json);
  found.takeParts();
  const numbers = typeof dialect.numbers === 'function' ? dialect.numbers(attributes) : dialect.numbers;
  const usage = found.usage();
  if (usage.metered) {
    includeCache(usage, found, numbers === 'raw' && countsCacheApart(provider, model));
    if (numbers === 'raw' && countsThinkingApart(provider, model)) includeThinking(usage, found, dialect);
    usage.rejected += settleTokens(usage);
  }
  usage.costUsd = readCost(attributes, keys.cost, dialect);
  return usage;
}

/** True if the provider's own API counts cache reads and writes apart from the input (Anthropic, Bedrock Converse). */
function countsCacheApart(provider: string, model: string): boolean {
  if (provider === 'anthropic' || provider === 'aws.bedrock') return true;
  if (provider === 'openrouter' || provider === 'openai') return false;
  return model.includes('claude');
}

/** True if the provider's own API counts thoughts apart from the output (Gemini and Vertex `candidatesTokenCount`). */
function countsThinkingApart(provider: string, model: string): boolean {
  if (provider === 'gcp.gemini' || provider === 'gcp.vertex_ai') return !model.includes('claude');
  return provider === '(unknown)' && model.startsWith('gemini');
}

/** Adds the cache to an input without it. The provider's own number, where the span tells it, decides before the table. */
function includeCache(usage: SpanUsage, found: Found, apart: boolean): void {
  const cached = usage.cacheReadInputTokens + usage.cacheWriteInputTokens;
  if (cached === 0) return;
  const own = found.numbers.rawInput;
  const input = usage.inputTokens;
  const without =
    own !== ABSENT && own === input ? true : own !== ABSENT && own + cached === input ? false : apart;
  if (without && cached <= input) usage.inputTokens += cached;
}

/** Adds thoughts to an output without them, told as such or as what the total holds beyond input and output. */
function includeThinking(usage: SpanUsage, found: Found, dialect: Dialect): void {
  const { rawOutput, total } = found.numbers;
  const output = usage.outputTokens;
  const thoughts = usage.reasoningOutputTokens;
  if (thoughts > 0) {
    if (rawOutput !== ABSENT && rawOutput + thoughts === output) return;
    if (rawOutput !== output && dialect.totalIsSum !== true && total === usage.rawInputTokens + output)
      return;
    if (thoughts <= output) usage.outputTokens += thoughts;
  } else if (total > usage.rawInputTokens + output) {
    usage.outputTokens = total - usage.rawInputTokens;
    usage.reasoningOutputTokens = usage.outputTokens - output;
  }
}

function readCost(attributes: SpanAttributes, keys: readonly string[], dialect: Dialect): number | undefined {
  for (const key of keys) {
    const cost = attributes[key];
    if (isPrice(cost)) return cost;
  }
  if (dialect.costJson === undefined || attributes[dialect.costJson] === undefined) return undefined;
  const cost = memberAt(parseJsonAttribute(attributes[dialect.costJson]), 'total');
  return isPrice(cost) ? cost : undefined;
}

/** A reported 0 comes from a tool without a price, so it is none. */
function isPrice(cost: unknown): cost is number {
  return typeof cost === 'number' && Number.isFinite(cost) && cost > 0;
}

function fieldKeys(dialect: Dialect): FieldKeys {
  let keys = keysByDialect.get(dialect);
  if (keys === undefined) {
    const all = (field: Field): readonly string[] => dialect.families.flatMap((family) => family[field]);
    keys = {
      input: all('input'),
      output: all('output'),
      cacheRead: all('cacheRead'),
      cacheWrite: all('cacheWrite'),
      reasoning: all('reasoning'),
      audioInput: all('audioInput'),
      audioOutput: all('audioOutput'),
      total: all('total'),
      cost: all('cost'),
    };
    keysByDialect.set(dialect, keys);
  }
  return keys;
}

/** The numbers found on one span so far, `ABSENT` where there is none, and how many values were no numbers. */
class Found {
  readonly numbers: Record<JsonNumber, number> = {
    input: ABSENT,
    output: ABSENT,
    cacheRead: ABSENT,
    cacheWrite: ABSENT,
    reasoning: ABSENT,
    audioInput: ABSENT,
    audioOutput: ABSENT,
    total: ABSENT,
    rawInput: ABSENT,
    rawOutput: ABSENT,
  };
  rejected = 0;
  readonly #attributes: SpanAttributes;

  constructor(attributes: SpanAttributes) {
    this.#attributes = attributes;
  }

  take(keys: FieldKeys): void {
    const numbers = this.numbers;
    numbers.input = this.#first(keys.input);
    numbers.output = this.#first(keys.output);
    numbers.cacheRead = this.#first(keys.cacheRead);
    numbers.cacheWrite = this.#first(keys.cacheWrite);
    numbers.reasoning = this.#first(keys.reasoning);
    numbers.audioInput = this.#first(keys.audioInput);
    numbers.audioOutput = this.#first(keys.audioOutput);
    numbers.total = this.#first(keys.total);
  }

  /** Fills what plain attributes left open; a value they have wins over the JSON. */
  takeJson(json: JsonUsage, root: object): void {
    const numbers = this.numbers;
    if (json.sums !== undefined) {
      if (numbers.input === ABSENT) numbers.input = this.#sumOfMembers(root, json.sums.input);
      if (numbers.output === ABSENT) numbers.output = this.#sumOfMembers(root, json.sums.output);
    }
    for (const name of JSON_NUMBERS) {
      const paths = json.numbers[name];
      if (paths !== undefined && numbers[name] === ABSENT) numbers[name] = this.#firstMember(root, paths);
    }
  }

  /** Sums parts (modalities, cache lifetimes) where the number itself is absent. */
  takeParts(): void {
    const numbers = this.numbers;
    if (numbers.input === ABSENT) numbers.input = this.#sum(SUMMED_PARTS.input);
    if (numbers.output === ABSENT) numbers.output = this.#sum(SUMMED_PARTS.output);
    if (numbers.cacheRead === ABSENT) numbers.cacheRead = this.#sum(SUMMED_PARTS.cacheRead);
    if (numbers.cacheWrite === ABSENT) numbers.cacheWrite = this.#sum(SUMMED_PARTS.cacheWrite);
  }

  usage(): SpanUsage {
    const numbers = this.numbers;
    const input = Math.max(numbers.input, 0);
    const output = Math.max(numbers.output, 0);
    return {
      metered: numbers.input >= 0 || numbers.output >= 0,
      inputTokens: input,
      cacheReadInputTokens: Math.max(numbers.cacheRead, 0),
      cacheWriteInputTokens: Math.max(numbers.cacheWrite, 0),
      audioInputTokens: Math.max(numbers.audioInput, 0),
      outputTokens: output,
      reasoningOutputTokens: Math.max(numbers.reasoning, 0),
      audioOutputTokens: Math.max(numbers.audioOutput, 0),
      rawInputTokens: input,
      rawOutputTokens: output,
      costUsd: undefined,
      rejected: this.rejected,
    };
  }

  #first(keys: readonly string[]): number {
    for (const key of keys) {
      const value = this.#attributes[key];
      if (value === undefined) continue;
      const tokens = readTokens(value);
      if (tokens >= 0) return tokens;
      if (tokens !== ABSENT) this.rejected++;
    }
    return ABSENT;
  }

  #sum(keys: readonly string[]): number {
    let sum = ABSENT;
    for (const key of keys) {
      const value = this.#attributes[key];
      if (value === undefined) continue;
      const tokens = readTokens(value);
      if (tokens >= 0) sum = Math.max(sum, 0) + tokens;
      else if (tokens !== ABSENT) this.rejected++;
    }
    return sum;
  }

  #firstMember(root: object, paths: readonly string[]): number {
    for (const path of paths) {
      const tokens = readTokens(memberAt(root, path));
      if (tokens >= 0) return tokens;
      if (tokens !== ABSENT) this.rejected++;
    }
    return ABSENT;
  }

  #sumOfMembers(root: object, start: string): number {
    let sum = ABSENT;
    for (const [name, value] of Object.entries(root)) {
      if (!name.startsWith(start)) continue;
      const tokens = readTokens(value);
      if (tokens >= 0) sum = Math.max(sum, 0) + tokens;
      else if (tokens !== ABSENT) this.rejected++;
    }
    return sum;
  }
}

const JSON_NUMBERS: readonly JsonNumber[] = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite',
  'reasoning',
  'audioInput',
  'audioOutput',
  'total',
  'rawInput',
  'rawOutput',
];
