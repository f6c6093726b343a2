/** Exit codes of `genai-ledger`. */
export const EXIT = { ok: 0, data: 1, usage: 2, overBudget: 3 } as const;

/** A failure as a person wants it: what is wrong, in one line, and what to do about it, in another. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly advice: string;
  readonly exitCode: number;

  constructor(message: string, advice: string, exitCode: number = EXIT.usage) {
    super(message);
    this.advice = advice;
    this.exitCode = exitCode;
  }
}
