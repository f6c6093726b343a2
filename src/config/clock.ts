/** A pending timer; opaque. */
export interface Timer {
  cancel(): void;
}

/** The only source of time and timers, so that tests and the simulation can own both. */
export interface Clock {
  /** Wall clock, milliseconds since the Unix epoch; may jump. */
  nowMillis(): number;
  /** Monotonic clock in milliseconds, for elapsed time only. */
  monotonicMillis(): number;
  /** Calls back once after `millis`; never keeps the process alive. */
  after(millis: number, callback: () => void): Timer;
  /** Resolves in a later macrotask: lets the event loop breathe inside long work. */
  yieldTurn(): Promise<void>;
}

export const systemClock: Clock = {
  nowMillis: () => Date.now(),
  monotonicMillis: () => performance.now(),
  after: (millis, callback) => {
    const handle = setTimeout(callback, millis);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
  yieldTurn: () => new Promise((resolve) => setImmediate(resolve)),
};

/** Resolves after `millis`, or at once when `signal` aborts; keeps the process alive meanwhile (for the CLI alone). */
export function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(handle);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const handle = setTimeout(done, millis);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
