import type { ServedUsage } from './served-usage.js';

/** What one provider billed for one model, by the server's own books. */
export interface TallyEntry {
  provider: string;
  /** The model that answered, as named in the response. */
  model: string;
  /** Requests answered with success: metered + unmetered. */
  calls: number;
  /** Calls whose usage went over the wire; the token fields sum these alone. */
  meteredCalls: number;
  /** Calls whose usage the client never got to see (a stream without usage). */
  unmeteredCalls: number;
  inputTokens: number;
  cacheReadInputTokens: number;
  cacheWriteInputTokens: number;
  outputTokens: number;
  reasoningOutputTokens: number;
  /** Requests answered with an error; never billed. */
  failedRequests: number;
}

const TOKEN_FIELDS = [
  'inputTokens',
  'cacheReadInputTokens',
  'cacheWriteInputTokens',
  'outputTokens',
  'reasoningOutputTokens',
] as const;

/** The provider's side of the story: what it billed, per provider and model. */
export class Tally {
  readonly #entries = new Map<string, TallyEntry>();

  /** Books one successful request; `onWire` tells whether the client was told the usage. */
  served(provider: string, model: string, usage: ServedUsage, onWire: boolean): void {
    const entry = this.#entry(provider, model);
    entry.calls += 1;
    if (!onWire) {
      entry.unmeteredCalls += 1;
      return;
    }
    entry.meteredCalls += 1;
    for (const field of TOKEN_FIELDS) entry[field] += usage[field];
  }

  failed(provider: string, model: string): void {
    this.#entry(provider, model).failedRequests += 1;
  }

  /** One entry per provider and model, in order of first use. */
  entries(): TallyEntry[] {
    return [...this.#entries.values()].map((entry) => ({ ...entry }));
  }

  /** The sum over all models of a provider, or over all providers. */
  total(provider?: string): TallyEntry {
    const sum = emptyEntry(provider ?? '*', '*');
    for (const entry of this.#entries.values()) {
      if (provider !== undefined && entry.provider !== provider) continue;
      for (const field of TOKEN_FIELDS) sum[field] += entry[field];
      sum.calls += entry.calls;
      sum.meteredCalls += entry.meteredCalls;
      sum.unmeteredCalls += entry.unmeteredCalls;
      sum.failedRequests += entry.failedRequests;
    }
    return sum;
  }

  #entry(provider: string, model: string): TallyEntry {
    const key = JSON.stringify([provider, model]);
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const entry = emptyEntry(provider, model);
    this.#entries.set(key, entry);
    return entry;
  }
}

function emptyEntry(provider: string, model: string): TallyEntry {
  return {
    provider,
    model,
    calls: 0,
    meteredCalls: 0,
    unmeteredCalls: 0,
    inputTokens: 0,
    cacheReadInputTokens: 0,
    cacheWriteInputTokens: 0,
    outputTokens: 0,
    reasoningOutputTokens: 0,
    failedRequests: 0,
  };
}
