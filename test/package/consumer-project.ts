import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Runs a program to its end; rejects unless it succeeds. */
export const run = promisify(execFile);

const temporaries: string[] = [];

async function temporary(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `genai-ledger-${name}-`));
  temporaries.push(folder);
  return folder;
}

/** Removes all folders made here. */
export async function removeTemporaries(): Promise<void> {
  for (const folder of temporaries.splice(0)) await rm(folder, { recursive: true, force: true });
}

const root = resolve(import.meta.dirname, '../..');

/** Packs the built package, as `npm publish` would, into a new temporary folder; resolves to the tarball. */
export async function packed(): Promise<string> {
  const folder = await temporary('pack');
  await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  const [tarball] = await readdir(folder);
  if (tarball === undefined) throw new Error('npm pack made no tarball');
  return join(folder, tarball);
}

/** An empty application with the given packages (specifiers or tarballs) installed, and the consumer scripts. */
export async function consumerProject(packages: readonly string[]): Promise<string> {
  const folder = await temporary('consumer');
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
  await run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], {
    cwd: folder,
  });
  await cp(join(root, 'test/fixtures/consumer'), folder, { recursive: true });
  return folder;
}

const binaries = new Map<number, Promise<string>>();

/** Path of a Node binary of the given major: the running one, or one installed from npm. */
export function nodeBinary(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return Promise.resolve(process.execPath);
  const known = binaries.get(major) ?? installNode(major);
  binaries.set(major, known);
  return known;
}

async function installNode(major: number): Promise<string> {
  const folder = await temporary(`node-${major}`);
  const args = ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, `node@${major}`];
  await run('npm', args, { cwd: folder });
  return join(folder, 'node_modules/node/bin/node');
}

/** Runs a consumer script and parses what it printed. */
export async function consume(node: string, project: string, args: readonly string[]): Promise<unknown> {
  const { stdout } = await run(node, [...args], { cwd: project });
  return JSON.parse(stdout);
}

/** Compiles one file of a consumer project strictly; resolves to the compiler's complaints, empty = none. */
export async function typeErrors(project: string, file: string): Promise<string> {
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--types',
    '',
    '--lib',
    'es2023,dom',
  ];
  try {
    await run(process.execPath, [join(dirname(typescript), 'bin/tsc'), ...options, file], { cwd: project });
    return '';
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
  }
}
