/** An exact decimal number: `digits × 10^exponent`. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/**
 * Reads a finite, non-negative JS number as the decimal a person wrote: 0.075 is 75e-3, not the nearest binary fraction
 * (0.07499999999999999722…). The shortest text that reads back as the same number is that decimal.
 */
export function toDecimal(value: number): Decimal {
  const [mantissa = '0', power = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

/** `value × 10^by`, exact. */
export function shift(value: Decimal, by: number): Decimal {
  return { digits: value.digits, exponent: value.exponent + by };
}

/** `value` as a whole number of units of `10^exponent`; rounded half up where it has finer digits. */
export function inUnits(value: Decimal, exponent: number): bigint {
  const power = value.exponent - exponent;
  if (power >= 0) return value.digits * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (2n * value.digits + divisor) / (2n * divisor);
}
