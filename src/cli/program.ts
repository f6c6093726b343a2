import { Command, Option } from 'commander';
import type { Terminal } from './terminal.js';
import { withQuery } from './with-query.js';
import {
  collect,
  examples,
  exitCodes,
  FILES,
  joined,
  packageVersion,
  QUERY_EXAMPLES,
  SHELLS,
} from './help-text.js';

/** The program, ready to be given its arguments. */
export interface Program {
  parseAsync(argv: readonly string[], options: { from: 'user' }): Promise<unknown>;
}

/** Takes the exit code a command ends with. */
type Finish = (exitCode: number) => void;

/**
 * The commands with their options, help and examples. Each loads its own code when it runs, so that help is quick.
 * `finish` is given the exit code; failures are thrown.
 */
export function createProgram(terminal: Terminal, finish: Finish): Program {
  const program = new Command('genai-ledger')
    .description('What your LLM calls cost: reports from the ledger that otel-genai-ledger keeps.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .addHelpText('after', exitCodes())
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.out(text),
      writeErr: (text) => terminal.err(text),
      outputError: () => undefined, // told by whoever catches the error
    });
  addReport(program, terminal, finish);
  addWatch(program, terminal, finish);
  addServe(program, terminal, finish);
  addBudget(program, terminal, finish);
  addCare(program, terminal, finish);
  addCompletion(program, terminal, finish);
  for (const command of program.commands) command.exitOverride();
  return program;
}

function addReport(program: Command, terminal: Terminal, finish: Finish): void {
  withQuery(program.command('report').summary('what was spent, on what, when'), 'day,model', '30d')
    .description(
      'Shows calls, tokens and cost by the columns you choose, with totals and how complete they are. Several ledgers are added up; copies of one ledger count once.',
    )
    .option('--top <n>', 'only the n largest by cost; the rest becomes (other)')
    .addOption(
      new Option('--format <format>', 'how to print it')
        .choices(['table', 'json', 'csv', 'markdown', 'html'])
        .default('table'),
    )
    .option('--output <file>', 'write to a file instead of standard output')
    .addHelpText(
      'after',
      examples(`${QUERY_EXAMPLES}
  genai-ledger report --format csv --output usage.csv
  genai-ledger report --format html --output report.html
  genai-ledger report 'hosts/*/usage-ledger.json' --by service`),
    )
    .action(async (files: string[], options) => {
      const { reportCommand } = await import('./report-command.js');
      finish(await reportCommand(files, options, terminal));
    });
}

function addWatch(program: Command, terminal: Terminal, finish: Finish): void {
  withQuery(program.command('watch').summary('a live table, with what a minute costs'), 'model', 'today')
    .description(
      'Shows a table that keeps itself up to date, with tokens and dollars a minute, until Ctrl-C.',
    )
    .option('--top <n>', 'only the n largest by cost; the rest becomes (other)')
    .option('--interval <seconds>', 'how often to read the ledger', '2')
    .addHelpText(
      'after',
      examples(`  genai-ledger watch\n  genai-ledger watch --by agent,model --interval 5`),
    )
    .action(async (files: string[], options) => {
      const { watchCommand } = await import('./watch-command.js');
      finish(await watchCommand(files, options, terminal));
    });
}

function addServe(program: Command, terminal: Terminal, finish: Finish): void {
  withQuery(program.command('serve').summary('the report as a live page on this machine'), 'day,model', '30d')
    .description(
      'Serves the page of report --format html on the loopback interface, up to date, until Ctrl-C. Other machines and other sites cannot read it.',
    )
    .option('--port <port>', 'port to listen on; 0 takes any free one', '4620')
    .addHelpText('after', examples(`  genai-ledger serve\n  genai-ledger serve --since 7d --port 0`))
    .action(async (files: string[], options) => {
      const { serveCommand } = await import('./serve-command.js');
      finish(await serveCommand(files, options, terminal));
    });
}

function addBudget(program: Command, terminal: Terminal, finish: Finish): void {
  withFormat(program.command('budget').summary('fail when today or this month is over a limit'))
    .description(
      "Compares what today and this month (in the ledger's time zone) have cost with limits; exit code 3 when one is over. For CI and cron.",
    )
    .argument('[files...]', FILES)
    .option('--max-day <usd>', 'most that a day may cost')
    .option('--max-month <usd>', 'most that a month may cost')
    .option('--by <columns>', 'hold each group to the limits, e.g. agent', joined)
    .addHelpText(
      'after',
      examples(
        `  genai-ledger budget --max-day 25\n  genai-ledger budget --max-month 400 --by agent || notify-send "over budget"`,
      ),
    )
    .action(async (files: string[], options) => {
      const { budgetCommand } = await import('./budget-command.js');
      finish(await budgetCommand(files, options, terminal));
    });
}

function addCare(program: Command, terminal: Terminal, finish: Finish): void {
  withFormat(program.command('check').summary('is the ledger whole and are its sums right'))
    .description(
      'Checks schema and sums of the ledger file, checksums of bases and journals, and that none of their records is missing. Reads only; exit code 1 when there is a defect.',
    )
    .argument('[files...]', FILES)
    .addHelpText('after', examples(`  genai-ledger check\n  genai-ledger check 'hosts/*/usage-ledger.json'`))
    .action(async (files: string[], options) => {
      const { checkCommand } = await import('./care-commands.js');
      finish(await checkCommand(files, options, terminal));
    });
  withFormat(program.command('compact').summary('publish what dead processes left and fold journals'))
    .description(
      'Writes what all processes left into the ledger file and folds their journals. Safe at any time, also while they run.',
    )
    .argument('[files...]', FILES)
    .addHelpText('after', examples(`  genai-ledger compact`))
    .action(async (files: string[], options) => {
      const { compactCommand } = await import('./care-commands.js');
      finish(await compactCommand(files, options, terminal));
    });
  withFormat(program.command('reprice').summary('price calls that had no price'))
    .description(
      'Prices calls that had no known price when they were made, at the prices of their own time, and shows before and after. With --all also those that had one.',
    )
    .argument('[files...]', FILES)
    .option('--dry-run', 'only show what would change')
    .option('--model <name>', 'only this model, as model or provider/model; may be repeated', collect)
    .option('--prices <file>', 'JSON file of your own prices (default: GENAI_LEDGER_PRICES_FILE)')
    .option('--all', 'also calls that have a price already')
    .option('--today', "at today's prices instead of those of each call's time")
    .addHelpText(
      'after',
      examples(`  genai-ledger reprice --dry-run
  genai-ledger reprice --prices prices.json --model openai/my-finetune
  genai-ledger reprice --all --today --dry-run`),
    )
    .action(async (files: string[], options) => {
      const { repriceCommand } = await import('./reprice-command.js');
      finish(await repriceCommand(files, options, terminal));
    });
}

function withFormat(command: Command): Command {
  return command.addOption(
    new Option('--format <format>', 'how to print it').choices(['table', 'json']).default('table'),
  );
}

function addCompletion(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('completion')
    .summary('completion script for bash, zsh or fish')
    .description('Prints a script that completes commands and options in your shell.')
    .addArgument(program.createArgument('<shell>', 'which').choices(SHELLS))
    .addHelpText(
      'after',
      examples(`  eval "$(genai-ledger completion bash)"        # in ~/.bashrc
  eval "$(genai-ledger completion zsh)"         # in ~/.zshrc
  genai-ledger completion fish | source         # in config.fish`),
    )
    .action(async (shell: string) => {
      const { completionCommand } = await import('./completion-command.js');
      finish(await completionCommand(shell, program, terminal));
    });
}
