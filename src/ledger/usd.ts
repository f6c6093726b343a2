/**
 * Integer nano-USD → USD with at most 9 decimals. The quotient is the double nearest to that decimal, which JSON prints
 * with no more digits than needed, so `nanoUsd(usd(n)) === n` for every |n| below 8,388,608e9 (2^23 dollars).
 *
 * Example: 402,300 nano-USD = $0.0004023.
 */
export function usd(nanoUsd: number): number {
  return nanoUsd / 1e9;
}

/**
 * USD → integer nano-USD, the inverse of `usd`; what is no multiple of a nano-dollar is rounded to the nearest. Above
 * $4 million the product alone can miss by one, so the candidate is checked against the division.
 */
export function nanoUsd(amountUsd: number): number {
  const candidate = Math.round(amountUsd * 1e9) + 0;
  if (candidate / 1e9 === amountUsd) return candidate;
  if ((candidate - 1) / 1e9 === amountUsd) return candidate - 1;
  if ((candidate + 1) / 1e9 === amountUsd) return candidate + 1;
  return candidate;
}
