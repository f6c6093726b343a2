import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Compiles a program (its path from the root of the repository), and returns the path of the result. */
export async function compile(source: string): Promise<string> {
  const name = basename(source, '.ts');
  const directory = join(ROOT, '.tmp', 'programs');
  mkdirSync(directory, { recursive: true });
  const outfile = join(directory, `${name}-${process.pid}.mjs`);
  await build({
    entryPoints: [join(ROOT, source)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  return outfile;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** A running program: what it printed so far, and how it ends. */
export class Running {
  readonly child: ChildProcess;
  readonly exit: Promise<Exit>;
  output = '';
  #errors = '';

  constructor(command: string, args: readonly string[]) {
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: ROOT });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    this.exit = new Promise((resolve) => {
      this.child.on('close', (code, signal) => resolve({ code, signal, output: this.output + this.#errors }));
    });
  }

  /** Resolves once the program printed `text`. */
  async prints(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`the program ended: ${(await this.exit).output}`);
      await pause(5);
    }
  }
}

/** Starts a compiled program with one JSON argument, under Node's `flags`. */
export function start(program: string, options: object, flags: readonly string[] = []): Running {
  return new Running(process.execPath, [...flags, program, JSON.stringify(options)]);
}

export function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}
