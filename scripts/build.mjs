// Builds dist/ from src/ and checks what the published types import.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

rmSync(dist, { recursive: true, force: true });
const require = createRequire(import.meta.url);
const typescript = require.resolve('typescript/package.json');
const tsc = join(dirname(typescript), JSON.parse(readFileSync(typescript, 'utf8')).bin.tsc);
try {
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
} catch (error) {
  process.exit(error.status ?? 1); // tsc has said why
}

const mainEntryIsImported = {
  name: 'main entry is imported',
  setup({ onResolve }) {
    onResolve({ filter: /\/index\.js$/ }, () => ({ path: './index.js', external: true }));
  },
};

/** Puts the license of a package that is copied in before its code; esbuild moves it to the end of what holds the code. */
const licenses = {
  name: 'licenses',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]node_modules[/\\].*\.m?js$/ }, ({ path }) => {
      const [folder] = /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/.exec(path);
      const license = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
      if (license === undefined) throw new Error(`${folder} has no license file`);
      const text = readFileSync(join(folder, license), 'utf8');
      return { contents: `/*!\n${text}*/\n${readFileSync(path, 'utf8')}`, loader: 'js' };
    });
  },
};

await bundle();
copyPageAssets();
for (const bin of Object.values(manifest.bin)) chmodSync(join(root, bin), 0o755);

removeInnerTypes();
const problems = [];
for (const file of filesUnder(dist).filter((path) => path.endsWith('.d.ts'))) {
  for (const specifier of importsOf(readFileSync(file, 'utf8'))) {
    if (specifier.startsWith('.') || specifier === '@opentelemetry/api') continue;
    problems.push(
      `${file.slice(root.length + 1)} imports ${specifier}; published types may import @opentelemetry/api alone`,
    );
  }
}
for (const target of exportTargets(manifest.exports)) {
  if (!existsSync(join(root, target)))
    problems.push(`package.json exports ${target}, which the build did not make`);
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}

/**
 * Puts the modules together: there are more than 200, and Node takes half a millisecond for one. The main entry is one
 * file; what preloads it (`register`) imports that file, so that a process has one state whichever entry it came by. The
 * command line is a process of its own: it has its own copy of what it needs, and loads a command when it is asked for.
 * Dependencies and peers stay imports; `signal-exit` is copied in (finding its two files takes 2 ms), its license with it.
 * Names and line ends stay: without, the entry loads 1.4 ms sooner and no stack trace can be read.
 */
async function bundle() {
  for (const file of filesUnder(dist)) if (file.endsWith('.js')) rmSync(file);
  const options = {
    absWorkingDir: root,
    outdir: dist,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Paths in comments are those of the repository, wherever the packages lie.
    preserveSymlinks: true,
    external: Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
    plugins: [licenses],
    logLevel: 'warning',
  };
  await build({ ...options, entryPoints: { index: 'src/index.ts' } });
  toAscii(join(dist, 'index.js'));
  await build({
    ...options,
    entryPoints: { register: 'src/register.ts' },
    plugins: [licenses, mainEntryIsImported],
  });
  await build({
    ...options,
    entryPoints: { 'cli/main': 'src/cli/main.ts' },
    splitting: true,
    // As deep as cli/, so that what is found beside a module is found from a chunk as well.
    chunkNames: 'chunks/[name]-[hash]',
  });
}

/**
 * The code is ASCII as esbuild writes it, the comments it keeps in classes are not; one such character doubles the memory of
 * the whole text, and it loads 0.5 ms later.
 */
function toAscii(file) {
  writeFileSync(file, readFileSync(file, 'utf8').replace(/\P{ASCII}/gu, '-'));
}

/** The report page's style and script, and the chart library it inlines (MIT, its license before it, so that it is in every page). */
function copyPageAssets() {
  const from = join(root, 'src', 'report', 'page');
  const to = join(dist, 'report', 'page');
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (/\.(js|css)$/.test(name)) copyFileSync(join(from, name), join(to, name));
  }
  const chart = dirname(require.resolve('chart.js'));
  const license = readFileSync(join(chart, '..', 'LICENSE.md'), 'utf8');
  // Its source map is not at hand where the page is.
  const library = readFileSync(join(chart, 'chart.umd.min.js'), 'utf8').replace(
    /^\/\/# sourceMappingURL=.*$/m,
    '',
  );
  writeFileSync(join(to, 'chart.js'), `/*!\n${license}*/\n${library}`);
}

/** Keeps the types that the entry points lead to; those of the command line would ask for its dependencies' types. */
function removeInnerTypes() {
  const waiting = exportTargets(manifest.exports)
    .filter((target) => target.endsWith('.d.ts'))
    .map((target) => join(root, target));
  const reached = new Set(waiting);
  for (const file of waiting) {
    if (!existsSync(file)) continue; // told below
    for (const specifier of importsOf(readFileSync(file, 'utf8')).filter((name) => name.startsWith('.'))) {
      const next = resolve(dirname(file), specifier.replace(/\.js$/, '.d.ts'));
      if (!reached.has(next)) waiting.push(next);
      reached.add(next);
    }
  }
  for (const file of filesUnder(dist)) if (file.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Static and dynamic imports, re-exports and triple-slash references of a declaration file. */
function importsOf(text) {
  const patterns = [
    /\bfrom\s+['"]([^'"]+)['"]/g,
    /\bimport\s+['"]([^'"]+)['"]/g,
    /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
    /<reference\s+types=['"]([^'"]+)['"]/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]));
}

function exportTargets(exports) {
  return Object.values(exports).flatMap((value) =>
    typeof value === 'string' ? [value] : Object.values(value),
  );
}
