import type { Clock, Timer } from '../config/clock.js';
import type { Call } from '../usage/call.js';
import type { Cost } from '../price/cost.js';
import type { OnceLog } from './once-log.js';
import type { PriceBook } from '../price/price-book.js';
import { NO_BOOK } from '../price/price-book.js';
import type { Pricing } from '../price/pricing.js';
import { detached } from './detached.js';

/** Calls remembered until the book is loaded (≈ 100 ms); those beyond stay unpriced until `reprice`. */
const MAX_WAITING_CALLS = 50_000;
/** A load that fails is tried again after 1, 2, 4 … 512 s: 17 minutes in all. */
const FIRST_RETRY_MILLIS = 1000;
const MAX_RETRIES = 10;
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
 * are booked without a price and booked again when it is. If it cannot be loaded (a process that starts short of file
 * descriptors), that is tried again. A model without a price is warned about once.
 */
export class PriceJoin {
  readonly #options: PriceJoinOptions;
  readonly #unknown = new Map<string, Set<string>>();
  #unknownCount = 0;
  #waiting: Call[] = [];
  /** The book is there, or is not to be expected any more. */
  #settled = false;
  #loading: Promise<void> | undefined;
  #failures = 0;
  #retry: Timer | undefined;

  constructor(options: PriceJoinOptions) {
    this.#options = options;
    // A retry is not to keep alive, or to be part of, the request in which the exporter was built.
    detached(() => this.#keepLoading());
  }

  /** Cost of a call, `undefined` = no price known (yet), or nothing to price (no usage). */
  price(call: Call): Cost | undefined {
    if (!call.metered) return undefined;
    const cost = this.#options.pricing.price(call);
    if (cost === undefined) this.#unpriced(call);
    return cost;
  }

  /** Resolves once every call has the price that can be told now; a book that is missing is tried once more. Never rejects. */
  async ready(): Promise<void> {
    await (this.#settled ? this.#loading : this.#load());
  }

  /** No book is waited for any more. */
  close(): void {
    this.#settled = true;
    this.#waiting = [];
    this.#retry?.cancel();
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

  /** Loads the book now and, as long as that fails, again later. */
  #keepLoading(retries = 0): void {
    void this.#load().then(() => {
      if (this.#settled) return;
      if (retries === MAX_RETRIES) return this.close();
      const millis = FIRST_RETRY_MILLIS * 2 ** retries;
      this.#retry = this.#options.clock.after(millis, () => this.#keepLoading(retries + 1));
    });
  }

  /** One attempt at a time. Never rejects. */
  #load(): Promise<void> {
    this.#loading ??= detached(() => this.#attempt()).finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  async #attempt(): Promise<void> {
    const { pricing, loadBook } = this.#options;
    try {
      const book = await loadBook();
      if (this.#settled) return;
      pricing.setBook(book);
      this.#settled = true;
    } catch (error) {
      this.#failures++;
      this.#sayMissing(error);
      if (this.#failures > 1) return;
      // For the time being own prices and, if preferred, reported costs are all there is.
      pricing.setBook(NO_BOOK);
    }
    await this.#bookWaiting();
  }

  #sayMissing(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const effect = 'calls stay unpriced until it can be';
    this.#options.log.warn('price book', `the price book could not be loaded, ${effect}: ${reason}`);
  }

  async #bookWaiting(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let i = 0; i < waiting.length; i++) {
      const call = waiting[i];
      if (call !== undefined) this.#options.rebook(call);
      if (i % CALLS_PER_TURN === CALLS_PER_TURN - 1) await this.#options.clock.yieldTurn();
    }
  }
}
