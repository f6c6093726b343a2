import { LedgerError } from '../journal/ledger-error.js';
import { CliError, EXIT } from './cli-error.js';

/** What to do about a failure of the file system or of the ledger, by its code. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOENT:
    'Give the path of a ledger, set GENAI_LEDGER_PATH, or let your application write one first (default: ./usage-ledger.json).',
  EACCES:
    'Run as the user who owns the ledger, or change the permissions of the file and of the directory beside it.',
  EPERM:
    'Run as the user who owns the ledger, or change the permissions of the file and of the directory beside it.',
  EISDIR: "Give the file itself, or a pattern such as 'dir/*.json'.",
  ENOTDIR: 'A part of the path is a file. Check the path.',
  ELOOP: 'It is a symbolic link where a real file is needed. Give the real path.',
  ENOTLEDGER: 'Give the JSON file that otel-genai-ledger writes ("format": "genai-usage-ledger").',
  ENEWER: 'Update: npm install otel-genai-ledger@latest',
  ECORRUPT:
    'Run genai-ledger check to see what is damaged; a backup or the directory beside the file may still hold it.',
  ENOSPC: 'Free some space and run it again; the ledger itself is unchanged.',
  EROFS: 'The file system is read-only. Give a path that can be written.',
  EADDRINUSE: 'Give another port with --port, or --port 0 for any free one.',
};

/** Brings any failure of a command to two lines and an exit code; programming errors are named as such. */
export function explainError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (error instanceof LedgerError) {
    return new CliError(
      error.message,
      ADVICE[error.code] ?? 'Run genai-ledger check on it, and see the reason above.',
      EXIT.data,
    );
  }
  if (error instanceof RangeError || error instanceof TypeError) {
    const option = /^(\w+) (must [^]*); got ([^]*)$/.exec(error.message);
    if (option !== null) return badOption(option);
  }
  const code = codeOf(error);
  const advice = ADVICE[code];
  const message = error instanceof Error ? error.message : String(error);
  if (advice !== undefined) return new CliError(message, advice, EXIT.data);
  return new CliError(
    `unexpected failure: ${message}`,
    'This is a defect of genai-ledger: please report it, with what GENAI_LEDGER_DEBUG=1 prints.',
    EXIT.data,
  );
}

/** `since must be a date …; got "x"` → `--since: "x" is not valid` and `It must be a date …`. */
function badOption([, name = '', rule = '', got = '']: RegExpExecArray): CliError {
  const meant = /: did you mean (.+)\?$/.exec(got);
  const value = meant === null ? got : got.slice(0, meant.index);
  const typed = rule.replace(', a Date, or milliseconds since 1970', ''); // those are for callers of summarize
  const advice = meant === null ? `It ${typed}.` : `Did you mean ${meant[1]}? It ${typed}.`;
  return new CliError(`--${name}: ${value} is not valid`, advice);
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
