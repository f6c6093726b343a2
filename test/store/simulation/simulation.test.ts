import { describe, expect, it } from 'vitest';
import { KINDS, runSchedule } from './sim-schedule.js';
import type { Kind, ScheduleOptions, ScheduleResult } from './sim-schedule.js';

/** How many schedules to run, and from which seed: a failure prints its seed, `LEDGER_SIM_SEED=… SCHEDULES=1` replays it. */
const SCHEDULES = Number(process.env['LEDGER_SIM_SCHEDULES'] ?? 1000);
const FIRST_SEED = Number(process.env['LEDGER_SIM_SEED'] ?? 1);
const MILLIS_PER_SCHEDULE = 100;

function report(result: ScheduleResult): string {
  const replay = `LEDGER_SIM_SEED=${result.seed} LEDGER_SIM_SCHEDULES=1 npx vitest run test/store/simulation`;
  const trace = SCHEDULES === 1 ? result.trace : result.trace.slice(-30);
  return [
    `seed ${result.seed} (${result.kind}): ${result.failures.join('; ')}`,
    `replay: ${replay}`,
    ...trace,
  ].join('\n');
}

describe('the protocol, simulated', () => {
  it(
    `I1 I2 I3 I4 I6: ${SCHEDULES} schedules from seed ${FIRST_SEED} lose nothing, double nothing, never go back`,
    async () => {
      let records = 0;
      let kills = 0;
      const kinds = new Set<Kind>();
      for (let seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed++) {
        const result = await runSchedule(seed);
        if (result.failures.length > 0) throw new Error(report(result));
        records += result.records;
        kills += result.kills;
        kinds.add(result.kind);
      }
      console.log(`${SCHEDULES} schedules, ${records} records, ${kills} killed processes`);
      expect(kinds.size).toBeGreaterThanOrEqual(SCHEDULES >= 500 ? KINDS.length : 1);
      expect(kills).toBeGreaterThanOrEqual(SCHEDULES >= 500 ? SCHEDULES / 5 : 0);
    },
    60_000 + SCHEDULES * MILLIS_PER_SCHEDULE,
  );

  it('the same seed gives the same schedule', async () => {
    const once = await runSchedule(7);
    const again = await runSchedule(7);
    expect(again.trace).toEqual(once.trace);
  });
});

/** Without the rule the simulation must find a loss among so many schedules, and none with it. */
const PROOFS: ReadonlyArray<{ rule: string; options: ScheduleOptions; within: number; finds: RegExp }> = [
  {
    rule: 'leave idle parts',
    options: { kind: 'fold', rules: { leaveIdleParts: false } },
    within: 300,
    finds: /I3/,
  },
  {
    rule: 'move unlinked parts',
    options: { kind: 'deleted', rules: { moveUnlinked: false } },
    within: 300,
    finds: /I[34]|does not end|EBUSY/,
  },
  {
    rule: 'stop at what cannot be read',
    options: { kind: 'faults', rules: { stopAtUnreadable: false } },
    within: 200,
    finds: /I[346]/,
  },
  {
    rule: 'cover the view',
    options: { kind: 'deleted', rules: { coverView: false } },
    within: 100,
    finds: /I[34]/,
  },
  {
    rule: 'seed a base from the view',
    options: { kind: 'deleted', rules: { seedFromView: false } },
    within: 100,
    finds: /I3/,
  },
  {
    rule: "the file system's time",
    options: { kind: 'fold', rules: { fileSystemTime: false } },
    within: 400,
    finds: /I[23]/,
  },
  {
    rule: 'create bases by link',
    options: { kind: 'race', rules: { linkBases: false } },
    within: 400,
    finds: /I[236]/,
  },
];

describe('each rule is needed: taken out, the simulation finds the loss', () => {
  it.each(PROOFS)('$rule', async ({ options, within, finds }) => {
    for (let seed = 1; seed <= within; seed++) {
      const failures = await failuresOf(seed, options);
      if (failures.length === 0) continue;
      expect(failures.join('; ')).toMatch(finds);
      expect(await failuresOf(seed, { kind: options.kind ?? 'calm' })).toEqual([]);
      return;
    }
    throw new Error(`no loss found within ${within} schedules: is the rule still needed?`);
  });
});

async function failuresOf(seed: number, options: ScheduleOptions): Promise<readonly string[]> {
  try {
    return (await runSchedule(seed, options)).failures;
  } catch (error) {
    return [String(error)];
  }
}
