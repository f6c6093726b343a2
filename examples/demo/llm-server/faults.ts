/**
 * Faults a prompt asks for: `#fail=429` fails every attempt, `#flaky=500` the first attempt of the same request only,
 * so that a client's own retry gets through.
 */
export class Faults {
  readonly #failedOnce = new Set<string>();

  /** The HTTP status to fail with, or `undefined` to answer. `text` is the request body as sent. */
  statusFor(text: string): number | undefined {
    const always = /#fail=(\d{3})/.exec(text)?.[1];
    if (always !== undefined) return Number(always);
    const once = /#flaky=(\d{3})/.exec(text)?.[1];
    if (once === undefined || this.#failedOnce.delete(text)) return undefined;
    this.#failedOnce.add(text);
    return Number(once);
  }
}
