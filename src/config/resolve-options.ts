import type { OptionRule } from './option-rule.js';
import { shown } from './option-rule.js';

/** A rule per option name. */
export type OptionRules<T> = { readonly [Name in keyof T]-?: OptionRule<T[Name]> };

/** Where values come from besides the options themselves. */
export interface OptionSources {
  /** Texts by variable name, `process.env` in production. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told once per variable that cannot be used, in one sentence. */
  readonly warn: (message: string) => void;
}

/**
 * Each option from what was given, else from its variable (`flushThreshold` → `GENAI_LEDGER_FLUSH_THRESHOLD`), else its
 * default. A given value that breaks its rule throws (TypeError for a wrong type, RangeError for a wrong value, both
 * naming name, value and rule); a variable that does is warned about and ignored. `undefined` and an empty variable
 * mean "not given".
 */
export function resolveOptions<T extends object>(
  rules: OptionRules<T>,
  given: Readonly<Record<string, unknown>>,
  sources: OptionSources,
): T {
  const resolved: Partial<T> = {};
  for (const name in rules) resolved[name] = resolveOption(name, rules[name], given[name], sources);
  return complete(rules, resolved);
}

function resolveOption<T>(name: string, rule: OptionRule<T>, given: unknown, sources: OptionSources): T {
  if (given !== undefined) return checked(name, rule, given);
  const variable = variableName(name);
  const text = sources.env[variable];
  if (text === undefined || text === '') return rule.fallback;
  const value = rule.parse(text);
  if (value !== undefined && rule.isAllowed(value)) return value;
  sources.warn(`${variable} must be ${rule.rule}; got ${shown(text)}: taking the default`);
  return rule.fallback;
}

function checked<T>(name: string, rule: OptionRule<T>, given: unknown): T {
  if (!rule.isType(given)) throw new TypeError(`${name} must be ${rule.rule}; got ${shown(given)}`);
  if (!rule.isAllowed(given)) throw new RangeError(`${name} must be ${rule.rule}; got ${shown(given)}`);
  return given;
}

function complete<T extends object>(rules: OptionRules<T>, values: Partial<T>): T {
  if (!hasAll(rules, values)) throw new TypeError('an option has no rule');
  return values;
}

function hasAll<T extends object>(rules: OptionRules<T>, values: Partial<T>): values is T {
  for (const name in rules) if (!(name in values)) return false;
  return true;
}

/** `flushIntervalMillis` → `GENAI_LEDGER_FLUSH_INTERVAL_MILLIS`. */
export function variableName(option: string): string {
  return `GENAI_LEDGER_${option.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
