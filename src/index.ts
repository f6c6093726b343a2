export { GenAIUsageSpanProcessor } from './span/genai-usage-span-processor.js';
export { UsageRecordingSampler } from './span/usage-recording-sampler.js';
export { UsageLedgerExporter } from './exporter/usage-ledger-exporter.js';
export { readLedger } from './store/read-ledger.js';
export { LedgerError } from './journal/ledger-error.js';
export { summarize } from './ledger/summarize.js';

export type { LedgerExportResult } from './exporter/usage-ledger-exporter.js';
export type { UsageLedgerExporterOptions } from './exporter/exporter-options.js';
export type { Budget, BudgetCrossing } from './exporter/budget.js';
export type { ExporterStats } from './exporter/exporter-stats.js';
export type { DimensionOption } from './span/resolve-dimensions.js';
export type { UserPrice, UserPrices, UserRates, UserTier } from './price/user-price.js';
export type { UsageRecord } from './usage/usage-record.js';
export type { AuditField, DimensionSource, UsageSink } from './usage/usage-sink.js';
export type { Call } from './usage/call.js';
export type { LedgerDocument, LedgerRow, Usage } from './ledger/ledger-document.js';
export type { SummarizeOptions, Summary } from './ledger/summarize.js';
