import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callOf, createFixture } from './core-fixture.js';

const warn = vi.fn<(...told: unknown[]) => void>();
const ignore = (): void => undefined;

beforeEach(() => {
  warn.mockClear();
  const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
});

afterEach(() => diag.disable());

describe('without a price book, since it could not be loaded', () => {
  test('a reported cost that is preferred applies, also to calls that waited; the others stay unpriced', async () => {
    const { core, storage, bookLoaded } = createFixture({ reportedCost: 'prefer' });
    core.record(callOf({ reportedCostUsd: 0.25 }));
    core.record(callOf());
    await bookLoaded(new Error('no such package'));
    core.record(callOf({ reportedCostUsd: 0.5 }));
    await core.forceFlush();
    expect(storage.view?.totals).toMatchObject({
      calls: 3,
      costUsd: 0.75,
      unpricedCalls: 1,
      inputTokens: 30,
    });
    expect(storage.view?.prices).toMatchObject({ reported: 2, book: 0 });
    expect(warn.mock.calls.map((args) => args[1])).toEqual([
      expect.stringContaining('could not be loaded, calls stay unpriced: no such package'),
      expect.stringContaining('no price is known for "openai/gpt-4o-mini"'),
    ]);
  });
});
