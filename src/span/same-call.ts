import { UNKNOWN } from '../usage/call.js';
import type { CallReading } from './call-reading.js';
import type { CountedCall } from './counted-call.js';

/** Clocks of two spans of one call may disagree by their rounding to milliseconds. */
const CLOCK_SLACK_MILLIS = 2;

/** Clients of this protocol are used for many providers, and their instrumentations name only the protocol. */
const PROTOCOL = 'openai';

/** Same provider as far as both tell. */
export function providersAgree(a: string, b: string): boolean {
  if (a === b || a === UNKNOWN || b === UNKNOWN || a === PROTOCOL || b === PROTOCOL) return true;
  return a.startsWith('gcp.') && b.startsWith('gcp.');
}

/** Same model as far as both tell: one of the names (asked for or answered) is shared. */
export function modelsAgree(a: CallReading, b: CallReading): boolean {
  const names = [bareModel(a.requestModel), bareModel(a.responseModel)];
  const others = [bareModel(b.requestModel), bareModel(b.responseModel)];
  if (names.every(isMissing) || others.every(isMissing)) return true;
  return names.some((name) => name !== undefined && others.includes(name));
}

function isMissing(name: string | undefined): boolean {
  return name === undefined;
}

/** A model name without the vendor and region that some libraries cut and others keep. */
function bareModel(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  return name
    .replace(/^(?:[\w-]+\/)?(?:(?:us|eu|apac|global)\.)?(?:anthropic|amazon|meta|mistral|cohere)\./, '')
    .replace(/^[\w.-]+\//, '');
}

/** Equal input and output, as written on the spans or as repaired. */
export function tokensEqual(a: CallReading, b: CallReading): boolean {
  const x = a.call;
  const y = b.call;
  const input =
    x.inputTokens === y.inputTokens ||
    x.inputTokens === b.rawInputTokens ||
    a.rawInputTokens === y.inputTokens ||
    a.rawInputTokens === b.rawInputTokens;
  return (
    input &&
    (x.outputTokens === y.outputTokens ||
      x.outputTokens === b.rawOutputTokens ||
      a.rawOutputTokens === y.outputTokens ||
      a.rawOutputTokens === b.rawOutputTokens)
  );
}

/** True if the two were under way at one time. */
export function overlap(a: CallReading, b: CallReading): boolean {
  return (
    a.startMillis <= b.endMillis + CLOCK_SLACK_MILLIS && b.startMillis <= a.endMillis + CLOCK_SLACK_MILLIS
  );
}

/** Two tellings of usage that can be of one call: equal, or one of them has none. */
export function usageAgrees(a: CallReading, b: CallReading): boolean {
  return !a.call.metered || !b.call.metered || tokensEqual(a, b);
}

/** A failed attempt and one that went through are never one call. */
export function isFailure(reading: CallReading): boolean {
  return reading.call.error && !reading.call.metered;
}

/** True if both name a response and the names differ. */
export function idsDiffer(a: CallReading, b: CallReading): boolean {
  return a.responseId !== undefined && b.responseId !== undefined && a.responseId !== b.responseId;
}

/** Every telling of `counted` could be the call that `reading` tells of. */
export function fitsAll(
  counted: CountedCall,
  reading: CallReading,
  fits: (a: CallReading, b: CallReading) => boolean,
): boolean {
  for (const other of counted.readings) if (!fits(other, reading)) return false;
  return true;
}
