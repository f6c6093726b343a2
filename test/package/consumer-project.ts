import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

/** Packs the built package, as `npm publish` would, into a new temporary folder; resolves to the tarball. */
export async function packed(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'genai-ledger-pack-'));
  await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  const [tarball] = await readdir(folder);
  if (tarball === undefined) throw new Error('npm pack made no tarball');
  return join(folder, tarball);
}

/** An empty application with the given packages (specifiers or tarballs) installed, and the consumer scripts. */
export async function consumerProject(packages: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'genai-ledger-consumer-'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
  await run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], {
    cwd: folder,
  });
  await cp(join(root, 'test/fixtures/consumer'), folder, { recursive: true });
  return folder;
}

/** Path of a Node binary of the given major: the running one, or one installed from npm. */
export async function nodeBinary(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const folder = join(tmpdir(), `genai-ledger-node-${major}-${process.pid}`);
  await mkdir(folder, { recursive: true });
  // The binary is a dependency the `node` package links in its install script.
  await run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, `node@${major}`], {
    cwd: folder,
  });
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
