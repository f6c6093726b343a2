const WINDOW = 100;
const SLOW_MILLIS = 2;

/** Watches how long appends take: `isSlow` once more than 5 % of the last 100 took over 2 ms. */
export class AppendPace {
  #count = 0;
  #slow = 0;

  /** Notes one append; true when the window just closed and was slow. */
  isSlow(millis: number): boolean {
    this.#count++;
    if (millis > SLOW_MILLIS) this.#slow++;
    if (this.#count < WINDOW) return false;
    const slow = this.#slow > WINDOW * 0.05;
    this.#count = 0;
    this.#slow = 0;
    return slow;
  }
}
