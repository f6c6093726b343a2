import { diag, metrics, type MeterProvider } from '@opentelemetry/api';
import * as nodeModule from 'node:module';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { isModule, resolveFrom, type AppModules, type LoadedModule } from './app-modules.js';
import { KNOWN_INSTRUMENTATIONS } from './known-instrumentations.js';

const log = diag.createComponentLogger({ namespace: 'otel-genai-ledger' });

/** One instrumentation package of the application. */
interface Installed {
  readonly name: string;
  readonly path: string;
}

/**
 * Switches on every known instrumentation the application has installed, for CommonJS and for ES modules; to be called
 * once a global tracer provider is registered and before the application loads its libraries. Returns the names of
 * the packages switched on; one that fails is logged and left out.
 */
export function instrument(modules: AppModules): string[] {
  const installed = KNOWN_INSTRUMENTATIONS.map((packages) => firstInstalled(modules, packages)).filter(
    (found) => found !== undefined,
  );
  const importHook = shareOneImportHook(installed);
  const patched = new Set<string>();
  const active: string[] = [];
  for (const { name, path } of installed) {
    try {
      for (const library of switchOn(createRequire(path)(path))) patched.add(library);
      active.push(name);
    } catch (error) {
      log.warn(`${name} could not be switched on`, error);
    }
  }
  if (importHook !== undefined && patched.size > 0) hookImports(importHook, [...patched]);
  return active;
}

function firstInstalled(modules: AppModules, packages: readonly string[]): Installed | undefined {
  for (const name of packages) {
    const path = modules.resolve(name);
    if (path !== undefined) return { name, path };
  }
  return undefined;
}

/**
 * Instrumentations bring their own copies of `import-in-the-middle`, each with its own list of hooks, but Node can run
 * the loader of one copy only. So every copy is answered with the newest one, whose path is returned. (Without this
 * `@traceloop/…` 0.27 beside `@opentelemetry/…` 0.22x never sees an ES module.)
 */
function shareOneImportHook(installed: readonly Installed[]): string | undefined {
  const copies = new Map<string, string>();
  for (const { path } of installed) {
    const base = resolveFrom(path, '@opentelemetry/instrumentation');
    const copy = base === undefined ? undefined : resolveFrom(base, 'import-in-the-middle');
    if (copy !== undefined) copies.set(copy, versionBeside(copy));
  }
  const [newest] = [...copies].sort(([, left], [, right]) => compareVersions(right, left));
  if (newest === undefined) return undefined;
  const [path] = newest;
  const require = createRequire(path);
  require(path);
  for (const copy of copies.keys()) require.cache[copy] = require.cache[path];
  return path;
}

/**
 * Lets the instrumentations see imports of `libraries` by ES modules: in the same thread where Node can (22.22.3, 24.11.1
 * and newer, where `module.register` is deprecated), else by a loader thread.
 */
function hookImports(importHook: string, libraries: string[]): void {
  const inThread = resolveFrom(importHook, './register-hooks.mjs');
  if ('registerHooks' in nodeModule && inThread !== undefined) {
    const hooks: unknown = createRequire(importHook)(inThread);
    if (isModule(hooks) && call(hooks['supportsSyncHooks']) === true) {
      call(hooks['register'], { include: libraries });
      return;
    }
  }
  const loader = resolveFrom(importHook, './hook.mjs');
  if (loader !== undefined) {
    nodeModule.register(pathToFileURL(loader).href, { data: { include: libraries } });
  }
}

function call(value: unknown, ...args: readonly unknown[]): unknown {
  return typeof value === 'function' ? value(...args) : undefined;
}

/** Makes an instance of the class a package exports (that patches CommonJS); returns the libraries it wants to patch. */
function switchOn(exports: LoadedModule): string[] {
  for (const [name, exported] of Object.entries(exports)) {
    if (name.endsWith('Instrumentation') && isInstrumentationClass(exported)) {
      const instrumentation = new exported();
      // As registerInstrumentations does: @opentelemetry/instrumentation-openai 0.20–0.22 breaks streams without it.
      instrumentation.setMeterProvider(metrics.getMeterProvider());
      return (instrumentation.getModuleDefinitions() ?? []).map((definition) => definition.name);
    }
  }
  throw new TypeError('it exports no class whose name ends in Instrumentation');
}

/** What OpenTelemetry's `InstrumentationAbstract` guarantees of its subclasses. */
interface InstrumentationClass {
  new (): {
    getModuleDefinitions(): readonly { readonly name: string }[] | undefined;
    setMeterProvider(provider: MeterProvider): void;
  };
}

function isInstrumentationClass(value: unknown): value is InstrumentationClass {
  return typeof value === 'function' && typeof value.prototype?.getModuleDefinitions === 'function';
}

function versionBeside(file: string): string {
  const manifest = resolveFrom(file, './package.json');
  const version: unknown = manifest === undefined ? undefined : createRequire(file)(manifest).version;
  return typeof version === 'string' ? version : '0.0.0';
}

/** Numeric order of the release part of two versions. */
function compareVersions(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}
