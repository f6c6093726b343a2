import type * as Crypto from 'node:crypto';
import type * as Util from 'node:util';
import type * as Zlib from 'node:zlib';

let crypto: typeof Crypto | undefined;
let zlib: typeof Zlib | undefined;

/** `node:crypto`, loaded when it is first asked for: with the package it would take 2 ms of every process's start. */
export function nodeCrypto(): typeof Crypto {
  return (crypto ??= process.getBuiltinModule('node:crypto'));
}

/** `node:zlib`, loaded when it is first asked for: with the package it would take 1 ms of every process's start. */
export function nodeZlib(): typeof Zlib {
  return (zlib ??= process.getBuiltinModule('node:zlib'));
}

/** `node:util`, which every process has: an import would load the lazy half of it too, only to list its names (0.5 ms). */
export function nodeUtil(): typeof Util {
  return process.getBuiltinModule('node:util');
}
