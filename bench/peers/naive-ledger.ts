import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import type { PlainCall, SimpleDocument } from './simple-ledger.js';
import { addTo } from './simple-ledger.js';

/** Read, add, write, for each call, one after the other: durable once written, in one process. */
export class NaiveLedger {
  readonly #path: string;
  #last: Promise<void> = Promise.resolve();
  waiting = 0;
  #abandoned = false;

  constructor(path: string) {
    this.#path = path;
  }

  record(call: PlainCall): void {
    this.waiting++;
    this.#last = this.#last.then(() => this.#add(call));
  }

  flush(): Promise<void> {
    return this.#last;
  }

  /** Drops what has not been written; resolves when nothing is under way. */
  abandon(): Promise<void> {
    this.#abandoned = true;
    return this.#last;
  }

  async #add(call: PlainCall): Promise<void> {
    if (this.#abandoned) return;
    const document = await this.read();
    addTo(document, call);
    await writeFileAtomic(this.#path, JSON.stringify(document, undefined, 2));
    this.waiting--;
  }

  async read(): Promise<SimpleDocument> {
    try {
      return JSON.parse(await readFile(this.#path, 'utf8')) as SimpleDocument;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { rows: {} };
      throw error;
    }
  }
}
