import type { Clock, Timer } from '../config/clock.js';

/** The outcome of `work`, or a rejection with `late()` when that takes longer than `millis`; `work` itself goes on. */
export async function within<T>(
  clock: Clock,
  millis: number,
  work: Promise<T>,
  late: () => Error,
): Promise<T> {
  let timer: Timer | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = clock.after(millis, () => reject(late()));
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    timer?.cancel();
  }
}
