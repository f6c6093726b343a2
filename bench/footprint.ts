import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchmark, mustEqual } from './harness/benchmark.js';
import { bytes } from './harness/text.js';

/** What `npm install otel-genai-ledger` brings along. */
const root = fileURLToPath(new URL('../../', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Where `name` resolves from a package in `folder`. */
function find(name: string, folder: string): string {
  for (let from = folder; ; from = dirname(from)) {
    const candidate = join(from, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (from === dirname(from)) throw new Error(`${name} is not installed`);
  }
}

/** All packages a package brings, itself left out. */
function brought(folder: string, seen: Set<string> = new Set()): Set<string> {
  for (const name of Object.keys(manifestOf(folder).dependencies ?? {})) {
    const found = find(name, folder);
    if (seen.has(found)) continue;
    seen.add(found);
    brought(found, seen);
  }
  return seen;
}

function sizeOf(folder: string): number {
  let size = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) size += sizeOf(path);
    else if (entry.isFile()) size += statSync(path).size;
  }
  return size;
}

await benchmark('Install footprint', async (run) => {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [pack] = JSON.parse(
    execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ) as Array<{
    readonly name: string;
    readonly size: number;
    readonly unpackedSize: number;
    readonly entryCount: number;
  }>;
  const manifest = manifestOf(root);
  mustEqual('packed', pack!.name, manifest.name);
  const rows = Object.keys(manifest.dependencies ?? {}).map((name) => {
    const folder = find(name, root);
    const below = [...brought(folder)];
    const size = below.reduce((sum, each) => sum + sizeOf(each), sizeOf(folder));
    return { name: `${name} ${manifestOf(folder).version}`, size, count: below.length };
  });
  const all = [...brought(root)];
  const dependencies = all.reduce((sum, folder) => sum + sizeOf(folder), 0);
  run.table(
    ['package', 'unpacked', 'with it come'],
    [
      [
        `${manifest.name} itself (${pack!.entryCount} files, ${bytes(pack!.size)} packed)`,
        bytes(pack!.unpackedSize),
        '',
      ],
      ...rows
        .toSorted((a, b) => b.size - a.size)
        .map(({ name, size, count }) => [name, bytes(size), `${count} more`]),
      [`all ${all.length} run-time packages`, bytes(pack!.unpackedSize + dependencies), ''],
    ],
  );
});
