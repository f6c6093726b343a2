import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../examples/run-node.js';

interface LockedPackage {
  readonly optionalDependencies?: Record<string, string>;
}

// `npm install` drops the packages of other platforms where a registry does not offer them, and `npm ci` then refuses the
// lock file everywhere.
test('the lock file has every optional package, so that npm ci works on a fresh clone', () => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const packages: Record<string, LockedPackage> = lock.packages;
  const missing: string[] = [];
  for (const [path, { optionalDependencies = {} }] of Object.entries(packages)) {
    for (const name of Object.keys(optionalDependencies)) {
      const places = [`${path}/node_modules/${name}`, `node_modules/${name}`];
      if (!places.some((place) => place in packages)) missing.push(name);
    }
  }
  expect(missing).toEqual([]);
});
