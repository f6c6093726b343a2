import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';

/** The repository, whose built package the examples find under its own name. */
export const ROOT: string = resolve(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a Node program that keeps to `env` (with `PATH` and `HOME`), so that no setting of the machine shows. */
export function startNode(args: readonly string[], cwd: string, env: Record<string, string>): ChildProcess {
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, args, {
    cwd,
    env: { ...(PATH === undefined ? {} : { PATH }), ...(HOME === undefined ? {} : { HOME }), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Collects what a program prints until it ends. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => (output.stderr += String(chunk)));
  const code = await new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  return { code, ...output };
}

/** Runs a Node program to its end. */
export function runNode(
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<Ended> {
  return ended(startNode(args, cwd, env));
}
