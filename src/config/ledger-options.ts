import { choice, integer, text } from './option-rule.js';
import type { OptionRules } from './resolve-options.js';

/** The options that are one number or one word; each may also come from `GENAI_LEDGER_…`. */
export interface LedgerOptions {
  /** The ledger file. Default `./usage-ledger.json`, resolved against the working directory at construction. */
  path: string;
  /** Longest time from a record to a flush. Default 5000 (what OTel's batch processor takes). */
  flushIntervalMillis: number;
  /** Records that make a flush due at the end of the turn. Default 10. */
  flushThreshold: number;
  /** Records queued within a turn; past it they are aggregated at once, never dropped. Default 2048 (as OTel). */
  maxQueueSize: number;
  /** Records that go into one journal line at most. Default 512 (as OTel); never more than `maxQueueSize`. */
  maxExportBatchSize: number;
  /** After so long `forceFlush()` rejects. Default 10,000. */
  flushTimeoutMillis: number;
  /** After so long `shutdown()` resolves, done or not. Default 10,000. */
  shutdownTimeoutMillis: number;
  /** IANA zone that days are cut in. Default `UTC`. The first writer of a ledger decides. */
  timezone: string;
  /** Days that keep their 15-minute slots before they fold to one row a series. Default 7. First writer decides. */
  detailDays: number;
  /** Series kept per slot before dimensions, then models go to `(other)`. Default 2000 (as OTel). First writer decides. */
  cardinalityLimit: number;
  /** Rows beyond which the oldest days fold to months. Default 100,000 (≈ 30 MB). First writer decides. */
  maxRows: number;
  /** `turn`: on disk when the JS turn ends. `flush`: nothing between flushes (the default on network file systems). */
  durability: 'turn' | 'flush' | undefined;
  /** `prefer`: take a cost that the span reports in USD instead of computing it. Default `ignore`. */
  reportedCost: 'ignore' | 'prefer';
  /** JSON file with prices of your own, in the shape of the option `prices`; it is read when the exporter is built. */
  pricesFile: string | undefined;
}

/** Longest delay a Node timer can wait. */
const MAX_DELAY_MILLIS = 2_147_483_647;
const NO_NUL = (path: string): boolean => !path.includes('\0');
const IS_FILE = (path: string): boolean => NO_NUL(path) && !path.endsWith('/');

export const LEDGER_OPTION_RULES: OptionRules<LedgerOptions> = {
  path: text('./usage-ledger.json', 'the path of a file', IS_FILE),
  flushIntervalMillis: integer(5000, 1, MAX_DELAY_MILLIS, 'milliseconds'),
  flushThreshold: integer(10, 1, 1_000_000_000, 'records'),
  maxQueueSize: integer(2048, 1, 1_000_000, 'records'),
  maxExportBatchSize: integer(512, 1, 1_000_000, 'records'),
  flushTimeoutMillis: integer(10_000, 1, MAX_DELAY_MILLIS, 'milliseconds'),
  shutdownTimeoutMillis: integer(10_000, 1, MAX_DELAY_MILLIS, 'milliseconds'),
  timezone: text('UTC', 'an IANA time zone like Europe/Berlin, or UTC', isZone),
  detailDays: integer(7, 0, 3660, 'days'),
  cardinalityLimit: integer(2000, 1, 1_000_000, 'series per slot'),
  maxRows: integer(100_000, 1, 10_000_000, 'rows'),
  durability: choice(undefined, ['turn', 'flush']),
  reportedCost: choice('ignore', ['ignore', 'prefer']),
  pricesFile: text(undefined, 'the path of a JSON file', NO_NUL),
};

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
