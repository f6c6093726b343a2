import type { Clock } from '../../../src/config/clock.js';
import type { SimDisk } from './sim-disk.js';
import type { Random } from './random.js';

/** Thrown into code that goes on running in a process that was killed inside a synchronous call. */
export class Killed extends Error {}

interface Step {
  readonly process: SimProcess;
  readonly what: string;
  readonly run: () => void;
  /** Virtual time before which it cannot run. */
  readonly notBefore: number;
}

/** One simulated process: what it has open, and a clock that may be wrong. */
export class SimProcess {
  readonly name: string;
  readonly open = new Map<number, unknown>();
  alive = true;
  done = false;
  /** What its wall clock is ahead of the disk's. */
  skewMillis = 0;
  pausedUntil = 0;
  mayBeKilled = true;
  /** True once its program is over. */
  ending = false;
  /** Its own chance to sleep where that hurts. */
  sleepy: number | undefined;

  constructor(name: string) {
    this.name = name;
  }
}

/** How rough a schedule is. */
export interface Weather {
  /** Chance per step that a process is killed. */
  readonly kill: number;
  /** Chance per call that it fails. */
  readonly fault: number;
  /** Chance per step that a process sleeps, longer than the grace if need be. */
  readonly pause: number;
  /** Chance that a process sleeps just before a rename, a link, or in the middle of reading a directory. */
  readonly nap: number;
}

/** Runs the processes one step at a time, in an order only the seed decides. */
export class SimWorld {
  readonly random: Random;
  readonly disk: SimDisk;
  readonly processes: SimProcess[] = [];
  readonly trace: string[] = [];
  readonly weather: Weather;
  steps = 0;
  #pending: Step[] = [];
  #calm = false;

  constructor(random: Random, disk: SimDisk, weather: Weather) {
    this.random = random;
    this.disk = disk;
    this.weather = weather;
  }

  /** From here on nothing fails, sleeps or dies. */
  calm(): void {
    this.#calm = true;
    for (const process of this.processes) process.pausedUntil = 0;
  }

  get isCalm(): boolean {
    return this.#calm;
  }

  note(process: SimProcess | undefined, what: string): void {
    this.trace.push(`${this.steps} +${this.disk.now % 100_000_000} ${process?.name ?? '*'}: ${what}`);
  }

  spawn(process: SimProcess, main: () => Promise<void>): void {
    this.processes.push(process);
    main()
      .catch((error: unknown) => {
        if (process.alive) this.failures.push(`${process.name} threw ${String(error)}`);
      })
      .finally(() => this.#exit(process));
  }

  readonly failures: string[] = [];

  /** Resolves when the scheduler lets the process go on, `millis` of virtual time later at the earliest. */
  step<T>(process: SimProcess, what: string, effect: () => T, millis = 0): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (process.done) return;
      const run = (): void => {
        this.note(process, what);
        try {
          resolve(effect());
        } catch (error) {
          this.note(process, `  ${String(error)}`);
          reject(error);
        }
      };
      this.#pending.push({ process, what, run, notBefore: this.disk.now + millis });
    });
  }

  /** A synchronous call: others may get in between, time may pass, the process may die. */
  now<T>(process: SimProcess, what: string, effect: () => T): T {
    this.#interleave(process);
    if (!process.alive) throw new Killed();
    this.note(process, what);
    const value = effect();
    this.#interleave(process);
    if (!process.alive) throw new Killed();
    return value;
  }

  #interleave(process: SimProcess): void {
    if (this.#calm || !process.alive) return;
    if (this.random.chance(0.1)) this.#runOne((step) => step.process !== process);
    if (this.random.chance(this.weather.pause)) this.#advance(this.#nap());
    if (process.mayBeKilled && this.random.chance(this.weather.kill)) this.kill(process);
  }

  kill(process: SimProcess): void {
    if (!process.alive || process.done) return;
    this.note(process, 'KILLED');
    process.alive = false;
    this.#exit(process);
  }

  /** Whatever the process still had to do, timers too, goes with it. */
  #exit(process: SimProcess): void {
    process.done = true;
    process.open.clear();
    this.#pending = this.#pending.filter((step) => step.process !== process);
  }

  /** Runs until every process is done. */
  async run(): Promise<void> {
    await settle();
    while (this.processes.some((process) => !process.done)) {
      if (++this.steps > 20_000)
        throw new Error(`the schedule does not end:\n${this.trace.slice(-60).join('\n')}`);
      this.#disturb();
      if (!this.#runOne(() => true)) this.#skipAhead();
      await settle();
    }
  }

  #disturb(): void {
    if (this.#calm) return;
    const { random, weather } = this;
    if (random.chance(weather.pause)) {
      const process = random.pick(this.processes);
      process.pausedUntil = this.disk.now + this.#nap();
    }
    if (random.chance(0.1)) this.#advance(random.below(3000));
    if (random.chance(weather.kill)) {
      const mortal = this.processes.filter((process) => process.mayBeKilled && !process.done);
      if (mortal.length > 0) this.kill(random.pick(mortal));
    }
  }

  /** How long a process sleeps at a step where that hurts; mostly not at all. */
  napAt(process: SimProcess): number {
    return !this.#calm && this.random.chance(process.sleepy ?? this.weather.nap) ? this.#nap() : 0;
  }

  #nap(): number {
    return this.random.pick([500, 8000, 600_000, 1_200_000, 4_000_000, 9_000_000, 20_000_000]);
  }

  #advance(millis: number): void {
    this.disk.now += millis;
  }

  #runOne(mayRun: (step: Step) => boolean): boolean {
    const { now } = this.disk;
    const ready = this.#pending.filter(
      (step) => step.notBefore <= now && step.process.pausedUntil <= now && mayRun(step),
    );
    if (ready.length === 0) return false;
    const step = this.random.pick(ready);
    this.#pending = this.#pending.filter((other) => other !== step);
    step.run();
    return true;
  }

  #skipAhead(): void {
    const times = this.#pending.map((step) => Math.max(step.notBefore, step.process.pausedUntil));
    const next = Math.min(...times);
    if (this.processes.every((process) => process.done)) return;
    if (next === Infinity) throw new Error(`nobody can go on:\n${this.trace.slice(-20).join('\n')}`);
    this.#advance(Math.max(1, next - this.disk.now));
  }

  clock(process: SimProcess): Clock {
    return {
      nowMillis: () => this.disk.now + process.skewMillis,
      monotonicMillis: () => this.disk.now,
      after: (millis, callback) => {
        let cancelled = false;
        void this.step(process, 'timer', () => (cancelled ? undefined : callback()), millis).catch(
          () => undefined,
        );
        return {
          cancel: () => {
            cancelled = true;
          },
        };
      },
      yieldTurn: () => Promise.resolve(),
    };
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
