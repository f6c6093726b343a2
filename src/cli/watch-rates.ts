import type { Usage } from '../ledger/ledger-document.js';

interface Sample {
  readonly millis: number;
  readonly costNanoUsd: number;
  readonly tokens: number;
  readonly calls: number;
}

/** What a minute brings, from the totals of the last minute's readings. */
export interface Rates {
  readonly usdPerMinute: number;
  readonly tokensPerMinute: number;
  readonly callsPerMinute: number;
  /** How long a time that is measured over, in seconds. */
  readonly seconds: number;
}

const WINDOW_MILLIS = 60_000;

/** Turns successive totals of a ledger into rates; times are of a monotonic clock. */
export class WatchRates {
  #samples: Sample[] = [];

  add(millis: number, totals: Usage): void {
    this.#samples.push({
      millis,
      costNanoUsd: Math.round(totals.costUsd * 1e9),
      tokens: totals.inputTokens + totals.outputTokens,
      calls: totals.calls,
    });
    // One sample from before the window stays, so that it is covered whole.
    while ((this.#samples[1]?.millis ?? millis) <= millis - WINDOW_MILLIS) this.#samples.shift();
  }

  /** `undefined` until there are two readings. */
  rates(): Rates | undefined {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.millis <= first.millis) return undefined;
    const minutes = (last.millis - first.millis) / 60_000;
    return {
      usdPerMinute: (last.costNanoUsd - first.costNanoUsd) / 1e9 / minutes,
      tokensPerMinute: (last.tokens - first.tokens) / minutes,
      callsPerMinute: (last.calls - first.calls) / minutes,
      seconds: Math.round(minutes * 60),
    };
  }
}
