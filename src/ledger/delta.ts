import type { AuditField } from '../usage/usage-sink.js';
import type { PriceSource } from '../price/cost.js';
import type { Measures } from './measures.js';

/** What a row is a sum over: provider × model × operation × service × dimensions. */
export interface Series {
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  readonly service: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One period of one series: 15-minute slots, folded days (1380, 1440 or 1500 minutes), folded months. */
export interface Row {
  /** Start of the period, milliseconds since the Unix epoch. */
  readonly startMillis: number;
  readonly minutes: number;
  readonly series: Series;
  readonly measures: Measures;
}

/** Audit counters, absent = 0. */
export type Audit = Partial<Record<AuditField, number>>;

/** How many calls each price source priced, absent = 0; reversals subtract. */
export type PricedCalls = Partial<Record<PriceSource, number>>;

/**
 * What one JS turn adds to the ledger: one journal line. Sums only, possibly negative (reversing entries); merging
 * deltas in any order or grouping gives the same ledger.
 */
export interface Delta {
  readonly rows: readonly Row[];
  readonly audit: Audit;
  readonly pricedCalls: PricedCalls;
}
