import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../examples/run-node.js';

/** One fenced code block of the README. */
export interface Block {
  readonly language: string;
  /** What follows the language on the opening fence; for `js` the name of the file. */
  readonly name: string;
  readonly text: string;
}

export const README: string = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** All fenced code blocks, in order. */
export const BLOCKS: readonly Block[] = [...README.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', name = '', text = '']) => ({ language, name, text }),
);

/** Rows of the Markdown table whose header starts with `first`, cell by cell. */
export function tableRows(first: string): string[][] {
  const lines = README.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${first} |`));
  const rows: string[][] = [];
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith('|')) break;
    rows.push(
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
  }
  return rows;
}
