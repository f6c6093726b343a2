import { describe, expect, test } from 'vitest';
import { LEDGER_OPTION_RULES } from '../../src/config/ledger-options.js';
import type { LedgerOptions } from '../../src/config/ledger-options.js';
import { resolveOptions, variableName } from '../../src/config/resolve-options.js';

function resolve(given: Record<string, unknown> = {}, env: Record<string, string> = {}) {
  const warnings: string[] = [];
  const options = resolveOptions<LedgerOptions>(LEDGER_OPTION_RULES, given, {
    env,
    warn: (message) => warnings.push(message),
  });
  return { options, warnings };
}

describe('the options', () => {
  test('have the documented defaults', () => {
    expect(resolve()).toEqual({
      warnings: [],
      options: {
        path: './usage-ledger.json',
        flushIntervalMillis: 5000,
        flushThreshold: 10,
        maxQueueSize: 2048,
        maxExportBatchSize: 512,
        flushTimeoutMillis: 10_000,
        shutdownTimeoutMillis: 10_000,
        timezone: 'UTC',
        detailDays: 7,
        cardinalityLimit: 2000,
        maxRows: 100_000,
        durability: undefined,
        reportedCost: 'ignore',
        pricesFile: undefined,
      },
    });
  });

  test('each comes from its own variable when not given', () => {
    const env = {
      GENAI_LEDGER_PATH: '/var/lib/ledger.json',
      GENAI_LEDGER_FLUSH_INTERVAL_MILLIS: '250',
      GENAI_LEDGER_FLUSH_THRESHOLD: '1',
      GENAI_LEDGER_MAX_QUEUE_SIZE: '7',
      GENAI_LEDGER_MAX_EXPORT_BATCH_SIZE: '3',
      GENAI_LEDGER_FLUSH_TIMEOUT_MILLIS: '11',
      GENAI_LEDGER_SHUTDOWN_TIMEOUT_MILLIS: '12',
      GENAI_LEDGER_TIMEZONE: 'Asia/Kathmandu',
      GENAI_LEDGER_DETAIL_DAYS: '0',
      GENAI_LEDGER_CARDINALITY_LIMIT: '5',
      GENAI_LEDGER_MAX_ROWS: '6',
      GENAI_LEDGER_DURABILITY: 'flush',
      GENAI_LEDGER_REPORTED_COST: 'prefer',
      GENAI_LEDGER_PRICES_FILE: 'prices.json',
    };
    expect(Object.keys(env)).toEqual(Object.keys(LEDGER_OPTION_RULES).map(variableName));
    expect(resolve({}, env)).toEqual({
      warnings: [],
      options: {
        path: '/var/lib/ledger.json',
        flushIntervalMillis: 250,
        flushThreshold: 1,
        maxQueueSize: 7,
        maxExportBatchSize: 3,
        flushTimeoutMillis: 11,
        shutdownTimeoutMillis: 12,
        timezone: 'Asia/Kathmandu',
        detailDays: 0,
        cardinalityLimit: 5,
        maxRows: 6,
        durability: 'flush',
        reportedCost: 'prefer',
        pricesFile: 'prices.json',
      },
    });
  });

  test('an option wins over its variable, also over a broken one', () => {
    const { options, warnings } = resolve({ flushThreshold: 3 }, { GENAI_LEDGER_FLUSH_THRESHOLD: 'many' });
    expect(options.flushThreshold).toBe(3);
    expect(warnings).toEqual([]);
  });

  test('an empty variable and an undefined option are not given', () => {
    const { options, warnings } = resolve({ path: undefined }, { GENAI_LEDGER_PATH: '' });
    expect(options.path).toBe('./usage-ledger.json');
    expect(warnings).toEqual([]);
  });

  test.each([
    ['GENAI_LEDGER_FLUSH_INTERVAL_MILLIS', '5s'],
    ['GENAI_LEDGER_FLUSH_INTERVAL_MILLIS', '0'],
    ['GENAI_LEDGER_FLUSH_INTERVAL_MILLIS', '-5'],
    ['GENAI_LEDGER_FLUSH_INTERVAL_MILLIS', '1e3'],
    ['GENAI_LEDGER_MAX_ROWS', ' 10'],
    ['GENAI_LEDGER_TIMEZONE', 'Mars/Olympus'],
    ['GENAI_LEDGER_DURABILITY', 'always'],
    ['GENAI_LEDGER_PATH', 'a\0b'],
  ])('%s=%j is warned about once and ignored', (name, value) => {
    const { options, warnings } = resolve({}, { [name]: value });
    expect(options).toEqual(resolve().options);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`${name} must be `);
    expect(warnings[0]).toContain(`got '${value}'`);
  });

  test.each([
    [
      { flushIntervalMillis: '5000' },
      TypeError,
      /^flushIntervalMillis must be an integer from 1 .*; got '5000'$/,
    ],
    [{ flushIntervalMillis: null }, TypeError, /got null/],
    [
      { flushIntervalMillis: 0 },
      RangeError,
      /^flushIntervalMillis must be an integer from 1 to \d+ \(milliseconds\); got 0$/,
    ],
    [{ flushIntervalMillis: Number.NaN }, RangeError, /got NaN/],
    [{ flushIntervalMillis: Number.POSITIVE_INFINITY }, RangeError, /got Infinity/],
    [{ flushIntervalMillis: 1.5 }, RangeError, /got 1.5/],
    [{ flushIntervalMillis: 2 ** 31 }, RangeError, /got 2147483648/],
    [{ cardinalityLimit: 0 }, RangeError, /^cardinalityLimit /],
    [{ path: 5 }, TypeError, /^path must be the path of a file; got 5$/],
    [{ path: '' }, RangeError, /got ''/],
    [{ path: 'a\0b' }, RangeError, /^path /],
    [{ path: new URL('file:///ledger.json') }, TypeError, /got an object/],
    [
      { timezone: 'Mars/Olympus' },
      RangeError,
      /^timezone must be an IANA time zone .*; got 'Mars\/Olympus'$/,
    ],
    [{ durability: 'always' }, RangeError, /^durability must be one of 'turn', 'flush'; got 'always'$/],
    [{ durability: true }, TypeError, /got true/],
    [{ reportedCost: 'always' }, RangeError, /'ignore', 'prefer'/],
  ])('%j throws, naming value and rule', (given, kind, message) => {
    expect(() => resolve(given)).toThrow(kind);
    expect(() => resolve(given)).toThrow(message);
  });

  test('a long value is cut in the message', () => {
    expect(() => resolve({ durability: 'x'.repeat(10_000) })).toThrow(/^.{1,200}$/);
  });
});
