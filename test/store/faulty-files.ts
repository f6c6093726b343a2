import type { FileSystem } from '../../src/journal/file-system.js';
import { nodeFileSystem } from '../../src/journal/node-file-system.js';

export type Fault = 'EIO' | 'ENOSPC' | 'EACCES' | 'EROFS' | 'EMFILE' | 'EBUSY' | 'short';

export interface FaultPlan {
  /** The call that fails first, from 1. */
  readonly from: number;
  /** How many calls fail; Infinity = all from there on, until `heal`. */
  readonly count: number;
  readonly fault: Fault;
}

/** The real file system with calls that fail: which one of all, and how. */
export class FaultyFiles {
  readonly files: FileSystem;
  calls = 0;
  failed = 0;
  lastFailed = '';
  #plan: FaultPlan | undefined;

  constructor(plan?: FaultPlan) {
    this.#plan = plan;
    this.files = new Proxy(nodeFileSystem, {
      get: (target, name) => {
        const original: unknown = Reflect.get(target, name);
        if (typeof original !== 'function' || name === 'randomName') return original;
        return (...args: unknown[]) =>
          this.#call(String(name), original as (...args: unknown[]) => unknown, args);
      },
    });
  }

  heal(): void {
    this.#plan = undefined;
  }

  #call(name: string, original: (...args: unknown[]) => unknown, args: unknown[]): unknown {
    this.calls++;
    const plan = this.#plan;
    // A descriptor is closed even when close(2) says it failed: that is how Linux has it.
    if (
      plan === undefined ||
      this.calls < plan.from ||
      this.calls >= plan.from + plan.count ||
      name === 'closeSync'
    ) {
      return original(...args);
    }
    this.failed++;
    this.lastFailed = name;
    const synchronous = name.endsWith('Sync');
    if (plan.fault === 'short') return this.#short(name, original, args);
    const error = Object.assign(new Error(`${plan.fault}: injected, ${name}`), { code: plan.fault });
    if (synchronous) throw error;
    return Promise.reject(error);
  }

  /** Writes half of it, and says so; what takes whole files leaves half of one without a word. */
  #short(name: string, original: (...args: unknown[]) => unknown, args: unknown[]): unknown {
    const at = args.findIndex((arg) => arg instanceof Uint8Array && arg.length > 1);
    const bytes = args[at];
    if (!(bytes instanceof Uint8Array) || !['appendSync', 'append', 'stage', 'createFile'].includes(name))
      return original(...args);
    return original(...args.with(at, bytes.subarray(0, bytes.length >> 1)));
  }
}
