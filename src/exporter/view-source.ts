import type { FileSystem } from '../journal/file-system.js';
import type { LedgerDocument } from '../ledger/ledger-document.js';
import { errorCode } from '../journal/ledger-error.js';
import { parseDocument } from '../ledger/parse-document.js';

/** Reads the ledger file as others see it, and only when it changed. */
export class ViewSource {
  readonly #path: string;
  readonly #files: FileSystem;
  #seen = '';

  constructor(path: string, files: FileSystem) {
    this.#path = path;
    this.#files = files;
  }

  /** The document, `undefined` where there is none that can be read, or `unchanged` since the last call. */
  async read(): Promise<LedgerDocument | undefined | 'unchanged'> {
    try {
      const { inode, size, changedMillis } = await this.#files.stat(this.#path);
      const stamp = `${inode} ${size} ${changedMillis}`;
      if (stamp === this.#seen) return 'unchanged';
      const { bytes } = await this.#files.readFrom(this.#path, 0);
      this.#seen = stamp;
      const parsed = parseDocument(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
      return parsed.kind === 'ledger' ? parsed.document : undefined;
    } catch (error) {
      this.#seen = '';
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }
}
