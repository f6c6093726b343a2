/** First and last instant a call can have ended: 2000 to 2100. */
const EARLIEST_MILLIS = Date.UTC(2000, 0, 1);
const LATEST_MILLIS = Date.UTC(2100, 0, 1);
/** No call ends later than that after now. */
export const MAX_AHEAD_MILLIS = 86_400_000;

/**
 * True for an end time that can be: a number of milliseconds since 1970 from 2000 to 2100, at most a day ahead of
 * `nowMillis`. Any other becomes `nowMillis` and counts as `clampedTimes` (DESIGN §2).
 */
export function isCallTime(millis: unknown, nowMillis: number): millis is number {
  return (
    typeof millis === 'number' &&
    millis >= EARLIEST_MILLIS &&
    millis < LATEST_MILLIS &&
    millis <= nowMillis + MAX_AHEAD_MILLIS
  );
}
