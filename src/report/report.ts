import type { Correction } from '../ledger/corrections.js';
import type { LedgerDocument, Usage } from '../ledger/ledger-document.js';
import type { LedgerPart } from './merge-ledgers.js';

/** One line of a report: what it is about, its numbers, and its part of the whole cost. */
export type ReportRow = {
  key: Record<string, string>;
  /** `costUsd` divided by the total, 0–1; null when the total is 0. */
  share: number | null;
} & Usage;

/** Calls of one model that have no price, and the tokens they used. */
export interface UnpricedModel {
  provider: string;
  model: string;
  calls: number;
  inputTokens: number;
  outputTokens: number;
}

/** How far the numbers can be trusted: what is unknown, folded together or could not be counted. */
export interface Completeness {
  /** Calls whose tokens are known ÷ calls; null without calls. */
  meteredCallsShare: number | null;
  /** Tokens of calls with a price ÷ tokens; null without tokens. */
  pricedTokensShare: number | null;
  unpricedModels: UnpricedModel[];
  /** What the cardinality limit put under `(other)`. */
  overflow: Usage;
  /** Rows counted as a whole on one side of a border they reach over. */
  unsplitRows: number;
  /** Audit counters of the whole ledger, not of the period. */
  audit: LedgerDocument['audit'];
}

/** A computed report: what `--format json` prints and all other renderers show (schema/report.schema.json). */
export interface Report {
  format: 'genai-usage-report';
  version: 1;
  /** ISO 8601 UTC. */
  generatedAt: string;
  ledgers: LedgerPart[];
  timezone: string;
  currency: 'USD';
  /** Borders as instants, absent = open; `until` is excluded. */
  since?: string;
  until?: string;
  by: string[];
  where: Record<string, string[]>;
  top?: number;
  rows: ReportRow[];
  totals: Usage;
  completeness: Completeness;
  prices: LedgerDocument['prices'];
  /** Money changed after the fact, whole ledger, oldest first; absent = none. */
  corrections?: readonly Correction[];
}
