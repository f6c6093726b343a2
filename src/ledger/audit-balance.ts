import type { LedgerDocument } from './ledger-document.js';

/**
 * Spans and records seen, less what became of them: 0 = the numbers reconcile (DESIGN §6). Every one seen is a call, a
 * failed request without usage, or a repetition that is not counted (wrapper, twin, response), or came too late.
 *
 * Example: 6 spans seen, 3 calls, 3 wrappers → 0.
 */
export function auditBalance({ audit, totals }: Pick<LedgerDocument, 'audit' | 'totals'>): number {
  const repeated = audit.wrapperSpans + audit.twinSpans + audit.repeatedResponses;
  const booked = totals.calls + audit.errorsWithoutUsage;
  return audit.spansSeen + audit.recordsSeen - booked - repeated - audit.lateSpans;
}

/** In words, what the audit does not account for. One that does not count what was seen was not kept by an exporter. */
export function auditNotes(document: Pick<LedgerDocument, 'audit' | 'totals'>): string[] {
  const { spansSeen, recordsSeen, corruptRecords } = document.audit;
  const balance = auditBalance(document);
  if (!(spansSeen + recordsSeen > 0) || corruptRecords > 0 || balance === 0) return [];
  return [`the audit does not reconcile: ${balance} of the spans and records seen are unaccounted for`];
}
