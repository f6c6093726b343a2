import { readFileSync } from 'node:fs';
import { untraced } from './untraced.js';

/**
 * The text of a file the user names, e.g. a prices file. Unlike the facade's reads it follows links: mounted
 * configuration (a Kubernetes ConfigMap) is made of them. Throws the system's error.
 */
export function readTextFileSync(path: string | URL): string {
  return untraced(() => readFileSync(path, 'utf8'));
}
