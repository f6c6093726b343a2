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
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
}
