import { join, sep } from 'node:path';
import type { FileSystem } from '../journal/file-system.js';
import { CliError } from './cli-error.js';

const DEFAULT_PATH = './usage-ledger.json';
const PATTERN = /[*?[\]]/;

/**
 * The ledgers to read: those named, patterns expanded (`*`, `?`, `[ab]` within a name, `**` over directories), each
 * once; without any, `GENAI_LEDGER_PATH`, else `./usage-ledger.json`. A pattern that matches nothing is an error.
 * The directories that belong to ledgers (`….json.d`) are not searched.
 */
export async function ledgerPaths(
  named: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  files: Pick<FileSystem, 'list' | 'stat'>,
): Promise<string[]> {
  if (named.length === 0) return [env['GENAI_LEDGER_PATH'] || DEFAULT_PATH];
  const paths = new Set<string>();
  for (const name of named) {
    const found = PATTERN.test(name) && !(await exists(name, files)) ? await expand(name, files) : [name];
    for (const path of found) paths.add(path);
  }
  return [...paths];
}

async function expand(pattern: string, files: Pick<FileSystem, 'list' | 'stat'>): Promise<string[]> {
  const segments = pattern.split(/[/\\]/);
  const absolute = segments[0] === '';
  const found = await walk(absolute ? sep : '', absolute ? segments.slice(1) : segments, files);
  if (found.length > 0) return found.sort();
  throw new CliError(
    `no file matches ${pattern}`,
    'Check the pattern, and quote it so that the shell leaves it alone.',
    1,
  );
}

async function walk(
  folder: string,
  [segment, ...rest]: readonly string[],
  files: Pick<FileSystem, 'list' | 'stat'>,
): Promise<string[]> {
  if (segment === undefined) return [];
  if (segment === '**') {
    const below = await Promise.all(
      (await entries(folder, files))
        .filter(({ isFolder }) => isFolder)
        .map(({ path }) => walk(path, ['**', ...rest], files)),
    );
    return [...(await walk(folder, rest, files)), ...below.flat()];
  }
  if (!PATTERN.test(segment)) {
    const path = join(folder, segment);
    if (rest.length > 0) return walk(path, rest, files);
    return (await exists(path, files)) ? [path] : [];
  }
  const test = patternTest(segment);
  const matching = (await entries(folder, files)).filter(({ name }) => test.test(name));
  if (rest.length === 0) return matching.filter(({ isFolder }) => !isFolder).map(({ path }) => path);
  const deeper = matching.filter(({ isFolder }) => isFolder).map(({ path }) => walk(path, rest, files));
  return (await Promise.all(deeper)).flat();
}

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly isFolder: boolean;
}

/** What is in a folder, hidden names and the ledgers' own directories left out; nothing when it is no folder. */
async function entries(folder: string, files: Pick<FileSystem, 'list' | 'stat'>): Promise<Entry[]> {
  let names: string[];
  try {
    names = await files.list(folder === '' ? '.' : folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const visible = names.filter((name) => !name.startsWith('.') && !name.endsWith('.json.d'));
  const found = await Promise.all(visible.map((name) => entry(folder, name, files)));
  return found.filter((one) => one !== undefined);
}

async function entry(
  folder: string,
  name: string,
  files: Pick<FileSystem, 'stat'>,
): Promise<Entry | undefined> {
  const path = join(folder, name);
  try {
    return { name, path, isFolder: (await files.stat(path)).kind === 'directory' };
  } catch (error) {
    if (isMissing(error)) return undefined; // removed since it was listed
    throw error;
  }
}

async function exists(path: string, files: Pick<FileSystem, 'stat'>): Promise<boolean> {
  try {
    await files.stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** A file name pattern as a test of whole names. */
function patternTest(segment: string): RegExp {
  const source = segment.replace(/\*+|\?|\[[^\]]+\]|[^*?[]+|\[/g, (part) => {
    if (part.startsWith('*')) return '.*';
    if (part === '?') return '.';
    if (part.startsWith('[') && part.length > 2) {
      const inner = part.slice(1, -1).replaceAll('\\', '\\\\');
      return inner.startsWith('!') ? `[^${inner.slice(1)}]` : `[${inner}]`;
    }
    return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    throw new CliError(
      `${segment} is no pattern`,
      'Between [ and ] go characters and ranges, e.g. [a-z0-9].',
    );
  }
}
