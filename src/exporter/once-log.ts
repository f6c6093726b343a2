import { diag } from '@opentelemetry/api';

const MAX_KEYS = 1000;

/** Logs through `diag`: the first time a thing is said it is a warning, after that debug, so that a burst is one line. */
export class OnceLog {
  readonly #logger = diag.createComponentLogger({ namespace: 'otel-genai-ledger' });
  readonly #said = new Set<string>();

  /** `key` tells what is the same thing; past 1000 keys everything new is debug. */
  warn(key: string, message: string): void {
    if (this.#said.has(key) || this.#said.size >= MAX_KEYS) {
      this.#logger.debug(message);
      return;
    }
    this.#said.add(key);
    this.#logger.warn(message);
  }

  /** A warning that whoever says it takes care not to repeat. */
  problem(message: string): void {
    this.#logger.warn(message);
  }
}
