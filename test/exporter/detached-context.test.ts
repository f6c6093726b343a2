import { ROOT_CONTEXT, context, createContextKey } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '@opentelemetry/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callOf, createReadyFixture } from './core-fixture.js';
import type { FakeClock } from './fake-clock.js';
import type { Fixture } from './core-fixture.js';

const REQUEST = createContextKey('a request');

beforeEach(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterEach(() => context.disable());

/** What flushes and timers see of the context that was active when the call was recorded. */
function watch({ storage, clock }: Fixture): { request: unknown; suppressed: boolean }[] {
  const seen: { request: unknown; suppressed: boolean }[] = [];
  const note = (): void => {
    const active = context.active();
    seen.push({ request: active.getValue(REQUEST), suppressed: isTracingSuppressed(active) });
  };
  const flush = storage.flush.bind(storage);
  storage.flush = (options) => {
    note();
    return flush(options);
  };
  const after = clock.after.bind(clock);
  const watched: FakeClock['after'] = (millis, callback) => {
    note();
    return after(millis, callback);
  };
  clock.after = watched;
  return seen;
}

test('timers and flushes keep no request alive and make no spans', async () => {
  const fixture = await createReadyFixture();
  const seen = watch(fixture);
  await context.with(ROOT_CONTEXT.setValue(REQUEST, 'mine'), async () => {
    for (let i = 0; i < 3; i++) fixture.core.record(callOf());
    await Promise.resolve();
    await fixture.core.forceFlush();
  });
  expect(seen).toContainEqual({ request: undefined, suppressed: true });
  // Only the timeout of forceFlush itself is the caller's.
  expect(seen.filter(({ request }) => request === 'mine')).toHaveLength(1);
  expect(seen.length).toBeGreaterThanOrEqual(3);
});
