import { expect, it } from 'vitest';
import type { FileSystem } from '../../../src/journal/file-system.js';
import type { ProtocolRules } from '../../../src/journal/protocol-rules.js';
import { ALL_RULES } from '../../../src/journal/protocol-rules.js';
import { compactLedgerAt } from '../../../src/store/compact-ledger.js';
import { ledgerPlace } from '../../../src/store/ledger-place.js';
import type { LedgerPlace } from '../../../src/store/ledger-place.js';
import { LedgerStore } from '../../../src/store/ledger-store.js';
import { Merge } from '../../../src/store/merge.js';
import { readLedgerAt } from '../../../src/store/read-ledger.js';
import { SETTINGS, callDelta } from '../call-delta.js';
import { Random } from './random.js';
import { SimDisk, systemError } from './sim-disk.js';
import { simFiles } from './sim-files.js';
import { SimProcess, SimWorld } from './sim-world.js';

// Rules whose loss needs too rare a meeting for random schedules: here each is one schedule, written out.

const PATH = '/data/usage-ledger.json';
const HOUR = 3_600_000;

class Stage {
  readonly disk = new SimDisk(Date.UTC(2026, 10, 22, 10));
  readonly world = new SimWorld(new Random(1), this.disk, { kill: 0, fault: 0, pause: 0, nap: 0 });
  readonly rules: ProtocolRules;

  constructor(rules: Partial<ProtocolRules>) {
    this.rules = { ...ALL_RULES, ...rules };
    this.disk.directories.add('/data');
    this.world.calm();
  }

  process(name: string, change: (files: FileSystem) => Partial<FileSystem> = () => ({})): LedgerPlace {
    const process = new SimProcess(name);
    const files = simFiles(this.world, process);
    const place = {
      files: { ...files, ...change(files) },
      clock: this.world.clock(process),
      rules: this.rules,
    };
    return ledgerPlace(PATH, place);
  }

  store(place: LedgerPlace): LedgerStore {
    const { files, clock } = place;
    return new LedgerStore({
      path: PATH,
      settings: SETTINGS,
      priceSource: () => 'x',
      files,
      clock,
      internals: { rules: this.rules },
    });
  }

  async play(script: () => Promise<void>): Promise<void> {
    const main = new SimProcess('script');
    let failure: unknown;
    this.world.spawn(main, async () => {
      try {
        await script();
      } catch (error) {
        failure = error;
      }
    });
    await this.world.run();
    if (failure !== undefined) throw failure;
  }

  view(): { totals: { calls: number } } {
    return JSON.parse(this.disk.names.get(PATH)?.data.toString() ?? '') as { totals: { calls: number } };
  }
}

async function callsAfter(
  rules: Partial<ProtocolRules>,
  script: (stage: Stage) => Promise<number>,
): Promise<number> {
  const stage = new Stage(rules);
  let calls = -1;
  await stage.play(async () => {
    calls = await script(stage);
  });
  return calls;
}

/** A write fails although the line is there; a reader counts it; more is recorded before the retry. */
async function uncertainLine(stage: Stage): Promise<number> {
  let lie = false;
  const place = stage.process('writer', (files) => ({
    appendSync: (fd, bytes) => {
      const written = files.appendSync(fd, bytes);
      if (lie) throw systemError('EIO', 'write');
      return written;
    },
  }));
  const store = stage.store(place);
  store.append(callDelta(1));
  lie = true;
  store.append(callDelta(2));
  lie = false;
  await compactLedgerAt(stage.process('compactor'));
  store.append(callDelta(3));
  await store.close();
  return (await readLedgerAt(place)).totals.calls;
}

it('I2 I3: a line whose fate is unknown is retried byte for byte', async () => {
  expect(await callsAfter({}, uncertainLine)).toBe(3);
  expect(await callsAfter({ retrySame: false }, uncertainLine)).toBeLessThan(3);
});

function keepBases(files: FileSystem): Partial<FileSystem> {
  return {
    unlink: async (path) => {
      if (path.includes('/base-')) throw systemError('EIO', 'unlink');
      await files.unlink(path);
    },
  };
}

/** A reader lists the bases, sleeps while others fold and unlink, and then lists the journals. */
async function sleepyListing(stage: Stage): Promise<number> {
  const writer = stage.store(stage.process('writer'));
  writer.append(callDelta(1));
  await writer.close();
  const other = stage.store(stage.process('other'));
  other.append(callDelta(2));
  await other.flush({ force: true });
  await compactLedgerAt(stage.process('compactor'));
  let slept = false;
  const reader = stage.process('reader', (files) => ({
    list: async (path) => {
      const before = (await files.list(path)).filter((name) => name.startsWith('base-'));
      if (!slept) {
        slept = true;
        for (const tokens of [3, 4]) {
          other.append(callDelta(tokens));
          await compactLedgerAt(stage.process('compactor'));
        }
        await other.close();
        const third = stage.store(stage.process('third'));
        third.append(callDelta(5));
        await third.close();
        await compactLedgerAt(stage.process('compactor'));
        stage.disk.now += 2 * HOUR;
        // Dies when the journals are unlinked and the old bases are not yet.
        await compactLedgerAt(stage.process('compactor', keepBases)).catch(() => undefined);
      }
      return [...before, ...(await files.list(path)).filter((name) => !name.startsWith('base-'))];
    },
  }));
  const merge = new Merge(reader);
  await merge.refresh();
  return merge.state.table.rows().reduce((sum, row) => sum + row.measures.calls, 0);
}

it('I3 I6: a merge starts over when the newest base changed meanwhile', async () => {
  expect(await callsAfter({}, sleepyListing)).toBe(5);
  expect(await callsAfter({ followNewestBase: false }, sleepyListing)).toBeLessThan(5);
});

/** The newest base goes bad after what it holds was unlinked. */
async function badBase(stage: Stage): Promise<number> {
  const store = stage.store(stage.process('writer'));
  store.append(callDelta(1));
  await store.close();
  await compactLedgerAt(stage.process('compactor'));
  stage.disk.names.delete(PATH);
  const base = stage.disk.names.get(`${PATH}.d/base-1.json`);
  if (base === undefined) throw new Error('there is no base');
  base.data = Buffer.from(base.data.toString().replace('"m1"', '"m2"'));
  return (await readLedgerAt(stage.process('reader'))).totals.calls;
}

it('I3: a part is unlinked only when two bases hold it', async () => {
  expect(await callsAfter({}, badBase)).toBe(1);
  await expect(callsAfter({ twoBases: false }, badBase)).rejects.toMatchObject({ code: 'ENOENT' });
});

/** A publisher sleeps at its rename while another publishes more and ends. */
async function sleepyRename(stage: Stage): Promise<number> {
  let slept = false;
  const place = stage.process('sleeper', (files) => ({
    rename: async (from, to) => {
      if (!slept) {
        slept = true;
        const other = stage.store(stage.process('other'));
        other.append(callDelta(2));
        await other.close();
      }
      await files.rename(from, to);
    },
  }));
  const store = stage.store(place);
  store.append(callDelta(1));
  await store.close();
  return stage.view().totals.calls;
}

it('I4: after its rename a publisher merges again, and publishes what its view lacks', async () => {
  expect(await callsAfter({}, sleepyRename)).toBe(2);
  expect(await callsAfter({ mergeAfterRename: false }, sleepyRename)).toBe(1);
});
