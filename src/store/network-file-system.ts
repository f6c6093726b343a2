import { dirname } from 'node:path';
import type { FileSystem } from '../journal/file-system.js';
import { errorCode } from '../journal/ledger-error.js';

/** `statfs.f_type` of file systems that another machine (or a user-space process) answers for: linux/magic.h, statfs(2). */
const NETWORK_TYPES = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x65735546, 'FUSE'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x01021997, '9P'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x73757245, 'Coda'],
  [0x01161970, 'GFS2'],
  [0x7461636f, 'OCFS2'],
  [0x19830326, 'BeeGFS'],
]);

/**
 * The name of the network file system a ledger at `path` lies on, `undefined` for a local one. There a synchronous
 * append may block the process for as long as a server is away.
 */
export function networkFileSystem(files: FileSystem, path: string): string | undefined {
  for (let place = dirname(path); ; place = dirname(place)) {
    try {
      return NETWORK_TYPES.get(files.typeSync(place) >>> 0);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' || dirname(place) === place) return undefined;
    }
  }
}
