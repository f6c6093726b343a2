import type { LedgerProblem } from './publisher.js';

/** Passes a problem on once, until it is over: a full disk is one message, not one per flush. */
export class ProblemLog {
  readonly #report: (problem: LedgerProblem) => void;
  readonly #open = new Set<string>();

  constructor(report: (problem: LedgerProblem) => void) {
    this.#report = report;
  }

  add(problem: LedgerProblem): void {
    if (this.#open.has(problem.code)) return;
    this.#open.add(problem.code);
    this.#report(problem);
  }

  /** The next problem of that code is news again. */
  over(code?: string): void {
    if (code === undefined) this.#open.clear();
    else this.#open.delete(code);
  }
}
