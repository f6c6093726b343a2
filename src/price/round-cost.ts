/** Integer part, towards −∞, of `units / divisor`; exact for safe integers. */
export function floorUnits(units: number, divisor: number): number {
  const remainder = units % divisor;
  return (units - (remainder < 0 ? remainder + divisor : remainder)) / divisor;
}

/** `units / divisor` to the nearest integer, half up (towards +∞); exact for safe integers. */
export function roundUnits(units: number, divisor: number): number {
  const floor = floorUnits(units, divisor);
  return (units - floor * divisor) * 2 >= divisor ? floor + 1 : floor;
}

/**
 * Raises `floors` by one each, largest remainder first (on a tie the earlier one), until they add up to `total`, so that
 * the parts of a cost add up to its once-rounded total. A part never gets more than its next integer.
 *
 * Example: parts 0.5, 0.5, 0, 1.25 nano-USD; total 2.25 → 2: floors 0, 0, 0, 1 become 1, 0, 0, 1.
 */
export function spreadRounding<T extends number | bigint>(
  floors: number[],
  remainders: T[],
  total: number,
): void {
  let left = total - floors.reduce((sum, floor) => sum + floor, 0);
  const raised = new Set<number>();
  for (; left > 0; left--) {
    let largest = -1;
    for (const [index, remainder] of remainders.entries()) {
      const best = remainders[largest];
      if (!raised.has(index) && (best === undefined || remainder > best)) largest = index;
    }
    raised.add(largest);
    floors[largest] = (floors[largest] ?? 0) + 1;
  }
}
