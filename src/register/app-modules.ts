import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** What a loaded package exports; every use narrows it. */
export type LoadedModule = Readonly<Record<string, unknown>>;

/**
 * The packages an application has installed, seen from its main script and its working directory: this package must
 * not depend on any SDK or instrumentation, the application does. Loading is synchronous, so that all is in place
 * before the application's first line, without a top-level await.
 */
export class AppModules {
  readonly #roots: readonly string[];

  /** `roots`: folders to look from, nearest first. */
  constructor(roots: readonly string[]) {
    this.#roots = roots;
  }

  /** The running application: the folder of its main script, then the working directory. */
  static ofProcess(): AppModules {
    const main = process.argv[1];
    return new AppModules(main === undefined ? [process.cwd()] : [dirname(resolve(main)), process.cwd()]);
  }

  /**
   * Path of the file `specifier` stands for, or `undefined`. `via`: packages through whose own dependencies to look
   * too, since strict package managers show an application only what it names itself.
   */
  resolve(specifier: string, via: readonly string[] = []): string | undefined {
    for (const root of this.#roots) {
      const found = resolveFrom(join(root, 'from.js'), specifier);
      if (found !== undefined) return found;
    }
    for (const [index, name] of via.entries()) {
      const holder = this.resolve(name, via.slice(index + 1));
      const found = holder === undefined ? undefined : resolveFrom(holder, specifier);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Loads a package as `require` does; `undefined` when it is not installed. Throws what the package throws. */
  load(specifier: string, via: readonly string[] = []): LoadedModule | undefined {
    const path = this.resolve(specifier, via);
    if (path === undefined) return undefined;
    const exports: unknown = createRequire(path)(path);
    return isModule(exports) ? exports : undefined;
  }
}

/** `specifier` as code in `file` would find it. */
export function resolveFrom(file: string, specifier: string): string | undefined {
  try {
    return createRequire(file).resolve(specifier);
  } catch {
    return undefined; // not installed there
  }
}

/** Functions count too: some CommonJS packages export one with properties. */
export function isModule(value: unknown): value is LoadedModule {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Calls `new module[name](...args)`. Throws a `TypeError` naming both when there is no such class. */
export function construct(module: LoadedModule, name: string, ...args: readonly unknown[]): object {
  const exported = module[name];
  if (!isConstructor(exported)) throw new TypeError(`otel-genai-ledger/register: no class ${name}`);
  return new exported(...args);
}

function isConstructor(value: unknown): value is new (...args: readonly unknown[]) => object {
  return typeof value === 'function' && typeof value.prototype === 'object';
}
