import { dirname } from 'node:path';
import type { FileSystem } from './file-system.js';
import { errorCode } from './ledger-error.js';

/** Creates the part at `path` to append to, its directory too if need be; returns the descriptor. */
export function openPart(files: FileSystem, path: string): number {
  try {
    return files.openAppendSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    files.makeDirectorySync(dirname(path));
    return files.openAppendSync(path);
  }
}

/** As `openPart`, without blocking the process. */
export async function openPartLater(files: FileSystem, path: string): Promise<number> {
  try {
    return await files.openAppend(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    await files.makeDirectory(dirname(path));
    return await files.openAppend(path);
  }
}
