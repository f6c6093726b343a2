import { nodeZlib } from '../config/node-modules.js';

const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const BILLION = 1_000_000_000;
const FIRST_BYTES = 4096;
/** A buffer that grew beyond that, for one large line, is let go. */
const MAX_KEPT_BYTES = 262_144;
/** Beyond that, zlib's CRC is worth its call. */
const SHORT_BYTES = 512;
/** 8 digits of a checksum and a space come first. */
const CHECKSUM_BYTES = 9;
const HEX = '0123456789abcdef';

let table: Int32Array | undefined;

/**
 * Text on its way to a file, written straight into bytes that are used again and again: at a call a turn, the strings
 * of a line (joined, flattened, checksummed, copied) took as long as its write.
 */
export class LineBuffer {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

  /** Starts again with a line whose checksum `endLine` will fill in. */
  beginLine(): this {
    if (this.#bytes.length > MAX_KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
    this.#length = CHECKSUM_BYTES;
    return this;
  }

  text(text: string): this {
    // A UTF-16 unit takes 3 bytes at the most.
    this.#reserve(text.length * 3);
    const bytes = this.#bytes;
    const length = this.#length;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.#length = length + i;
        this.#length += bytes.write(text.slice(i), this.#length);
        return this;
      }
      bytes[length + i] = code;
    }
    this.#length = length + text.length;
    return this;
  }

  /** A number as JSON has it. */
  number(value: number): this {
    if (!Number.isSafeInteger(value)) return this.text(String(value));
    this.#reserve(17);
    if (value < 0) this.#bytes[this.#length++] = MINUS;
    const size = Math.abs(value);
    if (size < BILLION) {
      this.#digits(size, 1);
    } else {
      const low = size % BILLION;
      this.#digits((size - low) / BILLION, 1);
      this.#digits(low, 9);
    }
    return this;
  }

  /** A comma, unless the last byte opens a list or an object: then the first item is to come. */
  comma(): this {
    const last = this.#bytes[this.#length - 1];
    if (last === 0x5b || last === 0x7b) return this;
    this.#reserve(1);
    this.#bytes[this.#length++] = COMMA;
    return this;
  }

  /** Ends the line that `beginLine` began: `<CRC-32, 8 hex digits> <text>\n`. */
  endLine(): Uint8Array {
    this.#reserve(1);
    let crc = this.#checksum(CHECKSUM_BYTES);
    for (let at = CHECKSUM_BYTES - 2; at >= 0; at--) {
      this.#bytes[at] = HEX.charCodeAt(crc & 15);
      crc >>>= 4;
    }
    this.#bytes[CHECKSUM_BYTES - 1] = 0x20;
    this.#bytes[this.#length++] = 0x0a;
    return this.view();
  }

  /** What was written; valid until something else is. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #digits(value: number, least: number): void {
    let size = 1;
    for (let rest = value; rest >= 10; rest = (rest / 10) | 0) size++;
    const end = this.#length + Math.max(size, least);
    let rest = value;
    for (let at = end - 1; at >= this.#length; at--) {
      const next = (rest / 10) | 0;
      this.#bytes[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.#length = end;
  }

  #checksum(from: number): number {
    const bytes = this.#bytes;
    const length = this.#length;
    if (length - from > SHORT_BYTES) return nodeZlib().crc32(bytes.subarray(from, length));
    const crcs = (table ??= crcTable());
    let crc = -1;
    for (let at = from; at < length; at++) crc = (crcs[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
    return ~crc >>> 0;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** CRC-32 of every byte (polynomial of zlib, Ethernet, PNG: RFC 1952 §8). */
function crcTable(): Int32Array {
  const crcs = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    crcs[byte] = crc;
  }
  return crcs;
}
