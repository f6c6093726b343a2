import { dirname, join } from 'node:path';

let ours: NodeJS.Require | undefined;

/** The `require` of this module; made when it is needed, since few processes do. */
function requireHere(): NodeJS.Require {
  return (ours ??= process.getBuiltinModule('node:module').createRequire(import.meta.url));
}

/**
 * Path of the CommonJS entry of a package, for loading one that could not be imported. Node keeps a failed import as failed
 * for good, and Node 20 keeps a package description it could not read (no file descriptor left, say) as missing, for
 * `import` and `require` alike; a file that is asked for by its path loads. Throws when the package is not there.
 */
export function packageEntry(name: string): string {
  try {
    return requireHere().resolve(name);
  } catch (error) {
    for (const folder of requireHere().resolve.paths(name) ?? []) {
      const main = mainOf(join(folder, name, 'package.json'));
      if (main !== undefined) return main;
    }
    throw error;
  }
}

/** The version in the description of the package that `entry` belongs to; `undefined` where a bundler has left it behind. */
export function packageVersion(entry: string): string | undefined {
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const version = fieldOf(join(folder, 'package.json'), 'version');
    if (version !== undefined) return version;
  }
  return undefined;
}

function mainOf(description: string): string | undefined {
  const main = fieldOf(description, 'main');
  return main === undefined ? undefined : join(dirname(description), main);
}

function fieldOf(description: string, name: 'main' | 'version'): string | undefined {
  let fields: unknown;
  try {
    fields = requireHere()(description);
  } catch {
    return undefined; // not in this folder
  }
  const value: unknown =
    typeof fields === 'object' && fields !== null ? Reflect.get(fields, name) : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Loads a file by its path, as often as it takes: unlike an import, a `require` that failed may be repeated. */
export function requireFile(path: string): unknown {
  return requireHere()(path);
}
