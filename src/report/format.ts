const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const shares = new Intl.NumberFormat('en-US', {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

/** `1234567` → `1,234,567`. */
export function formatCount(count: number): string {
  return counts.format(count);
}

const STEPS = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** A count in at most five characters, for narrow tables: `1234567` → `1.23M`, `12345` → `12.3k`, `999` → `999`. */
export function formatShortCount(count: number): string {
  for (const [step, letter] of STEPS) {
    if (count >= step * 0.9995) return `${(count / step).toPrecision(3)}${letter}`;
  }
  return String(count);
}

/** A share of 1 as percent with one decimal, never rounded up to 100.0 % nor down to 0.0 %; `n/a` for null. */
export function formatShare(share: number | null): string {
  if (share === null) return 'n/a';
  if (share < 1 && share > 0.9995) return '>99.9%';
  if (share > 0 && share < 0.0005) return '<0.1%';
  return shares.format(share);
}

/**
 * How many decimals a column of dollar amounts needs so that small amounts stay visible: 2 from $100 up, 4 from $1 up,
 * else 6.
 */
export function usdDecimals(amounts: Iterable<number>): number {
  let largest = 0;
  for (const amount of amounts) largest = Math.max(largest, Math.abs(amount));
  if (largest >= 100) return 2;
  return largest >= 1 ? 4 : 6;
}

const dollarFormats = new Map<number, Intl.NumberFormat>();

/** Making a format costs tens of microseconds, so there is one per number of decimals. */
function dollars(decimals: number): Intl.NumberFormat {
  let format = dollarFormats.get(decimals);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-US', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    dollarFormats.set(decimals, format);
  }
  return format;
}

/** `1234.5` → `$1,234.50`; what would round to zero shows as `<$0.01`, so that only nothing is `$0.00`. */
export function formatUsd(amount: number, decimals: number): string {
  const size = Math.abs(amount);
  const smallest = 10 ** -decimals;
  const sign = amount < 0 ? '-' : '';
  if (size > 0 && size < smallest / 2) return `${sign}<$${smallest.toFixed(decimals)}`;
  return `${sign}$${dollars(decimals).format(size)}`;
}

/** A number without exponent and with no more decimals than it has: `4.023e-7` → `0.000000402`; at most 9 decimals. */
export function plainDecimal(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(9).replace(/0+$/, '');
}

/** Controls, format marks, lone surrogates, blanks other than the space, and what a font may leave out (Hangul filler). */
const INVISIBLE = /(?! |\ufe0f)[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\ufffc]/gu;

/**
 * Text of unknown origin made safe to print on a terminal: control characters (escape sequences, newlines) and
 * invisible ones become visible escapes, so that a name can neither paint the screen nor pose as another. Emoji keep
 * their variation selector.
 */
export function printable(text: string): string {
  return text.replace(INVISIBLE, escaped);
}

/** Text as it is but for control characters other than line ends, which become escapes: for data shown on a terminal. */
export function withoutControls(text: string): string {
  return text.replace(/(?![\r\n])\p{Cc}/gu, escaped);
}

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}
