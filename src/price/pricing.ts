import type { Cost } from './cost.js';
import { ModelMemo } from './model-memo.js';
import type { UserTariff } from './parse-prices.js';
import type { PriceBook, PricedUsage } from './price-book.js';
import { NO_BOOK } from './price-book.js';
import { reportedCost } from './reported-cost.js';
import type { Tariff } from './tariff.js';
import { costIn, periodAt } from './tariff.js';

/** What pricing reads of a call, with the cost its span reported. */
export type PricedCall = PricedUsage & { readonly reportedCostUsd?: number | undefined };

export interface PricingOptions {
  /** The user's own prices, as `parsePrices` gives them; default none. */
  readonly prices?: readonly UserTariff[];
  /** `prefer`: a cost the span reports in USD comes before the book's. Default `ignore`. */
  readonly reportedCost?: 'ignore' | 'prefer';
}

/**
 * Prices calls by the user's prices, else (if preferred) the reported cost, else the book. It begins without a book, which
 * takes a while to load: until `setBook`, only calls that the user's prices cover have a price.
 */
export class Pricing {
  readonly #userTariffs: ModelMemo<readonly Tariff[]> | undefined;
  readonly #prefersReported: boolean;
  #book: PriceBook | undefined;

  constructor(options: PricingOptions) {
    const prices = options.prices ?? [];
    const find = (provider: string, model: string): readonly Tariff[] =>
      prices.filter(({ pattern }) => pattern.matches(provider, model)).map(({ tariff }) => tariff);
    this.#userTariffs = prices.length > 0 ? new ModelMemo(find) : undefined;
    this.#prefersReported = options.reportedCost === 'prefer';
  }

  /** Name and version of the book, for the ledger's `prices.source`; `none` while there is none. */
  get source(): string {
    return (this.#book ?? NO_BOOK).source;
  }

  /** True once there is a book: `undefined` from `price` then means that no price is known. */
  get ready(): boolean {
    return this.#book !== undefined;
  }

  setBook(book: PriceBook): void {
    this.#book = book;
  }

  /**
   * Cost of a metered call at the prices in force when it ended; `undefined` = no price known, or not yet (`ready`). Where
   * a price of the user's is in force but has no rate for tokens the call has, the call stays unpriced. Never throws.
   */
  price(call: PricedCall): Cost | undefined {
    if (this.#userTariffs !== undefined) {
      for (const tariff of this.#userTariffs.get(call.provider, call.model)) {
        const period = periodAt(tariff, call.endTimeUnixMillis);
        if (period) return costIn(period, call, tariff.source);
      }
    }
    // The unit of a reported cost is checked against the book, so it too waits for it.
    if (this.#book === undefined) return undefined;
    const cost = this.#book.price(call);
    return this.#prefersReported ? (reportedCost(call.reportedCostUsd, call, cost) ?? cost) : cost;
  }

  /** The tariffs a model has, in order of precedence; for pricing sums of calls (`priceSum`). */
  tariffs(provider: string, model: string): readonly Tariff[] {
    const own = this.#userTariffs?.get(provider, model) ?? [];
    const listed = this.#book?.tariff?.(provider, model);
    return listed ? [...own, listed] : own;
  }
}
