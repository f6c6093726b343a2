import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import type { PlainCall, SimpleDocument } from './simple-ledger.js';
import { addTo } from './simple-ledger.js';

/** Everything in memory until a timer writes it: quick, and up to five seconds of calls are lost with the process. */
export class TimerLedger {
  readonly #path: string;
  readonly #document: SimpleDocument = { rows: {} };
  readonly #timer: NodeJS.Timeout;
  #last: Promise<void> = Promise.resolve();
  #dirty = false;

  constructor(path: string, intervalMillis = 5000) {
    this.#path = path;
    this.#timer = setInterval(() => void this.flush(), intervalMillis);
    this.#timer.unref();
  }

  record(call: PlainCall): void {
    addTo(this.#document, call);
    this.#dirty = true;
  }

  flush(): Promise<void> {
    if (this.#dirty) {
      this.#dirty = false;
      this.#last = this.#last.then(() =>
        writeFileAtomic(this.#path, JSON.stringify(this.#document, undefined, 2)),
      );
    }
    return this.#last;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async read(): Promise<SimpleDocument> {
    return JSON.parse(await readFile(this.#path, 'utf8')) as SimpleDocument;
  }
}
