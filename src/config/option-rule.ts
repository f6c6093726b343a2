/** The rule of one option: its default, and how a given value or a text of the environment becomes a value. */
export interface OptionRule<T> {
  readonly fallback: T;
  /** What is allowed, completing "must be …". */
  readonly rule: string;
  /** True when `value` is of the right type; else it is a TypeError. */
  readonly isType: (value: unknown) => value is T;
  /** True when a value of the right type is allowed; else it is a RangeError. */
  readonly isAllowed: (value: T) => boolean;
  /** Reads the text of an environment variable; `undefined` = it is none. */
  readonly parse: (text: string) => T | undefined;
}

/** An integer from `min` to `max`; `unit` as in "milliseconds". */
export function integer(fallback: number, min: number, max: number, unit: string): OptionRule<number> {
  return {
    fallback,
    rule: `an integer from ${min} to ${max} (${unit})`,
    isType: (value): value is number => typeof value === 'number',
    isAllowed: (value) => Number.isInteger(value) && value >= min && value <= max,
    parse: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined),
  };
}

/** A non-empty text that `isAllowed` accepts. */
export function text<F extends string | undefined>(
  fallback: F,
  rule: string,
  isAllowed: (value: string) => boolean = () => true,
): OptionRule<string | F> {
  return {
    fallback,
    rule,
    isType: (value): value is string => typeof value === 'string',
    isAllowed: (value) => value !== undefined && value !== '' && isAllowed(value),
    parse: (value) => value,
  };
}

/** One of a few words. */
export function choice<const W extends string, F extends W | undefined>(
  fallback: F,
  words: readonly W[],
): OptionRule<W | F> {
  const isWord = (value: unknown): value is W => words.some((word) => word === value);
  return {
    fallback,
    rule: `one of ${words.map((word) => `'${word}'`).join(', ')}`,
    isType: (value): value is W => typeof value === 'string',
    isAllowed: isWord,
    parse: (value) => (isWord(value) ? value : undefined),
  };
}

/** A value as an error message shows it: short, and whole texts in quotes. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 100 ? `${value.slice(0, 100)}…` : value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return 'an array';
  return isFields(value) ? 'an object' : `an object (${tagOf(value)})`;
}

/**
 * True for an object whose fields are what it holds: not a Map, a Date or another of JavaScript's own, whose entries would
 * be missed in silence.
 */
export function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && tagOf(value) === 'Object';
}

/** The first field that is none of `names`; `undefined` = there is no such. */
export function unknownField(value: object, names: readonly string[]): string | undefined {
  return Object.keys(value).find((name) => !names.includes(name));
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}
