/** A number with about three significant digits, thousands separated. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : size === 0 ? 0 : 3;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** `0.43 ×` */
export function times(ratio: number): string {
  return `${figure(ratio)} ×`;
}

export function percent(part: number): string {
  return `${figure(part * 100)} %`;
}

/** Bytes as B, KB, MB (1000s). */
export function bytes(count: number): string {
  if (Math.abs(count) < 1000) return `${figure(count)} B`;
  return Math.abs(count) < 1e6 ? `${figure(count / 1e3)} KB` : `${figure(count / 1e6)} MB`;
}

/** A Markdown table with padded columns; the first column is text, the others are numbers. */
export function markdownTable(header: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const widths = header.map((title, i) =>
    Math.max(title.length, 3, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, i) => pad(cells[i] ?? '', width, i)).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}

function pad(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}
