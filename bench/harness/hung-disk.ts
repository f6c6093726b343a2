import { systemClock } from '../../src/config/clock.js';
import { LedgerCore } from '../../src/exporter/ledger-core.js';
import { OnceLog } from '../../src/exporter/once-log.js';
import type { FileSystem } from '../../src/journal/file-system.js';
import { nodeFileSystem } from '../../src/journal/node-file-system.js';
import { loadBundledPrices } from '../../src/price/bundled-prices.js';
import { Pricing } from '../../src/price/pricing.js';
import { LedgerStore } from '../../src/store/ledger-store.js';

/** A disk that answers no asynchronous call any more once it hangs, as a hard-mounted network share does. */
export class HungDisk {
  /** Calls that will never be answered. */
  waiting = 0;
  #hung = false;
  readonly files: FileSystem;

  constructor() {
    const answer = <R>(call: () => Promise<R>): Promise<R> => {
      if (!this.#hung) return call();
      this.waiting++;
      return new Promise(() => undefined);
    };
    const real = nodeFileSystem;
    this.files = {
      ...real,
      makeDirectory: (path) => answer(() => real.makeDirectory(path)),
      openAppend: (path) => answer(() => real.openAppend(path)),
      append: (fd, bytes) => answer(() => real.append(fd, bytes)),
      info: (fd) => answer(() => real.info(fd)),
      syncData: (fd) => answer(() => real.syncData(fd)),
      list: (path) => answer(() => real.list(path)),
      stat: (path) => answer(() => real.stat(path)),
      readFrom: (path, offset) => answer(() => real.readFrom(path, offset)),
      createFile: (path, bytes) => answer(() => real.createFile(path, bytes)),
      stage: (path, bytes, like) => answer(() => real.stage(path, bytes, like)),
      rename: (from, to) => answer(() => real.rename(from, to)),
      link: (from, to) => answer(() => real.link(from, to)),
      unlink: (path) => answer(() => real.unlink(path)),
      syncDirectory: (path) => answer(() => real.syncDirectory(path)),
    };
  }

  hang(): void {
    this.#hung = true;
  }
}

/** The exporter's core with its default options on such a disk. */
export function coreOn(path: string, disk: HungDisk, durability: 'turn' | 'flush'): LedgerCore {
  const pricing = new Pricing({});
  const storage = new LedgerStore({
    path,
    settings: { timezone: 'UTC', detailDays: 7, cardinalityLimit: 2000, maxRows: 100_000 },
    durability,
    priceSource: () => pricing.source,
    files: disk.files,
  });
  return new LedgerCore(
    {
      flushIntervalMillis: 5000,
      flushThreshold: 10,
      maxQueueSize: 2048,
      maxExportBatchSize: 512,
      flushTimeoutMillis: 10_000,
      shutdownTimeoutMillis: 10_000,
    },
    {
      storage,
      prices: { pricing, loadBook: loadBundledPrices },
      clock: systemClock,
      log: new OnceLog(),
      observers: [],
      atExit: () => () => undefined,
    },
  );
}
