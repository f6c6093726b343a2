import type { LedgerDocument } from '../../../src/ledger/ledger-document.js';
import type { Row } from '../../../src/ledger/delta.js';
import { zeroMeasures } from '../../../src/ledger/measures.js';
import { slotStart } from '../../../src/ledger/slot.js';
import { ALL_RULES } from '../../../src/journal/protocol-rules.js';
import type { ProtocolRules } from '../../../src/journal/protocol-rules.js';
import { compactLedgerAt } from '../../../src/store/compact-ledger.js';
import type { LedgerPlace } from '../../../src/store/ledger-place.js';
import { ledgerPlace } from '../../../src/store/ledger-place.js';
import { LedgerStore } from '../../../src/store/ledger-store.js';
import { readLedgerAt } from '../../../src/store/read-ledger.js';
import type { Repricing } from '../../../src/store/reprice-ledger.js';
import { repriceLedgerAt } from '../../../src/store/reprice-ledger.js';
import { Random } from './random.js';
import { SimDisk } from './sim-disk.js';
import { simFiles } from './sim-files.js';
import { SimProcess, SimWorld } from './sim-world.js';
import type { Weather } from './sim-world.js';

export const PATH = '/data/usage-ledger.json';
const DIRECTORY = `${PATH}.d`;
const START = Date.UTC(2026, 10, 22, 10);
const DAY = 86_400_000;
/** Nano-USD per token that `reprice` finds. */
const PRICE = 10;

export interface ScheduleOptions {
  readonly rules?: Partial<ProtocolRules>;
  /** Only schedules of this kind; default: the seed decides. */
  readonly kind?: Kind;
}

export const KINDS = [
  'calm',
  'kills',
  'faults',
  'skew',
  'deleted',
  'corrupt',
  'full',
  'storm',
  'fold',
  'race',
] as const;
export type Kind = (typeof KINDS)[number];

export interface ScheduleResult {
  readonly seed: number;
  readonly kind: Kind;
  readonly failures: readonly string[];
  readonly trace: readonly string[];
  readonly steps: number;
  readonly records: number;
  readonly kills: number;
}

interface SimRecord {
  readonly model: string;
  readonly tokens: number;
  readonly process: SimProcess;
  /** Its turn ended and it was not held in memory: it must survive anything. */
  acked: boolean;
  /** A reprice that resolved priced it. */
  priced: boolean;
  /** Lost by somebody who deleted the directory; not the ledger's fault. */
  exempt: boolean;
}

/** What happens in a kind of schedule; chances are per step or call. */
const WEATHER: Record<Kind, Weather> = {
  calm: { kill: 0, fault: 0, pause: 0.01, nap: 0 },
  kills: { kill: 0.006, fault: 0, pause: 0.02, nap: 0 },
  faults: { kill: 0.002, fault: 0.03, pause: 0.01, nap: 0 },
  skew: { kill: 0.004, fault: 0, pause: 0.02, nap: 0 },
  deleted: { kill: 0, fault: 0, pause: 0.01, nap: 0 },
  corrupt: { kill: 0.002, fault: 0, pause: 0.02, nap: 0 },
  full: { kill: 0.002, fault: 0.005, pause: 0.01, nap: 0 },
  storm: { kill: 0.004, fault: 0.02, pause: 0.03, nap: 0.02 },
  fold: { kill: 0, fault: 0, pause: 0, nap: 0.05 },
  race: { kill: 0, fault: 0, pause: 0, nap: 0.3 },
};

/** Runs one schedule: writers, a compactor, a repricer and a reader on one ledger, as the seed has it. */
export async function runSchedule(seed: number, options: ScheduleOptions = {}): Promise<ScheduleResult> {
  const schedule = new Schedule(seed, options);
  await schedule.run();
  return schedule.result();
}

class Schedule {
  readonly #seed: number;
  readonly #kind: Kind;
  readonly #random: Random;
  readonly #disk: SimDisk;
  readonly #world: SimWorld;
  readonly #rules: ProtocolRules;
  readonly #records = new Map<string, SimRecord>();
  readonly #failures: string[] = [];
  #deleted = false;

  constructor(seed: number, options: ScheduleOptions) {
    this.#seed = seed;
    this.#random = new Random(seed);
    this.#kind = options.kind ?? this.#random.pick(KINDS);
    this.#disk = new SimDisk(START);
    this.#disk.directories.add('/data');
    this.#world = new SimWorld(this.#random, this.#disk, WEATHER[this.#kind]);
    this.#rules = { ...ALL_RULES, ...options.rules };
    this.#disk.onRename = (to, inode) => {
      if (to === PATH) this.#checkParses(inode.data.toString());
    };
  }

  result(): ScheduleResult {
    return {
      seed: this.#seed,
      kind: this.#kind,
      failures: [...this.#failures, ...this.#world.failures],
      trace: this.#world.trace,
      steps: this.#world.steps,
      records: this.#records.size,
      kills: this.#world.processes.filter((process) => !process.alive).length,
    };
  }

  async run(): Promise<void> {
    const writers = 2 + this.#random.below(2);
    for (let i = 0; i < writers; i++) this.#spawn(`writer${i}`, (process) => this.#write(process));
    const compactors = this.#kind === 'fold' || this.#kind === 'corrupt' ? 2 : 1 + this.#random.below(2);
    for (let i = 0; i < compactors; i++) this.#spawn(`compactor${i}`, (process) => this.#compact(process));
    if (this.#random.chance(this.#kind === 'race' ? 0.8 : 0.3)) {
      this.#spawn('repricer0', (process) => this.#reprice(process));
      this.#spawn('repricer1', (process) => this.#reprice(process));
    }
    this.#spawn('reader', (process) => this.#read(process));
    if (this.#kind === 'deleted') this.#spawn('vandal', (process) => this.#delete(process));
    if (this.#kind === 'corrupt' || this.#kind === 'storm')
      this.#spawn('rot', (process) => this.#corrupt(process));
    if (this.#kind === 'full') this.#spawn('hog', (process) => this.#fill(process));
    await this.#world.run();
    if (this.#kind === 'calm' || this.#kind === 'race') this.#checkView('after the last process ended');
    await this.#recover();
  }

  #spawn(name: string, main: (process: SimProcess) => Promise<void>): void {
    const process = new SimProcess(name);
    if (this.#kind === 'skew' || this.#kind === 'storm') {
      process.skewMillis = this.#random.pick([0, 0, 3_600_000, -3_600_000, 30 * DAY, -400_000]);
    }
    if (this.#kind === 'fold' && name.startsWith('compactor')) process.skewMillis = 30 * DAY;
    if (this.#kind === 'fold' && name === 'reader') process.sleepy = 0.5;
    process.mayBeKilled = !['reader', 'vandal', 'rot', 'hog'].includes(name);
    this.#world.spawn(process, () => main(process));
  }

  #place(process: SimProcess): LedgerPlace {
    return ledgerPlace(PATH, {
      files: simFiles(this.#world, process),
      clock: this.#world.clock(process),
      rules: this.#rules,
    });
  }

  #store(process: SimProcess): LedgerStore {
    const { files, clock } = this.#place(process);
    return new LedgerStore({
      path: PATH,
      settings: { timezone: 'UTC', detailDays: 1, cardinalityLimit: 2000, maxRows: 100_000 },
      durability: this.#random.chance(0.75) ? 'turn' : 'flush',
      priceSource: () => 'simulated 1',
      files,
      clock,
      internals: { rules: this.#rules, limits: { tailBytes: 600, parts: 3 } },
    });
  }

  /** Waits in virtual time. */
  #sleep(process: SimProcess, millis: number): Promise<void> {
    return this.#world.step(process, `slept ${millis}`, () => undefined, millis);
  }

  async #write(process: SimProcess): Promise<void> {
    const store = this.#store(process);
    const actions = this.#kind === 'race' ? 1 + this.#random.below(3) : 4 + this.#random.below(8);
    const pace =
      this.#kind === 'fold'
        ? [600_000, 600_000, 8_000_000]
        : [10, 6000, 1_000_000, 4_000_000, 8_000_000, DAY];
    const own: SimRecord[] = [];
    for (let i = 0; i < actions; i++) {
      const dice = this.#random.next();
      if (dice < (this.#kind === 'fold' ? 0.5 : 0.6)) own.push(this.#append(process, store));
      else if (dice < 0.75) await this.#flush(process, store, own);
      else if (dice < 0.8) await store.flush({ force: false }).catch(() => undefined);
      else if (dice < 0.85) await this.#readWhileFlushing(store);
      else await this.#sleep(process, this.#random.pick(pace));
      await this.#sleep(process, this.#random.below(50));
      if ((this.#kind === 'skew' || this.#kind === 'storm') && this.#random.chance(0.05)) {
        process.skewMillis -= 7_200_000;
      }
    }
    const clean = this.#kind === 'calm' || this.#kind === 'race';
    if (clean || this.#random.chance(this.#kind === 'fold' ? 0.3 : 0.8)) {
      const held = own.slice();
      try {
        await store.close();
        if (process.alive) for (const record of held) record.acked = true;
      } catch {
        this.#world.note(process, 'closing failed');
      }
    } else if (this.#random.chance(0.5)) {
      store.endNow();
      if (process.alive && store.stats().pendingInMemory === 0) for (const record of own) record.acked = true;
    }
    process.ending = true;
    if (this.#kind === 'deleted') this.#diedUnflushed(process);
  }

  #append(process: SimProcess, store: LedgerStore): SimRecord {
    const model = `m${this.#records.size}`;
    const tokens = 1000 + this.#records.size;
    const record: SimRecord = { model, tokens, process, acked: false, priced: false, exempt: false };
    this.#records.set(model, record);
    const measures = zeroMeasures();
    measures.calls = 1;
    measures.inputTokens = tokens;
    measures.unpricedCalls = 1;
    measures.unpricedInputTokens = tokens;
    const startMillis = slotStart(this.#disk.now - this.#random.pick([0, 0, 3 * DAY, 40 * DAY]));
    const series = { provider: 'p', model, operation: 'chat', service: 's', dimensions: {} };
    store.append({ rows: [{ startMillis, minutes: 15, series, measures }], audit: {}, pricedCalls: {} });
    record.acked = process.alive && store.stats().pendingInMemory === 0;
    if (record.acked) this.#world.note(process, `acked ${model}`);
    return record;
  }

  /** What one store does at once must not get into its own way; a later check would find what counted twice. */
  async #readWhileFlushing(store: LedgerStore): Promise<void> {
    const flush = (): Promise<unknown> => store.flush({ force: true });
    await Promise.allSettled([flush(), store.read(), flush(), store.read()]);
  }

  /** After a forced flush the view holds what was recorded before (I4). */
  async #flush(process: SimProcess, store: LedgerStore, own: readonly SimRecord[]): Promise<void> {
    const before = own.slice();
    try {
      await store.flush({ force: true });
    } catch {
      return;
    }
    if (!process.alive) return;
    for (const record of before) record.acked = true;
    const view = this.#view();
    const missing = before.filter((record) => view === undefined || callsOf(view, record.model) !== 1);
    if (missing.length === 0 || this.#putBack(process)) return;
    const models = missing.map((record) => record.model).join();
    this.#fail(`I4: ${process.name} flushed ${models}, the view lacks them`);
  }

  /** The documented exception of I4: somebody slept at its rename, and will look again. */
  #putBack(process: SimProcess): boolean {
    const last = this.#lastRename();
    return last !== undefined && last !== process.name;
  }

  #lastRename(): string | undefined {
    const line = this.#world.trace.findLast((entry) => entry.endsWith(`rename ${PATH}`));
    return line === undefined ? undefined : line.split(' ')[2]?.slice(0, -1);
  }

  async #compact(process: SimProcess): Promise<void> {
    const busy = this.#kind === 'fold' || this.#kind === 'corrupt';
    const runs = busy ? 8 : 1 + this.#random.below(4);
    const pace = busy ? [600_000, 2_000_000, 3_700_000] : [10, 2000, 1_000_000, 4_000_000, 4_000_000, DAY];
    for (let i = 0; i < runs; i++) {
      await this.#sleep(process, this.#random.pick(pace));
      await compactLedgerAt(this.#place(process)).catch(() => undefined);
    }
  }

  async #reprice(process: SimProcess): Promise<void> {
    await this.#sleep(process, this.#random.pick([10, 5000, 2_000_000]));
    const done = await repriceLedgerAt(this.#place(process), repriceRows).catch(() => []);
    if (!process.alive || !['calm', 'race', 'kills', 'skew', 'fold'].includes(this.#kind)) return;
    for (const { row } of done) {
      const record = this.#records.get(row.series.model);
      if (record !== undefined) record.priced = true;
    }
  }

  /** What a reader once saw it always sees, and what was acknowledged before it looked it sees (I3, I6). */
  async #read(process: SimProcess): Promise<void> {
    const seen = new Set<string>();
    for (let i = 0; i < 8; i++) {
      await this.#sleep(process, this.#random.pick([1, 50, 500, 100_000, 4_000_000]));
      const acked = [...this.#records.values()].filter((record) => record.acked);
      const document = await readLedgerAt(this.#place(process)).catch(() => undefined);
      if (document === undefined || this.#deleted) continue;
      for (const record of acked) seen.add(record.model);
      this.#checkDocument(document, [...seen], 'a reader');
      for (const model of this.#records.keys()) if (callsOf(document, model) === 1) seen.add(model);
    }
  }

  /** rm -rf of the directory: what the view shows and what live writers hold must come back. */
  async #delete(process: SimProcess): Promise<void> {
    await this.#sleep(process, this.#random.pick([50, 500, 5000, 1_000_000, 5_000_000]));
    if (!this.#disk.directories.has(DIRECTORY)) return;
    this.#deleted = true;
    this.#world.note(process, 'rm -rf');
    const view = this.#view();
    this.#disk.removeDirectory(DIRECTORY);
    for (const record of this.#records.values()) {
      const shown = view !== undefined && callsOf(view, record.model) === 1;
      if (!shown && (record.process.done || record.process.ending)) record.exempt = true;
    }
  }

  /** A writer that ended after the deletion without a successful flush took what it held with it. */
  #diedUnflushed(process: SimProcess): void {
    if (!this.#deleted) return;
    const view = this.#view();
    for (const record of this.#records.values()) {
      if (record.process === process && (view === undefined || callsOf(view, record.model) !== 1))
        record.exempt = true;
    }
  }

  /** A bad block in the newest base. */
  async #corrupt(process: SimProcess): Promise<void> {
    await this.#sleep(process, this.#random.pick([500_000, 4_000_000, 9_000_000]));
    const names = [...this.#disk.names.keys()].filter((name) => name.includes('/base-'));
    const newest = names.sort((a, b) => Number(a.replace(/\D/g, '')) - Number(b.replace(/\D/g, ''))).pop();
    const inode = newest === undefined ? undefined : this.#disk.names.get(newest);
    if (inode === undefined) return;
    this.#world.note(process, `flipped a byte of ${newest}`);
    const data = Buffer.from(inode.data);
    const at = this.#random.below(data.length);
    data[at] = (data[at] ?? 0) ^ 0x01;
    inode.data = data;
  }

  async #fill(process: SimProcess): Promise<void> {
    for (let i = 0; i < 2; i++) {
      await this.#sleep(process, this.#random.pick([10, 100, 5000]));
      this.#disk.full = true;
      await this.#sleep(process, this.#random.pick([100, 20_000, 2_000_000]));
      this.#disk.full = false;
    }
  }

  /** The weather clears, one more process comes: now everything must be there, exactly once (I2, I3). */
  async #recover(): Promise<void> {
    this.#world.calm();
    this.#disk.full = false;
    const process = new SimProcess('last');
    let document: LedgerDocument | undefined;
    this.#world.spawn(process, async () => {
      const store = this.#store(process);
      await store.close();
      if (!this.#disk.names.has(PATH)) return;
      await compactLedgerAt(this.#place(process));
      document = await readLedgerAt(this.#place(process));
    });
    await this.#world.run();
    if (document === undefined) {
      if (
        this.#records.size > 0 &&
        [...this.#records.values()].some((record) => record.acked && !record.exempt)
      )
        this.#fail('nothing could be read at the end');
      return;
    }
    this.#checkAll(document, 'at the end');
    this.#checkView('at the end');
  }

  #checkView(when: string): void {
    const view = this.#view();
    if (view !== undefined) this.#checkAll(view, `in the view ${when}`);
    else if ([...this.#records.values()].some((record) => record.acked && !record.exempt))
      this.#fail(`there is no view ${when}`);
  }

  #checkAll(document: LedgerDocument, when: string): void {
    const acked = [...this.#records.values()].filter((record) => record.acked && !record.exempt);
    this.#checkDocument(
      document,
      acked.map((record) => record.model),
      when,
    );
  }

  #checkDocument(document: LedgerDocument, expected: readonly string[], when: string): void {
    for (const model of expected) {
      const record = this.#records.get(model);
      if (record?.exempt === false && callsOf(document, model) < 1)
        this.#fail(`I3: ${model} is lost ${when}`);
    }
    for (const { model, tokens, priced } of this.#records.values()) {
      const calls = callsOf(document, model);
      if (calls > 1) this.#fail(`I2: ${model} counts ${calls} times ${when}`);
      const cost = Math.round((document.models[`p/${model}`]?.costUsd ?? 0) * 1e9);
      if (cost === 0 && priced && when.endsWith('at the end')) this.#fail(`I6: ${model} lost its price`);
      if (cost !== 0 && cost !== PRICE * tokens) this.#fail(`I2: ${model} costs ${cost} ${when}`);
    }
  }

  #checkParses(text: string): void {
    try {
      JSON.parse(text);
    } catch {
      this.#fail('I1: the view does not parse');
    }
  }

  #view(): LedgerDocument | undefined {
    const inode = this.#disk.names.get(PATH);
    return inode === undefined ? undefined : (JSON.parse(inode.data.toString()) as LedgerDocument);
  }

  #fail(what: string): void {
    this.#world.note(undefined, `FAILURE ${what}`);
    this.#failures.push(what);
  }
}

function callsOf(document: LedgerDocument, model: string): number {
  return document.models[`p/${model}`]?.calls ?? 0;
}

function repriceRows(rows: readonly Row[]): Repricing[] {
  return rows.flatMap((row) => {
    const { unpricedCalls, unpricedInputTokens } = row.measures;
    if (unpricedCalls === 0) return [];
    const cost = PRICE * unpricedInputTokens;
    const measures = {
      ...row.measures,
      unpricedCalls: 0,
      unpricedInputTokens: 0,
      costNanoUsd: row.measures.costNanoUsd + cost,
      inputCostNanoUsd: row.measures.inputCostNanoUsd + cost,
    };
    return [{ row, by: { ...row, measures }, pricedCalls: { book: unpricedCalls }, reason: 'simulated' }];
  });
}
