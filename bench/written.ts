import { statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageLedgerExporter, readLedger } from '../src/index.js';
import { benchmark, mustEqual, wait } from './harness/benchmark.js';
import { recordOf } from './harness/calls.js';
import { writeLedger } from './harness/ledger-of.js';
import { writtenSince, writtenSoFar } from './harness/process-io.js';
import { bytes, figure } from './harness/text.js';

/** What a long-running process writes to the disk: a ledger of 10,000 rows, 100 calls a second, one a turn. */
const RATE = 100;
const VIEW_BYTES_A_SECOND = 100_000;
const JOURNAL_FACTOR = 4;

await benchmark('Bytes written to disk', async (run) => {
  const rows = run.size(10_000, 200);
  const seconds = run.size(60, 1);
  const path = join(run.folder(), 'usage-ledger.json');
  await writeLedger(path, rows);
  const before = await readLedger(path);
  mustEqual('rows', before.rows.length, rows);

  const exporter = new UsageLedgerExporter({ path });
  exporter.record(recordOf(0));
  await exporter.forceFlush(); // what the process found, and the price book
  const first = exporter.stats();
  const written = writtenSoFar();
  const start = performance.now();
  let calls = 0;
  while (performance.now() - start < seconds * 1000) {
    await wait(10);
    const due = Math.min(RATE * seconds, ((performance.now() - start) * RATE) / 1000);
    for (; calls < due; calls++) exporter.record(recordOf(calls, 20));
  }
  const total = writtenSince(written);
  const stats = exporter.stats();
  const elapsed = (performance.now() - start) / 1000;
  await exporter.shutdown();
  const after = await readLedger(path);
  mustEqual('calls', after.totals.calls, before.totals.calls + 1 + calls);

  const journal = stats.journalBytes - first.journalBytes;
  const allowed = VIEW_BYTES_A_SECOND * elapsed + JOURNAL_FACTOR * journal;
  run.table(
    ['', 'bytes', 'a second', 'a call'],
    [
      ['given to write()', bytes(total.bytes), bytes(total.bytes / elapsed), bytes(total.bytes / calls)],
      [
        'sent to the device (pages)',
        bytes(total.deviceBytes),
        bytes(total.deviceBytes / elapsed),
        bytes(total.deviceBytes / calls),
      ],
      ['of it journal', bytes(journal), bytes(journal / elapsed), bytes(journal / calls)],
      ['allowed', bytes(allowed), bytes(allowed / elapsed), bytes(allowed / calls)],
    ],
  );
  run.say(
    `${calls} calls in ${figure(elapsed)} s, ${stats.publishes - first.publishes} publications of a view of ` +
      `${bytes(statSync(path).size)}, ${figure(total.calls / calls)} write calls a call.`,
  );
  const most = Math.max(total.bytes, total.deviceBytes);
  run.budget({
    what: `bytes written, ${rows.toLocaleString('en-US')} rows, ${RATE} calls/s for ${figure(seconds)} s`,
    mustBe: '≤ 100 KB/s + 4 × journal',
    measured: `${bytes(most)} of ${bytes(allowed)}`,
    met: most <= allowed,
  });
});
