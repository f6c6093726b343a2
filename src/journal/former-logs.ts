import type { PartLog } from './part-log.js';

/** Journals of this process that were left behind, whose lines no view covers yet. */
export class FormerLogs {
  #logs: readonly PartLog[] = [];

  get logs(): readonly PartLog[] {
    return this.#logs;
  }

  add(log: PartLog): void {
    this.#logs = [...this.#logs, log];
  }

  /** Closes those that `isCovered`. */
  release(isCovered: (log: PartLog) => boolean): void {
    const done = this.#logs.filter(isCovered);
    this.#logs = this.#logs.filter((log) => !done.includes(log));
    for (const log of done) log.close();
  }
}
