import { diag } from '@opentelemetry/api';

const log = diag.createComponentLogger({ namespace: 'otel-genai-ledger' });

/** Logs each problem once as a warning, then only for debugging: a broken library must not flood the log. */
export class ProblemLog {
  readonly #warned: Set<string> = new Set();

  warn(message: string, ...details: readonly unknown[]): void {
    if (this.#warned.has(message)) {
      log.debug(message, ...details);
      return;
    }
    this.#warned.add(message);
    log.warn(message, ...details);
  }
}
