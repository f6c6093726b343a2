import type { Clock } from '../config/clock.js';
import type { Call } from '../usage/call.js';
import type { UsageSink } from '../usage/usage-sink.js';
import type { CallReading } from './call-reading.js';
import { CountedCall } from './counted-call.js';
import type { RecentWindows } from './recent-windows.js';

/** Stands for the instrumentation scope where a call was told of by `record()`. */
const RECORD_SCOPE = 'record()';

/**
 * Books a call that `record()` told of, under its response id (DESIGN §3.4): where a span told of that response before,
 * the record joins it and counts as a repeated response; spans that tell of it later join the record.
 */
export function bookRecord(
  call: Call,
  responseId: string,
  sink: UsageSink,
  recent: RecentWindows,
  clock: Clock,
): void {
  const reading = readingOf(call, responseId);
  recent.meet(reading, clock);
  const now = recent.open ? clock.monotonicMillis() : 0;
  const told = recent.sameResponse(reading, now);
  if (told !== undefined) {
    told.join(reading);
    recent.update(told, reading);
    sink.count?.('repeatedResponses', 1);
    return;
  }
  const counted = new CountedCall(sink, reading, false, now);
  counted.book();
  recent.add(counted, reading);
}

function readingOf(call: Call, responseId: string): CallReading {
  return {
    call,
    scope: RECORD_SCOPE,
    framework: false,
    generating: call.operation !== 'embeddings' && call.operation !== 'rerank',
    startMillis: call.endTimeUnixMillis - call.durationMillis,
    endMillis: call.endTimeUnixMillis,
    rawInputTokens: call.inputTokens,
    rawOutputTokens: call.outputTokens,
    responseModel: call.model,
    requestModel: undefined,
    responseId,
    rejected: 0,
  };
}
