import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { UsageLedgerExporter, readLedger } from '../../src/index.js';
import { NaiveLedger } from '../peers/naive-ledger.js';
import type { PlainCall } from '../peers/simple-ledger.js';
import { TimerLedger } from '../peers/timer-ledger.js';
import { mustEqual } from './benchmark.js';

/** What recording at a steady rate does to a process that has other things to do. */
export interface SteadyLedger {
  record(call: PlainCall): void;
  /** Resolves when all that was recorded is where it is read. */
  flush(): Promise<void>;
  /** Ends and checks; tells how many calls were still waiting to be written when the load ended. */
  close(recorded: number): Promise<number>;
}

const none = (): Promise<void> => Promise.resolve();

/** Ours and its peers, by name; "nothing" is the load itself. */
export const STEADY_LEDGERS: Readonly<Record<string, (folder: string) => Promise<SteadyLedger>>> = {
  nothing: () => Promise.resolve({ record: () => {}, flush: none, close: () => Promise.resolve(0) }),
  ours: async (folder) => {
    const path = join(folder, 'usage-ledger.json');
    const exporter = new UsageLedgerExporter({ path });
    await exporter.forceFlush();
    return {
      record: (call) => exporter.record(call),
      flush: () => exporter.forceFlush(),
      close: async (recorded) => {
        const { pendingInMemory } = exporter.stats();
        await exporter.shutdown();
        mustEqual('calls', (await readLedger(path)).totals.calls, recorded);
        return pendingInMemory;
      },
    };
  },
  'bare append': (folder) => {
    const path = join(folder, 'calls.jsonl');
    const file = openSync(path, 'a');
    return Promise.resolve({
      record: (call: PlainCall) => void writeSync(file, `${JSON.stringify(call)}\n`),
      flush: none,
      close: (recorded: number) => {
        closeSync(file);
        mustEqual('lines', readFileSync(path, 'utf8').split('\n').length - 1, recorded);
        return Promise.resolve(0);
      },
    });
  },
  naive: (folder) => {
    const ledger = new NaiveLedger(join(folder, 'naive.json'));
    return Promise.resolve({
      record: (call: PlainCall) => ledger.record(call),
      flush: none, // it would write for minutes
      close: async () => {
        const { waiting } = ledger;
        await ledger.abandon();
        return waiting;
      },
    });
  },
  timer: (folder) => {
    const ledger = new TimerLedger(join(folder, 'timer.json'));
    return Promise.resolve({
      record: (call: PlainCall) => ledger.record(call),
      flush: () => ledger.flush(),
      close: async () => {
        await ledger.close();
        return 0;
      },
    });
  },
};
