import type { AuditField, DimensionSource, UsageSink } from '../usage/usage-sink.js';
import type { Call } from '../usage/call.js';
import type { EndedSpan } from '../span/span-shape.js';
import type { ExporterStats } from './exporter-stats.js';
import type { LedgerCore } from './ledger-core.js';
import type { SharedCore } from './core-registry.js';
import type { SummarizeOptions, Summary } from '../ledger/summarize.js';
import type { Usage } from '../ledger/ledger-document.js';
import type { UsageLedgerExporterOptions } from './exporter-options.js';
import type { UsageRecord } from '../usage/usage-record.js';
import { CallTracker } from '../span/call-tracker.js';
import { RecordIntake } from './record-intake.js';
import { acquireCore, releaseCore } from './core-registry.js';
import { createCore } from './create-core.js';
import { errorCode } from '../journal/ledger-error.js';
import { resolveExporterOptions } from './exporter-options.js';
import { summarize } from '../ledger/summarize.js';
import { systemClock } from '../config/clock.js';

/** What `export` calls back with: code 0 = success, 1 = failure; the `ExportResult` of every OTel SDK. */
export interface LedgerExportResult {
  code: 0 | 1;
  error?: Error;
}

/**
 * Queues, prices and adds up GenAI calls and writes them to a usage ledger. Give it to a `GenAIUsageSpanProcessor`, use it
 * as a span exporter behind any span processor, or call `record()`. Exporters on one path share one queue and journal.
 * A bad option is a TypeError or RangeError at construction; after that nothing is thrown.
 */
export class UsageLedgerExporter implements UsageSink {
  /** Dimensions that are looked up on spans. */
  readonly dimensions: readonly DimensionSource[];
  /** Identity of the ledger: exporters on one path have the same. */
  readonly ledger: object;
  readonly #shared: SharedCore;
  readonly #core: LedgerCore;
  readonly #tracker: CallTracker;
  readonly #intake: RecordIntake;
  readonly #timezone: string;
  #owners = 0;
  #exports = false;
  #shutdown: Promise<void> | undefined;
  #closed = false;

  constructor(options: UsageLedgerExporterOptions = {}) {
    const resolved = resolveExporterOptions(options, process.env);
    this.dimensions = resolved.dimensions;
    this.#timezone = resolved.timezone;
    this.#shared = acquireCore(resolved, createCore);
    this.#core = this.#shared.core;
    this.ledger = this.#core;
    this.#tracker = CallTracker.of(this);
    const target = {
      responses: this.#core.responses,
      record: (call: Call): void => this.#core.record(call),
      recordResponse: (call: Call, responseId: string): void => this.#tracker.onRecord(call, responseId),
      count: (field: AuditField, by: number): void => this.#core.count(field, by),
    };
    this.#intake = new RecordIntake(target, resolved.dimensions, systemClock);
  }

  /**
   * Counts one call. Values that cannot be are left out and counted (`audit.rejectedValues`); after `shutdown` the record
   * is not counted but shows as `audit.lateSpans`. A span processor hands over its calls the same way. Never throws.
   */
  record(record: UsageRecord | Call): void {
    if (isCall(record)) this.#core.record(record);
    else if (this.#closed) this.#countLate('recordsSeen');
    else this.#intake.take(record);
  }

  /** For span processors: see `UsageSink`. */
  replace(booked: Call, by: Call | undefined): void {
    this.#core.replace(booked, by);
  }

  /** For span processors: see `UsageSink`. */
  count(field: AuditField, by: number): void {
    this.#core.count(field, by);
  }

  /** For span processors: see `UsageSink`. */
  get closed(): boolean {
    return this.#core.closed;
  }

  /** For span processors: see `UsageSink`. */
  attach(): void {
    this.#owners++;
  }

  /**
   * `SpanExporter`: counts the calls among `spans` and calls back once they are in the journal, or held in memory if the
   * disk cannot take them. After `shutdown` it fails.
   */
  export(spans: readonly EndedSpan[], resultCallback: (result: LedgerExportResult) => void): void {
    if (this.#closed) {
      for (const span of spans) if (CallTracker.isCall(span)) this.#countLate('spansSeen');
      resultCallback({ code: 1, error: new Error('the exporter was shut down') });
      return;
    }
    if (!this.#exports) this.attach();
    this.#exports = true;
    for (const span of spans) this.#tracker.onExport(span);
    this.#core.drain();
    resultCallback({ code: 0 });
  }

  /**
   * Resolves when the ledger file holds everything recorded before, each call at its price; with nothing new it costs no
   * I/O. Rejects with a LedgerError if that fails or takes longer than `flushTimeoutMillis`.
   */
  forceFlush(): Promise<void> {
    return this.#shutdown ?? this.#core.forceFlush();
  }

  /**
   * Flushes, and closes once every processor that was given this exporter has shut down: within
   * `shutdownTimeoutMillis`, never rejects, closes once only.
   */
  shutdown(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    if (this.#owners > 1) {
      this.#owners--;
      return this.#core.flushQuietly();
    }
    this.#shutdown = this.#close();
    return this.#shutdown;
  }

  /** Flushes, then adds up the ledger (all processes'): see `summarize`. Rejects for bad options and as `forceFlush`. */
  async summary(options: SummarizeOptions = {}): Promise<Summary> {
    await this.forceFlush();
    return summarize(await this.#read(), options);
  }

  /** What today, in the ledger's time zone, has used so far. Rejects as `forceFlush`. */
  async today(): Promise<Usage> {
    return (await this.summary({ since: 'today' })).totals;
  }

  /** Counts what this process did on this path since the first exporter on it was built. */
  stats(): ExporterStats {
    return this.#core.stats();
  }

  #countLate(seen: AuditField): void {
    this.#core.count(seen, 1);
    this.#core.countLate();
  }

  async #close(): Promise<void> {
    await releaseCore(this.#shared);
    this.#closed = true;
  }

  async #read(): Promise<Parameters<typeof summarize>[0]> {
    try {
      return await this.#core.read();
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return { rows: [], timezone: this.#timezone };
      throw error;
    }
  }
}

function isCall(record: UsageRecord | Call): record is Call {
  return typeof record === 'object' && record !== null && 'booking' in record;
}
