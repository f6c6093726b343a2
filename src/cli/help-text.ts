import { readTextFileSync } from '../journal/read-text-file.js';

/** Examples of reports, for the help of all and of `report`. */
export const QUERY_EXAMPLES = `  genai-ledger report --by model --since 2026-11 --top 10
  genai-ledger report --by day,agent --since 7d --where provider=openai
  genai-ledger report --by hour --since 24h --timezone Europe/Berlin`;

/** What the files of every command are. */
export const FILES = 'ledgers or patterns; default GENAI_LEDGER_PATH, else ./usage-ledger.json';

/** Shells there is completion for. */
export const SHELLS: readonly string[] = ['bash', 'zsh', 'fish'];

/** For options that may be repeated: all values in order. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** For options that take a list with commas: several of them are one list. */
export function joined(value: string, before?: string): string {
  return before === undefined ? value : `${before},${value}`;
}

/** The end of a command's help. */
export function examples(lines: string): string {
  return `\nExamples:\n${lines}\n`;
}

/** The end of the help of all commands. */
export function exitCodes(): string {
  return `
Examples:
${QUERY_EXAMPLES}
  genai-ledger serve

Exit codes: 0 ok, 1 problem with the ledger, 2 wrong usage, 3 over budget.
Environment: GENAI_LEDGER_PATH (the ledger), GENAI_LEDGER_PRICES_FILE (reprice),
NO_COLOR, FORCE_COLOR, COLUMNS (width), GENAI_LEDGER_DEBUG=1 (stacks).
`;
}

/** Version of this package. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readTextFileSync(new URL('../../package.json', import.meta.url)));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known && typeof manifest.version === 'string' ? manifest.version : 'unknown';
}
