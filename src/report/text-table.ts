/** One cell: what is printed, and how to paint it once it is padded (paint adds no width). */
export interface Cell {
  readonly text: string;
  readonly paint?: ((text: string) => string) | undefined;
}

export type Align = 'left' | 'right';

const GAP = '  ';
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Characters that take one cell each, as nearly all here do: ASCII, Latin-1, `…`, `≥`, lines and blocks. */
const NARROW = /^[ -~\u00a1-\u00ac\u00ae-\u00ff\u2026\u2264\u2265\u2500-\u259f]*$/;

/** How many terminal cells a text takes: East Asian wide characters and emoji two, combining marks none. */
export function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    if (WIDE.test(character)) width += 2;
    else if (!/\p{M}/u.test(character)) width += 1;
  }
  return width;
}

/** Cuts the middle out of a text that is too wide: names of models tell apart at both ends. */
export function cutMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const characters = Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
  let head = Math.min(Math.ceil((width - 1) / 2), characters.length);
  let tail = Math.min(width - 1 - head, characters.length - head);
  const cut = (): string =>
    `${characters.slice(0, head).join('')}…${characters.slice(characters.length - tail).join('')}`;
  while (displayWidth(cut()) > width && head + tail > 0) {
    if (tail > 0) tail--;
    else head--;
  }
  return cut();
}

/** Width of each column: that of its widest cell. */
export function columnWidths(rows: readonly (readonly Cell[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, { text }] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, displayWidth(text));
  }
  return widths;
}

/** Width of a whole line. */
export function lineWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1);
}

/** One line of a table, cells padded to their columns, no blanks at the end. */
export function tableLine(
  cells: readonly Cell[],
  widths: readonly number[],
  aligns: readonly Align[],
): string {
  const padded = cells.map(({ text, paint }, i) => {
    const blanks = ' '.repeat(Math.max(0, (widths[i] ?? 0) - displayWidth(text)));
    const painted = paint === undefined ? text : paint(text);
    if (aligns[i] === 'right') return blanks + painted;
    return i === cells.length - 1 ? painted : painted + blanks;
  });
  return padded.join(GAP).trimEnd();
}

/** Breaks a line between words (and a word that is too long) so that it fits; what follows is indented by two. */
export function wrapped(line: string, width: number): string {
  if (displayWidth(line) <= width) return line;
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ').flatMap((one) => pieces(one, width - 2))) {
    const next = current === '' ? word : `${current} ${word}`;
    if (current.trim() !== '' && displayWidth(next) > width) {
      lines.push(current);
      current = `  ${word}`;
    } else current = next;
  }
  return [...lines, current].join('\n');
}

/** A word cut so that each piece fits. */
function pieces(word: string, width: number): string[] {
  if (displayWidth(word) <= width) return [word];
  const cut = [''];
  for (const { segment } of GRAPHEMES.segment(word)) {
    const last = cut.at(-1) ?? '';
    if (last !== '' && displayWidth(last + segment) > width) cut.push(segment);
    else cut[cut.length - 1] = last + segment;
  }
  return cut;
}
