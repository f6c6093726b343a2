import { ABSENT } from '../usage/tokens.js';
import type { Dialect, JsonUsage } from './dialects/dialect.js';
import type { SummedParts } from './dialects/usage-families.js';
import { memberAt } from './json-attribute.js';
import type { SpanAttributes } from './span-shape.js';
import { clearFound, found, tokenCount, type SpanNumber } from './take-numbers.js';

/** Takes the plain attributes of a span, family by family; totals only where they are needed, for raw numbers. */
export function takeAttributes(attributes: SpanAttributes, dialect: Dialect, raw: boolean): void {
  clearFound();
  const { families } = dialect;
  for (let i = 0; i < families.length; i++) families[i]?.numbers(attributes);
  if (!raw) return;
  for (let i = 0; i < families.length; i++) families[i]?.total(attributes);
}

const JSON_NUMBERS: readonly SpanNumber[] = [
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

function sum(attributes: SpanAttributes, keys: readonly string[]): number {
  let total = ABSENT;
  for (const key of keys) {
    const value = attributes[key];
    if (value === undefined) continue;
    const tokens = tokenCount(value);
    if (tokens >= 0) total = Math.max(total, 0) + tokens;
  }
  return total;
}

function firstMember(root: object, paths: readonly string[]): number {
  for (const path of paths) {
    const tokens = tokenCount(memberAt(root, path));
    if (tokens >= 0) return tokens;
  }
  return ABSENT;
}

function sumOfMembers(root: object, start: string): number {
  let total = ABSENT;
  for (const [name, value] of Object.entries(root)) {
    if (!name.startsWith(start)) continue;
    const tokens = tokenCount(value);
    if (tokens >= 0) total = Math.max(total, 0) + tokens;
  }
  return total;
}
