import type { Audit, Delta, PricedCalls } from './delta.js';
import type { Correction } from './corrections.js';
import { joinCorrections } from './corrections.js';
import type { AuditField } from '../usage/usage-sink.js';
import type { PriceSource } from '../price/cost.js';
import { AUDIT_FIELDS } from '../usage/usage-sink.js';
import { RowTable } from './row-table.js';

export const PRICE_SOURCES: readonly PriceSource[] = ['book', 'override', 'reported'];

/**
 * The merged truth: rows, audit counters and how many calls each price source priced. A sum of deltas; adding them in
 * any order, grouping or split over states gives the same state.
 */
export class LedgerState {
  readonly table: RowTable = new RowTable();
  readonly audit: Record<AuditField, number> = zeroAudit();
  readonly pricedCalls: Record<PriceSource, number> = { book: 0, override: 0, reported: 0 };

  /** Money changed after the fact, oldest first. */
  corrections: readonly Correction[] = [];

  addDelta(delta: Delta): void {
    this.table.addAll(delta.rows);
    this.count(delta.audit, delta.pricedCalls);
  }

  merge(other: LedgerState): void {
    this.table.addAll(other.table.rows());
    this.count(other.audit, other.pricedCalls);
    this.correct(other.corrections);
  }

  /** Takes corrections on record; the money itself is in the rows. */
  correct(corrections: readonly Correction[]): void {
    if (corrections.length > 0) this.corrections = joinCorrections(this.corrections, corrections);
  }

  /** Adds the counters alone. */
  count(audit: Audit, pricedCalls: PricedCalls): void {
    for (const field of AUDIT_FIELDS) {
      const by = audit[field];
      if (by !== undefined) this.audit[field] += by;
    }
    for (const source of PRICE_SOURCES) {
      const by = pricedCalls[source];
      if (by !== undefined) this.pricedCalls[source] += by;
    }
  }

  /** The whole state as one delta; its rows are the state's own, not copies. */
  toDelta(): Delta {
    return { rows: this.table.rows(), audit: { ...this.audit }, pricedCalls: { ...this.pricedCalls } };
  }
}

/** Every audit counter at zero. */
export function zeroAudit(): Record<AuditField, number> {
  return {
    spansSeen: 0,
    recordsSeen: 0,
    errorsWithoutUsage: 0,
    wrapperSpans: 0,
    uncoveredTokens: 0,
    twinSpans: 0,
    repeatedResponses: 0,
    rejectedValues: 0,
    incompleteSpans: 0,
    lateSpans: 0,
    clampedTimes: 0,
    overflowCalls: 0,
    corruptRecords: 0,
    failedFlushes: 0,
  };
}
