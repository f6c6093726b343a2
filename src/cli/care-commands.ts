import type { LedgerCheck } from '../store/check-ledger.js';
import type { LedgerCompaction } from '../store/compact-ledger.js';
import type { Terminal } from './terminal.js';
import { formatCount, printable } from '../report/format.js';
import { EXIT } from './cli-error.js';
import { eachLedger } from './each-ledger.js';

export interface CareOptions {
  readonly format: string;
}

/** `genai-ledger check`: reads everything and tells what it found; exit 1 when there is a defect. */
export async function checkCommand(
  files: readonly string[],
  options: CareOptions,
  terminal: Terminal,
): Promise<number> {
  const { checkLedger } = await import('../store/check-ledger.js');
  const checks = await eachLedger(
    files,
    terminal,
    (path) => checkLedger(path),
    (done) => (options.format === 'json' ? json(done) : done.map(checkText).join('')),
  );
  return checks.some(isDefective) ? EXIT.data : EXIT.ok;
}

function isDefective({ findings }: LedgerCheck): boolean {
  return findings.some(({ level }) => level === 'defect');
}

function checkText(check: LedgerCheck): string {
  const { path, writers, parts, base, callsBeyondView, findings } = check;
  const held = [
    plural(writers, 'writer'),
    plural(parts, 'journal part'),
    base === undefined ? 'no base' : `base ${base}`,
    ...(callsBeyondView > 0 ? [`${plural(callsBeyondView, 'call')} not in the file yet`] : []),
  ];
  const verdict = isDefective(check) ? 'DEFECT' : 'ok';
  const lines = findings.map(({ level, message }) => `  ${level}: ${printable(message)}`);
  return `${[`${printable(path)}: ${verdict} (${held.join(', ')})`, ...lines].join('\n')}\n`;
}

/** `genai-ledger compact`: publishes what all writers left and folds their journals. */
export async function compactCommand(
  files: readonly string[],
  options: CareOptions,
  terminal: Terminal,
): Promise<number> {
  const { compactLedger } = await import('../store/compact-ledger.js');
  await eachLedger(
    files,
    terminal,
    async (path) => ({ path, ...(await compactLedger(path)) }),
    (done) => (options.format === 'json' ? json(done) : done.map(compactText).join('')),
  );
  return EXIT.ok;
}

function compactText({
  path,
  base,
  foldedParts,
  removed,
  keptParts,
  problems,
}: LedgerCompaction & { path: string }): string {
  const folded =
    base === undefined
      ? 'nothing to fold'
      : `${plural(foldedParts, 'journal part')} folded into base ${base}`;
  const rest = `${plural(removed.length, 'file')} removed, ${plural(keptParts, 'journal part')} kept`;
  const lines = problems.map(({ message }) => `  note: ${printable(message)}`);
  return `${[`${printable(path)}: ${folded}, ${rest}`, ...lines].join('\n')}\n`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
