import { ABSENT, readTokens } from '../usage/tokens.js';
import type { Dialect, JsonNumber, JsonUsage } from './dialects/dialect.js';
import type { SummedParts, UsageFamily } from './dialects/usage-families.js';
import { memberAt } from './json-attribute.js';
import type { SpanAttributes } from './span-shape.js';

type Field = keyof UsageFamily;

/** Keys of all families of a dialect, per number, in order of priority; made once per dialect. */
export type FieldKeys = Record<Field, readonly string[]>;

const keysByDialect = new Map<Dialect, FieldKeys>();

/** What was found on the span being read, `ABSENT` where nothing was. One for all: reading never interleaves. */
export const found: Record<JsonNumber | 'rejected', number> = {
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
  rejected: 0,
};

/** The keys to look up for each number in a dialect. */
export function keysOf(dialect: Dialect): FieldKeys {
  const known = keysByDialect.get(dialect);
  if (known !== undefined) return known;
  const all = (field: Field): readonly string[] => dialect.families.flatMap((family) => family[field]);
  const keys: FieldKeys = {
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
  return keys;
}

/** Looks up the plain attributes of a span; totals only where they are needed, for raw numbers. */
export function takeAttributes(attributes: SpanAttributes, keys: FieldKeys, raw: boolean): void {
  found.rejected = 0;
  found.input = first(attributes, keys.input);
  found.output = first(attributes, keys.output);
  found.cacheRead = first(attributes, keys.cacheRead);
  found.cacheWrite = first(attributes, keys.cacheWrite);
  found.reasoning = first(attributes, keys.reasoning);
  found.audioInput = first(attributes, keys.audioInput);
  found.audioOutput = first(attributes, keys.audioOutput);
  found.total = raw ? first(attributes, keys.total) : ABSENT;
  found.rawInput = ABSENT;
  found.rawOutput = ABSENT;
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

/** Fills what plain attributes left open; a value they have wins over the JSON. */
export function takeJson(json: JsonUsage, root: object): void {
  if (json.sums !== undefined) {
    if (found.input === ABSENT) found.input = sumOfMembers(root, json.sums.input);
    if (found.output === ABSENT) found.output = sumOfMembers(root, json.sums.output);
  }
  for (const name of JSON_NUMBERS) {
    const paths = json.numbers[name];
    if (paths !== undefined && found[name] === ABSENT) found[name] = firstMember(root, paths);
  }
}

/** Sums parts (modalities, cache lifetimes) where the number itself is absent. */
export function takeParts(attributes: SpanAttributes, parts: SummedParts): void {
  if (found.input === ABSENT) found.input = sum(attributes, parts.input);
  if (found.output === ABSENT) found.output = sum(attributes, parts.output);
  if (found.cacheRead === ABSENT) found.cacheRead = sum(attributes, parts.cacheRead);
  if (found.cacheWrite === ABSENT) found.cacheWrite = sum(attributes, parts.cacheWrite);
}

function first(attributes: SpanAttributes, keys: readonly string[]): number {
  for (let i = 0; i < keys.length; i++) {
    const value = attributes[keys[i] ?? ''];
    if (value === undefined) continue;
    const tokens = check(readTokens(value));
    if (tokens >= 0) return tokens;
  }
  return ABSENT;
}

function sum(attributes: SpanAttributes, keys: readonly string[]): number {
  let total = ABSENT;
  for (const key of keys) {
    const value = attributes[key];
    if (value === undefined) continue;
    const tokens = check(readTokens(value));
    if (tokens >= 0) total = Math.max(total, 0) + tokens;
  }
  return total;
}

function firstMember(root: object, paths: readonly string[]): number {
  for (const path of paths) {
    const tokens = check(readTokens(memberAt(root, path)));
    if (tokens >= 0) return tokens;
  }
  return ABSENT;
}

function sumOfMembers(root: object, start: string): number {
  let total = ABSENT;
  for (const [name, value] of Object.entries(root)) {
    if (!name.startsWith(start)) continue;
    const tokens = check(readTokens(value));
    if (tokens >= 0) total = Math.max(total, 0) + tokens;
  }
  return total;
}

/** Counts a value that is no token count. */
function check(tokens: number): number {
  if (tokens < ABSENT) found.rejected++;
  return tokens;
}
