import { CommanderError } from 'commander';
import type { Terminal } from './terminal.js';
import { CliError, EXIT } from './cli-error.js';
import { createProgram } from './program.js';

/**
 * Runs one command line (without node and script) and resolves to its exit code; never rejects. What fails is told on
 * standard error in two lines: what is wrong, and what to do about it.
 */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = EXIT.ok;
  try {
    const program = createProgram(terminal, (code) => {
      exitCode = code;
    });
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok; // help or version, printed already
    const failure = error instanceof CommanderError ? usageError(error) : await explained(error, terminal);
    if (failure !== undefined) await tell(failure, terminal);
    return failure?.exitCode ?? EXIT.usage;
  }
}

/** Paths, arguments and bits of broken files come from elsewhere: they neither paint the screen nor add lines. */
async function tell({ message, advice }: CliError, terminal: Terminal): Promise<void> {
  const { printable } = await import('../report/format.js');
  terminal.err(`genai-ledger: ${printable(message)}\n  ${printable(advice)}\n`);
}

/** `error: unknown option '--bx'\n(Did you mean --by?)` as two lines; `undefined` when help was printed instead. */
function usageError(error: CommanderError): CliError | undefined {
  if (error.code === 'commander.help') return undefined;
  const [what = '', hint] = error.message
    .replace(/^error: /, '')
    .split(/\n|(?<= is invalid)\. |(?<= is invalid for argument '\w+')\. /);
  const meant = hint === undefined ? '' : `${hint.replace(/^\(|\)$/g, '')} `;
  return new CliError(what, `${meant}See genai-ledger --help.`);
}

async function explained(error: unknown, terminal: Terminal): Promise<CliError> {
  const debug = terminal.env['GENAI_LEDGER_DEBUG'] ?? '';
  if (debug !== '' && error instanceof Error) terminal.err(`${error.stack ?? error.message}\n`);
  return (await import('./explain-error.js')).explainError(error);
}
