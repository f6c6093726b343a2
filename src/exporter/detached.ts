import { ROOT_CONTEXT, context } from '@opentelemetry/api';
import type { Clock } from '../config/clock.js';
import { untraced } from '../journal/untraced.js';

/** Outside of every trace, and of the context of whichever request came first. */
export function detached<T>(work: () => T): T {
  return context.with(ROOT_CONTEXT, () => untraced(work));
}

/** Timers that fire so. */
export function detachedClock(clock: Clock): Pick<Clock, 'after'> {
  return { after: (millis, callback) => detached(() => clock.after(millis, callback)) };
}
