import type { Terminal } from './terminal.js';

/** Alternate screen, no cursor, no wrapping of what is too wide. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const END_OF_LINE = '\u001b[K';
const BELOW = '\u001b[J';

/**
 * A text that is drawn over and over in place, on the alternate screen without cursor; drawn anew when the terminal is
 * resized. `close` gives the screen back as it was. What does not fit in height is cut, the end of it first.
 */
export class LiveScreen {
  readonly #terminal: Terminal;
  readonly #forget: () => void;
  #draw: ((width: number) => string) | undefined;
  #open = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#forget = terminal.onResize(() => void this.#paint());
  }

  async show(draw: (width: number) => string): Promise<void> {
    this.#draw = draw;
    await this.#paint();
  }

  async close(): Promise<void> {
    this.#forget();
    if (this.#open) await this.#terminal.out(LEAVE);
    this.#open = false;
    this.#draw = undefined;
  }

  async #paint(): Promise<void> {
    if (this.#draw === undefined) return;
    const { columns, rows } = this.#terminal.size();
    const lines = this.#draw(columns).trimEnd().split('\n');
    const shown = lines.length > rows ? [...lines.slice(0, rows - 1), '…'] : lines;
    const enter = this.#open ? '' : ENTER;
    this.#open = true;
    await this.#terminal.out(`${enter}${HOME}${shown.map((line) => line + END_OF_LINE).join('\n')}${BELOW}`);
  }
}
