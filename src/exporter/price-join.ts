import type { Clock } from '../config/clock.js';
import type { Call } from '../usage/call.js';
import type { Cost } from '../price/cost.js';
import type { OnceLog } from './once-log.js';
import type { PriceBook } from '../price/price-book.js';
import { NO_BOOK } from '../price/price-book.js';
import type { Pricing } from '../price/pricing.js';

/** Calls remembered while the book loads (≈ 100 ms); those beyond stay unpriced until `reprice`. */
const MAX_WAITING_CALLS = 50_000;
const CALLS_PER_TURN = 1000;
const MAX_UNKNOWN_MODELS = 200;

/** Where prices come from. */
export interface PriceSources {
  readonly pricing: Pricing;
  /** Loads the book, in the background. */
  readonly loadBook: () => Promise<PriceBook>;
}

export interface PriceJoinOptions extends PriceSources {
  readonly log: OnceLog;
  readonly clock: Clock;
  /** Books a call again, now that its price is known. */
  readonly rebook: (call: Call) => void;
}

/**
 * Joins calls with prices. The book is loaded in the background from construction on; calls that come before it is ready
 * are booked without a price and booked again when it is. A model without a price is warned about once.
 */
export class PriceJoin {
  readonly #options: PriceJoinOptions;
  readonly #unknown = new Map<string, Set<string>>();
  #unknownCount = 0;
  #waiting: Call[] = [];
  #settled = false;
  readonly #loading: Promise<void>;

  constructor(options: PriceJoinOptions) {
    this.#options = options;
    this.#loading = this.#load();
  }

  /** Name and version of the book. */
  get source(): string {
    return this.#options.pricing.source;
  }

  /** Cost of a call, `undefined` = no price known (yet), or nothing to price (no usage). */
  price(call: Call): Cost | undefined {
    if (!call.metered) return undefined;
    const cost = this.#options.pricing.price(call);
    if (cost === undefined) this.#unpriced(call);
    return cost;
  }

  /** Resolves once every call has the price it will get without `reprice`. Never rejects. */
  ready(): Promise<void> {
    return this.#loading;
  }

  /** True while calls wait for the book. */
  get waiting(): boolean {
    return this.#waiting.length > 0;
  }

  #unpriced(call: Call): void {
    if (!this.#settled) {
      if (this.#waiting.length < MAX_WAITING_CALLS) this.#waiting.push(call);
      return;
    }
    let models = this.#unknown.get(call.provider);
    if (models?.has(call.model) || this.#unknownCount >= MAX_UNKNOWN_MODELS) return;
    if (models === undefined) {
      models = new Set();
      this.#unknown.set(call.provider, models);
    }
    models.add(call.model);
    this.#unknownCount++;
    const name = `${call.provider}/${call.model}`;
    this.#options.log.warn(
      `unpriced ${name}`,
      `no price is known for ${JSON.stringify(name)}: its tokens count, its cost does not; give one with the option prices`,
    );
  }

  async #load(): Promise<void> {
    try {
      this.#options.pricing.setBook(await this.#options.loadBook());
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.log.warn(
        'price book',
        `the price book could not be loaded, calls stay unpriced: ${reason}`,
      );
      // From now on nothing is to be waited for: own prices and, if preferred, reported costs are all there is.
      this.#options.pricing.setBook(NO_BOOK);
    }
    this.#settled = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let i = 0; i < waiting.length; i++) {
      const call = waiting[i];
      if (call !== undefined) this.#options.rebook(call);
      if (i % CALLS_PER_TURN === CALLS_PER_TURN - 1) await this.#options.clock.yieldTurn();
    }
  }
}
