import type { Terminal } from './terminal.js';
import { EXIT } from './cli-error.js';

/** What of a command line program is completed; commander's `Command` has it. */
export interface CompletedProgram {
  readonly commands: readonly CompletedCommand[];
}

/** One command, with its options as commander describes them. */
export interface CompletedCommand {
  name(): string;
  summary(): string;
  description(): string;
  readonly options: readonly {
    readonly long?: string | undefined;
    readonly short?: string | undefined;
    readonly description: string;
    /** True: its value must, or may, be given. */
    readonly required: boolean;
    readonly optional: boolean;
    readonly argChoices?: readonly string[] | undefined;
  }[];
  readonly registeredArguments: readonly { readonly argChoices?: readonly string[] | undefined }[];
}

/** What a shell needs to know of one command. */
interface Completed {
  readonly name: string;
  readonly description: string;
  /** What its argument may be; none: the name of a file. */
  readonly values: readonly string[];
  readonly flags: ReadonlyArray<{
    flag: string;
    description: string;
    takesValue: boolean;
    choices: readonly string[];
  }>;
}

/** `genai-ledger completion bash|zsh|fish`: a script made from the commands and options themselves, so that it is never behind. */
export async function completionCommand(
  shell: string,
  program: CompletedProgram,
  terminal: Terminal,
): Promise<number> {
  const commands = program.commands.map(completedOf);
  if (shell === 'bash') await terminal.out(bashScript(commands));
  else if (shell === 'zsh') await terminal.out(zshScript(commands));
  else await terminal.out(fishScript(commands));
  return EXIT.ok;
}

function completedOf(command: CompletedCommand): Completed {
  return {
    name: command.name(),
    description: command.summary() || command.description(),
    values: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    flags: command.options.map(({ long, short, description, required, optional, argChoices }) => ({
      flag: long ?? short ?? '',
      description,
      takesValue: required || optional,
      choices: argChoices ?? [],
    })),
  };
}

function bashScript(commands: readonly Completed[]): string {
  const cases = commands.map(({ name, flags, values }) => {
    const choices = flags
      .filter((flag) => flag.choices.length > 0)
      .map(
        ({ flag, choices: words }) =>
          `      ${flag}) COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$word")); return ;;`,
      );
    const list = [...flags.map(({ flag }) => flag), '--help'].join(' ');
    const after = choices.length > 0 ? `    case "$before" in\n${choices.join('\n')}\n    esac\n` : '';
    return `  ${name})\n${after}    words="${list}" values="${values.join(' ')}" ;;`;
  });
  return `# bash completion of genai-ledger: eval "$(genai-ledger completion bash)"
_genai_ledger() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words="" values=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} --help --version" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "$word" in
  -*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
  *) COMPREPLY=($(compgen -W "$values" -- "$word")) ;;
  esac
}
complete -o default -o bashdefault -F _genai_ledger genai-ledger
`;
}

function zshScript(commands: readonly Completed[]): string {
  const names = commands.map(({ name, description }) => `    ${zshQuoted(`${name}:${description}`)}`);
  const cases = commands.map(({ name, flags, values }) => {
    const specs = flags.map(({ flag, description, takesValue, choices }) => {
      const value = choices.length > 0 ? `:value:(${choices.join(' ')})` : ':value:_files';
      return `      ${zshQuoted(`${flag}[${description.replace(/[[\]:]/g, '\\$&')}]${takesValue ? value : ''}`)}`;
    });
    return `  ${name})\n    _arguments \\\n${[...specs, `      ${zshQuoted(values.length > 0 ? `1:value:(${values.join(' ')})` : '*:ledger:_files')}`].join(' \\\n')} ;;`;
  });
  return `#compdef genai-ledger
# zsh completion of genai-ledger: eval "$(genai-ledger completion zsh)"
_genai_ledger() {
  local -a commands
  commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
compdef _genai_ledger genai-ledger
`;
}

function zshQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function fishScript(commands: readonly Completed[]): string {
  const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = commands.flatMap(({ name, description, flags, values }) => [
    `complete -c genai-ledger -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
    ...(values.length > 0
      ? [
          `complete -c genai-ledger -n ${quoted(`__fish_seen_subcommand_from ${name}`)} -f -a ${quoted(values.join(' '))}`,
        ]
      : []),
    ...flags.map(({ flag, description: text, takesValue, choices }) => {
      const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r' : '';
      return `complete -c genai-ledger -n ${quoted(`__fish_seen_subcommand_from ${name}`)} -l ${flag.replace(/^--/, '')}${value} -d ${quoted(text)}`;
    }),
  ]);
  return `# fish completion of genai-ledger: genai-ledger completion fish | source\n${lines.join('\n')}\n`;
}
