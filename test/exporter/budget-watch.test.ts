import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callOf, createReadyFixture } from './core-fixture.js';
import type { FakeClock } from './fake-clock.js';
import type { FakeStorage } from './fake-storage.js';
import { settle } from './fake-clock.js';
import { BudgetWatch } from '../../src/exporter/budget-watch.js';
import type { Budget, BudgetCrossing } from '../../src/exporter/budget.js';
import { OnceLog } from '../../src/exporter/once-log.js';
import { budgetStates } from '../../src/ledger/budget.js';
import { LedgerState } from '../../src/ledger/ledger-state.js';
import { toDocument } from '../../src/ledger/document.js';
import { zeroMeasures } from '../../src/ledger/measures.js';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';

const warn = vi.fn<(...told: unknown[]) => void>();
const ignore = (): void => undefined;

beforeEach(() => {
  warn.mockClear();
  const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
});

afterEach(() => diag.disable());

/** A ledger whose watch tells `told`; each call costs $1 per 1e9 input tokens. */
async function createWatched(budget: Omit<Budget, 'onCrossed'>, onCrossed?: Budget['onCrossed']) {
  const told: BudgetCrossing[] = [];
  const note = onCrossed ?? ((crossing: BudgetCrossing) => told.push(crossing));
  let seen: LedgerDocument | undefined;
  const observers = (storage: FakeStorage, clock: FakeClock) => {
    const view = {
      read: async () => {
        if (storage.view === seen && seen !== undefined) return 'unchanged' as const;
        seen = storage.view;
        return seen;
      },
    };
    return [new BudgetWatch([{ ...budget, onCrossed: note }], { view, storage, clock, log: new OnceLog() })];
  };
  const fixture = await createReadyFixture({ observers });
  const spend = async (usd: number, change: Partial<Parameters<typeof callOf>[0]> = {}): Promise<void> => {
    const endTimeUnixMillis = fixture.clock.nowMillis();
    fixture.core.record(callOf({ inputTokens: usd * 1e9, outputTokens: 0, endTimeUnixMillis, ...change }));
    await fixture.core.forceFlush();
  };
  return { ...fixture, told, spend };
}

describe('a budget', () => {
  test('is told once per day when more is spent than it allows, to the nano-dollar', async () => {
    const { spend, told, clock } = await createWatched({ maxDayUsd: 3 });
    await spend(2.999999999);
    await spend(0.000000001);
    expect(told).toEqual([]);
    await spend(0.000000001);
    expect(told).toEqual([{ period: 'day', key: '2026-11-22', group: {}, maxUsd: 3, costUsd: 3.000000001 }]);
    await spend(5);
    expect(told).toHaveLength(1);
    await clock.pass(86_400_000);
    await spend(3);
    expect(told).toHaveLength(1);
    await spend(1);
    expect(told.map(({ key }) => key)).toEqual(['2026-11-22', '2026-11-23']);
  });

  test('of a month adds up its days', async () => {
    const { spend, told, clock } = await createWatched({ maxMonthUsd: 3 });
    for (let day = 0; day < 12; day++) {
      await spend(0.5);
      await clock.pass(86_400_000);
    }
    expect(told).toEqual([{ period: 'month', key: '2026-11', group: {}, maxUsd: 3, costUsd: 3.5 }]);
  });

  test('is held per group', async () => {
    const { spend, told } = await createWatched({ maxDayUsd: 2, by: ['model', 'agent'] });
    await spend(1.5, { dimensions: { agent: 'a' } });
    await spend(1.5, { dimensions: { agent: 'b' } });
    await spend(1.5, { model: 'm2', dimensions: { agent: 'a' } });
    expect(told).toEqual([]);
    await spend(1, { dimensions: { agent: 'b' } });
    expect(told.map(({ group }) => group)).toEqual([{ model: 'gpt-4o-mini', agent: 'b' }]);
    await spend(1, { dimensions: { agent: 'a' } });
    expect(told).toHaveLength(2);
  });

  test('of one group may be named as a text', async () => {
    const { spend, told } = await createWatched({ maxDayUsd: 2, by: 'agent' });
    await spend(2.5);
    expect(told.map(({ group }) => group)).toEqual([{ agent: '(unknown)' }]);
  });

  test('reached before this process began is not told again', async () => {
    const { spend, told, storage } = await createWatched({ maxDayUsd: 3 });
    storage.state.merge(stateWorth(4));
    storage.view = documentOf(storage.state);
    await spend(1);
    expect(told).toEqual([]);
  });

  test('reached by a process that died before it published is told by the next', async () => {
    const { spend, told, storage } = await createWatched({ maxDayUsd: 3 });
    storage.view = documentOf(stateWorth(2));
    storage.state.merge(stateWorth(4));
    await spend(0.5);
    expect(told).toMatchObject([{ costUsd: 4.5 }]);
  });

  test('reached by what another process published is its to tell', async () => {
    const { spend, told, storage } = await createWatched({ maxDayUsd: 3 });
    await spend(1);
    storage.state.merge(stateWorth(4));
    storage.view = documentOf(storage.state);
    await spend(1);
    expect(told).toEqual([]);
  });

  test('is told although the store publishes later than the flush', async () => {
    const { core, told, storage, clock } = await createWatched({ maxDayUsd: 3 });
    core.record(callOf({ inputTokens: 5e9 }));
    const flush = storage.flush.bind(storage);
    storage.flush = async () => undefined;
    await core.forceFlush();
    expect(told).toEqual([]);
    await flush({ force: false });
    await clock.pass(5000);
    expect(told).toHaveLength(1);
    expect(clock.waiting).toEqual([]);
  });

  test('taken back by a correction and reached again is told again', async () => {
    const { core, spend, told } = await createWatched({ maxDayUsd: 3 });
    const wrapper = callOf({ inputTokens: 4e9 });
    core.record(wrapper);
    await core.forceFlush();
    core.replace(wrapper, undefined);
    await core.forceFlush();
    await spend(3.5);
    expect(told).toHaveLength(2);
  });

  test('crosses when `genai-ledger budget` calls it over, and not before', async () => {
    for (const usd of [2.999999999, 3, 3.000000001]) {
      const { spend, told, storage, clock } = await createWatched({ maxDayUsd: 3, by: 'model' });
      await spend(usd);
      const limits = { maxDayUsd: 3, by: ['model'] };
      const states = storage.view === undefined ? [] : budgetStates(storage.view, limits, clock.nowMillis());
      expect(states.map(({ over, spentUsd }) => [over, spentUsd])).toEqual([[told.length === 1, usd]]);
    }
  });

  test('may name its own period among the groups', async () => {
    const { spend, told } = await createWatched({ maxDayUsd: 3, by: ['day', 'model'] });
    await spend(4);
    expect(told.map(({ group }) => group)).toEqual([{ day: '2026-11-22', model: 'gpt-4o-mini' }]);
  });

  test('whose callback throws or rejects is logged, and the flush goes on', async () => {
    const thrown = await createWatched({ maxDayUsd: 0.5 }, () => {
      throw new Error('thrown');
    });
    await thrown.spend(1);
    const rejected = await createWatched({ maxDayUsd: 0.5 }, async () => {
      await Promise.resolve();
      throw new Error('rejected');
    });
    await rejected.spend(1);
    await settle();
    expect(warn.mock.calls.map((args) => args[1])).toEqual([
      expect.stringContaining('thrown'),
      expect.stringContaining('rejected'),
    ]);
    expect(rejected.storage.view?.totals.calls).toBe(1);
  });
});

function stateWorth(usd: number): LedgerState {
  const state = new LedgerState();
  const series = { provider: 'p', model: 'm', operation: 'chat', service: '', dimensions: {} };
  const measures = { ...zeroMeasures(), calls: 1, costNanoUsd: usd * 1e9 };
  state.table.add({ startMillis: Date.UTC(2026, 10, 22, 10, 15), minutes: 15, series, measures });
  return state;
}

function documentOf(state: LedgerState): LedgerDocument {
  return toDocument(state, {
    generation: 1,
    createdAt: '2026-11-20T08:00:00.000Z',
    updatedAt: '2026-11-22T10:20:05.123Z',
    timezone: 'UTC',
    writers: {},
    priceSource: '',
  });
}
