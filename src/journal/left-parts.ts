import type { FileSystem } from './file-system.js';
import type { JournalPart } from './journal-part.js';

/** Finished parts kept open until the view covers them, so that they can be written again should they be deleted. */
const MAX_LEFT = 8;

/** The parts of a journal that were left for good, oldest first. */
export class LeftParts {
  readonly #files: FileSystem;
  #parts: JournalPart[] = [];

  constructor(files: FileSystem) {
    this.#files = files;
  }

  get parts(): readonly JournalPart[] {
    return this.#parts;
  }

  add(part: JournalPart): void {
    // Only the last one's lines are kept in memory: nobody took those of the others for a long time.
    for (const older of this.#parts) older.run = undefined;
    this.#parts.push(part);
    const oldest = this.#parts.length > MAX_LEFT ? this.#parts.shift() : undefined;
    if (oldest !== undefined) this.#files.closeSync(oldest.fd);
  }

  remove(part: JournalPart): void {
    this.#parts = this.#parts.filter((other) => other !== part);
  }

  /** Closes those whose lines are all covered, up to `sequence`. */
  release(sequence: number): void {
    const done = this.#parts.filter((part) => part.sequence <= sequence);
    this.#parts = this.#parts.filter((part) => part.sequence > sequence);
    for (const part of done) this.#files.closeSync(part.fd);
  }

  /** Hands over all of them, still open. */
  takeAll(): JournalPart[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }
}
