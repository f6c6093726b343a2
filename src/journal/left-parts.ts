import type { FileSystem } from './file-system.js';
import type { JournalPart } from './journal-part.js';
import { isUnlinked } from './journal-part.js';

/** Finished parts kept open until the view covers them, so that they can be written again should they be deleted. */
const MAX_LEFT = 8;

/** The parts of a journal that were left for good, oldest first. */
export class LeftParts {
  readonly #files: FileSystem;
  #parts: readonly JournalPart[] = [];
  /** Up to here a view covers the lines. */
  #covered = 0;

  constructor(files: FileSystem) {
    this.#files = files;
  }

  get parts(): readonly JournalPart[] {
    return this.#parts;
  }

  add(part: JournalPart): void {
    // Only the last one's lines are kept in memory: nobody took those of the others for a long time.
    for (const older of this.#parts) older.run = undefined;
    const oldest = this.#parts.length >= MAX_LEFT ? this.#parts[0] : undefined;
    this.#parts = [...this.#parts.filter((other) => other !== oldest), part];
    if (oldest !== undefined) this.#files.closeSync(oldest.fd);
  }

  /** Hands over those that somebody unlinked and no view covers, still open. */
  async takeUnlinked(): Promise<JournalPart[]> {
    const unlinked = new Set<JournalPart>();
    for (const part of this.#parts) {
      if (part.sequence > this.#covered && (await isUnlinked(this.#files, part))) unlinked.add(part);
    }
    // One may have been closed meanwhile, being the oldest of too many.
    const { parts } = this;
    this.#parts = parts.filter((part) => !unlinked.has(part));
    return parts.filter((part) => unlinked.has(part));
  }

  /** Closes those whose lines are all covered, up to `sequence`. */
  release(sequence: number): void {
    this.#covered = Math.max(this.#covered, sequence);
    const done = this.#parts.filter((part) => part.sequence <= this.#covered);
    this.#parts = this.#parts.filter((part) => part.sequence > this.#covered);
    for (const part of done) this.#files.closeSync(part.fd);
  }

  /** Hands over all of them, still open. */
  takeAll(): readonly JournalPart[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }
}
