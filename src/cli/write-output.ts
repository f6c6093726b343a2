import { dirname, join } from 'node:path';
import type { FileInfo, FileSystem } from '../journal/file-system.js';
import { CliError, EXIT } from './cli-error.js';

/** A ledger says within so many bytes what it is. */
const LEDGER_HEAD_BYTES = 512;

/**
 * Writes a report to a file: first under a random name beside it, then renamed, so that a reader never sees half of it
 * and a full disk leaves the old one; never over a ledger. Mode and owner of a file that is there stay; a new one gets 0644.
 */
export async function writeOutput(path: string, text: string, files: FileSystem): Promise<void> {
  const before = await infoOf(path, files);
  if (path === '' || (before !== undefined && before.kind !== 'file')) {
    throw new CliError(
      `--output: ${path === '' ? 'no name' : path} is not a regular file`,
      'Give the name of a file, or leave --output out and redirect.',
    );
  }
  if (await isLedger(path, before, files)) {
    throw new CliError(`--output: ${path} is a ledger`, 'Give another name: a report would replace it.');
  }
  const like = before ?? { mode: 0o644, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const staged = join(dirname(path), `.genai-ledger-${files.randomName()}`);
  try {
    await files.stage(staged, Buffer.from(text, 'utf8'), like);
    await files.rename(staged, path);
  } catch (error) {
    await files.unlink(staged).catch(() => undefined); // never made, or renamed already
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(
      `cannot write ${path}: ${reason}`,
      'Check that the directory exists and can be written.',
      EXIT.data,
    );
  }
}

/** True for the file of a ledger, whole or not: by what it says, or by the journals beside it. */
async function isLedger(path: string, before: FileInfo | undefined, files: FileSystem): Promise<boolean> {
  if ((await infoOf(`${path}.d`, files))?.kind === 'directory') return true;
  if (before === undefined) return false;
  const { bytes } = await files.readFrom(path, 0);
  return Buffer.from(bytes.subarray(0, LEDGER_HEAD_BYTES)).includes('"genai-usage-ledger"');
}

async function infoOf(path: string, files: FileSystem): Promise<FileInfo | undefined> {
  try {
    return await files.stat(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
