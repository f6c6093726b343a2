import type { CallReading } from './call-reading.js';
import type { CountedCall } from './counted-call.js';
import { isTool } from './dialects/roles.js';
import { idsDiffer, isFailure, tokensEqual } from './same-call.js';
import { TOOL, type SpanNode } from './span-node.js';

/**
 * The call counted below `node` that `reading`, a call span itself, only repeats; `undefined` = it is billed as well.
 * DESIGN §3.2, a call inside a call: one if they share a response id; two if the ids differ or a tool lies between;
 * otherwise one if one has no usage or the numbers are equal (or the outer ones are the sum of the inner ones).
 */
export function innerTwin(node: SpanNode, reading: CallReading): CountedCall | undefined {
  const below = node.below;
  if (below === undefined) return undefined;
  const candidates = below
    .newest()
    .filter((inner) => sameKind(inner.counted, reading) && !toolBetween(inner.from, node));
  const shared = candidates.find(({ counted }) => counted.readings.some((other) => sharesId(other, reading)));
  if (shared !== undefined) return shared.counted;
  const open = candidates.filter(
    ({ counted }) => !counted.readings.some((other) => idsDiffer(other, reading)),
  );
  const equal = open.find(({ counted }) =>
    counted.readings.some((other) => bothMetered(other, reading) && tokensEqual(other, reading)),
  );
  if (equal !== undefined) return equal.counted;
  if (open.length > 1 && open.length === candidates.length && isSum(below.tokens, below.otherTokens, reading))
    return candidates[0]?.counted;
  return open.find(({ counted }) => !reading.call.metered || !counted.call.metered)?.counted;
}

/** The ended call span above `node` that only repeats `reading`: its parent ended first. Same rule, seen from inside. */
export function outerTwin(node: SpanNode, reading: CallReading): CountedCall | undefined {
  let outer = node.parent;
  while (outer !== undefined && (outer.counted === undefined || outer.counted.aggregate))
    outer = outer.parent;
  const counted = outer?.counted;
  if (outer === undefined || counted === undefined || !isSameCall(counted, reading)) return undefined;
  return (outer.flags & TOOL) !== 0 || toolBetween(node, outer) ? undefined : counted;
}

function isSameCall(counted: CountedCall, reading: CallReading): boolean {
  if (!sameKind(counted, reading)) return false;
  if (counted.readings.some((other) => sharesId(other, reading))) return true;
  if (counted.readings.some((other) => idsDiffer(other, reading))) return false;
  if (!reading.call.metered || !counted.call.metered) return true;
  return counted.readings.some((other) => bothMetered(other, reading) && tokensEqual(other, reading));
}

/** An aggregate counted whole may still be reversed, so nothing is merged into it. */
function sameKind(counted: CountedCall, reading: CallReading): boolean {
  if (counted.aggregate) return false;
  const first = counted.readings[0];
  if (first === undefined || first.generating !== reading.generating) return false;
  return isFailure(first) === isFailure(reading) || counted.call.metered;
}

function sharesId(a: CallReading, b: CallReading): boolean {
  return a.responseId !== undefined && a.responseId === b.responseId;
}

function bothMetered(a: CallReading, b: CallReading): boolean {
  return a.call.metered && b.call.metered;
}

function isSum(tokens: number, otherTokens: number, reading: CallReading): boolean {
  const sum = reading.generating ? tokens : otherTokens;
  if (!reading.call.metered || sum === 0) return false;
  return (
    sum === reading.call.inputTokens + reading.call.outputTokens ||
    sum === reading.rawInputTokens + reading.rawOutputTokens
  );
}

/** True if a tool span lies between the two: what a tool asks of a model is billed on its own. */
function toolBetween(inner: SpanNode, outer: SpanNode): boolean {
  for (let node = inner.parent; node !== undefined && node !== outer; node = node.parent) {
    if ((node.flags & TOOL) !== 0 || isTool(node.attributes)) return true;
  }
  return false;
}
