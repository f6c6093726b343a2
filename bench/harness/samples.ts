/** What one sample cost, per operation, in microseconds. */
export interface Cost {
  /** User and system time of all threads of the process. */
  readonly cpuMicros: number;
  /** Time on the wall while the turns ran (final flush left out): what the main thread was busy or waiting. */
  readonly wallMicros: number;
}

/** One way to do the work. `run` does it once and says how many operations that were. */
export interface Variant {
  readonly name: string;
  readonly run: () => Promise<number>;
  /** What belongs to the work but not to its turns, e.g. a forced flush: in `cpuMicros`, not in `wallMicros`. */
  readonly finish?: () => Promise<void>;
}

/**
 * Samples of each variant, `rounds` of each, after `warmups`. Rounds are interleaved and begin with another variant each
 * time, so that a busy machine touches all variants alike and differences can be taken within a round. Young
 * garbage is collected before each sample: nobody pays for the one before.
 */
export async function interleave(
  variants: readonly Variant[],
  rounds: number,
  warmups: number,
): Promise<Map<string, Cost[]>> {
  const samples = new Map<string, Cost[]>(variants.map(({ name }) => [name, []]));
  for (let round = -warmups; round < rounds; round++) {
    for (let i = 0; i < variants.length; i++) {
      const variant = variants[(i + round + warmups) % variants.length]!;
      const cost = await sample(variant);
      if (round >= 0) samples.get(variant.name)!.push(cost);
    }
  }
  return samples;
}

/** One sample of one variant. */
export async function sample(variant: Variant): Promise<Cost> {
  globalThis.gc?.({ type: 'minor' }); // a full one would also throw away compiled code
  const cpu = process.cpuUsage();
  const start = performance.now();
  const operations = await variant.run();
  const wallMicros = (performance.now() - start) * 1000;
  await variant.finish?.();
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMicros: (user + system) / operations, wallMicros: wallMicros / operations };
}

/** The value that `part` (0–1) of the values do not exceed, by nearest rank. NaN when there are none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return sorted.length === 0 ? Number.NaN : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Differences within each round: `of[i] − from[i]`. */
export function added(of: readonly number[], from: readonly number[]): number[] {
  return of.map((value, i) => value - from[i]!);
}

/**
 * The line through the points by Theil and Sen: the median of the slopes between any two of them, and the median of what
 * it leaves at x = 0. A few points that are far off (a garbage collection, a busy neighbour) do not bend it.
 */
export function fitLine(points: ReadonlyArray<readonly [x: number, y: number]>): {
  at0: number;
  slope: number;
} {
  const slopes: number[] = [];
  points.forEach(([x, y], i) => {
    for (const [otherX, otherY] of points.slice(i + 1)) slopes.push((otherY - y) / (otherX - x));
  });
  const slope = median(slopes);
  return { at0: median(points.map(([x, y]) => y - slope * x)), slope };
}
