import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { diag } from '@opentelemetry/api';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveExporterOptions } from '../../src/exporter/exporter-options.js';

const warn = vi.fn<(...told: unknown[]) => void>();
const ignore = (): void => undefined;
let folder: string;

beforeEach(() => {
  warn.mockClear();
  const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { suppressOverrideMessage: true });
  folder = mkdtempSync(join(tmpdir(), 'ledger-options-'));
});

afterEach(() => {
  diag.disable();
  rmSync(folder, { recursive: true });
});

const warnings = (): string[] => warn.mock.calls.map((args) => String(args[1]));
const PRICES = { 'openai/my-model': { inputUsdPerMTok: 3, outputUsdPerMTok: 12 } };

describe('the options of the exporter', () => {
  test('are complete without any', () => {
    expect(resolveExporterOptions(undefined, {})).toMatchObject({
      path: './usage-ledger.json',
      prices: [],
      dimensions: [{ name: 'agent', hash: false }],
      budgets: [],
      meterProvider: undefined,
    });
    expect(warnings()).toEqual([]);
  });

  test.each([[null], [5], ['./x.json'], [[]]])('%j is no options object', (options) => {
    expect(() => resolveExporterOptions(options, {})).toThrow(/^options must be an object; got /);
  });

  test('an option that does not exist is warned about', () => {
    resolveExporterOptions({ flushInterval: 5, path: 'x', timeZone: 'UTC' }, {});
    expect(warnings()).toEqual([
      `'flushInterval' is no option`,
      `'timeZone' is no option; did you mean timezone?`,
    ]);
  });

  test('prices of the option come before those of the file', () => {
    const pricesFile = join(folder, 'prices.json');
    writeFileSync(pricesFile, JSON.stringify({ 'openai/other': { requestUsd: 0.5 } }));
    const { prices } = resolveExporterOptions({ prices: PRICES, pricesFile }, {});
    expect(prices.map(({ pattern }) => pattern.matches('openai', 'my-model'))).toEqual([true, false]);
    expect(prices.map(({ pattern }) => pattern.matches('openai', 'other'))).toEqual([false, true]);
  });

  test('a prices file may be a link, as mounted configuration is', () => {
    writeFileSync(join(folder, 'real.json'), JSON.stringify(PRICES));
    symlinkSync(join(folder, 'real.json'), join(folder, 'link.json'));
    expect(resolveExporterOptions({ pricesFile: join(folder, 'link.json') }, {}).prices).toHaveLength(1);
  });

  test('a bad prices file throws when named by the option, and warns when named by the environment', () => {
    const missing = join(folder, 'missing.json');
    expect(() => resolveExporterOptions({ pricesFile: missing }, {})).toThrow(
      /^pricesFile must be a JSON file .*ENOENT/,
    );
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{"openai/x": {"inputUsdPerMTok": -1}}');
    expect(() => resolveExporterOptions({ pricesFile: broken }, {})).toThrow(
      /broken\.json.*inputUsdPerMTok.*-1/,
    );
    expect(resolveExporterOptions({}, { GENAI_LEDGER_PRICES_FILE: missing }).prices).toEqual([]);
    expect(resolveExporterOptions({}, { GENAI_LEDGER_PRICES_FILE: broken }).prices).toEqual([]);
    expect(warnings()).toEqual([
      expect.stringMatching(/^GENAI_LEDGER_PRICES_FILE: .*ENOENT.*left out$/),
      expect.stringMatching(/^GENAI_LEDGER_PRICES_FILE: .*inputUsdPerMTok.*left out$/),
    ]);
  });

  test('bad prices throw, naming the field', () => {
    expect(() => resolveExporterOptions({ prices: { 'openai/x': { inputUsdPerMTok: '3' } } }, {})).toThrow(
      /^prices\['openai\/x'\]\.inputUsdPerMTok must be .*; got '3'$/,
    );
  });

  test('dimensions come from the option, else from the environment', () => {
    const env = { GENAI_LEDGER_DIMENSIONS: 'agent, user' };
    expect(resolveExporterOptions({}, env).dimensions.map(({ name }) => name)).toEqual(['agent', 'user']);
    expect(resolveExporterOptions({ dimensions: [] }, env).dimensions).toEqual([]);
  });

  test('dimensions that cannot be throw, or are warned about', () => {
    expect(() => resolveExporterOptions({ dimensions: 'agent' }, {})).toThrow(
      /must be an array of names; got 'agent'/,
    );
    expect(() => resolveExporterOptions({ dimensions: ['model'] }, {})).toThrow(
      /column every row has; got 'model'/,
    );
    expect(() => resolveExporterOptions({ dimensions: ['day'] }, {})).toThrow(RangeError);
    expect(() => resolveExporterOptions({ dimensions: Array(17).fill('x') }, {})).toThrow(
      /at most 16; got 17/,
    );
    const { dimensions } = resolveExporterOptions({}, { GENAI_LEDGER_DIMENSIONS: 'agent,agent' });
    expect(dimensions.map(({ name }) => name)).toEqual(['agent']);
    expect(warnings()).toEqual([expect.stringMatching(/^GENAI_LEDGER_DIMENSIONS: .*taking the default$/)]);
  });

  test.each([
    [{ budgets: {} }, /^budgets must be an array; got an object$/],
    [{ budgets: [5] }, /^budgets\[0\] must be an object; got 5$/],
    [{ budgets: [{ maxDayUsd: 1 }] }, /^budgets\[0\]\.onCrossed must be a function; got undefined$/],
    [{ budgets: [{ onCrossed: ignore }] }, /^budgets\[0\] must have maxDayUsd or maxMonthUsd$/],
    [
      { budgets: [{ maxDayUsd: 0, onCrossed: ignore }] },
      /maxDayUsd must be a positive amount of USD; got 0$/,
    ],
    [
      { budgets: [{ maxDayUsd: 1, maxMonthUsd: '5', onCrossed: ignore }] },
      /maxMonthUsd must be .*; got '5'$/,
    ],
    [{ budgets: [{ maxDayUsd: Number.NaN, onCrossed: ignore }] }, /got NaN$/],
    [
      { budgets: [{ maxDayUsd: 1, by: [''], onCrossed: ignore }] },
      /by must be a column or a list of columns/,
    ],
    [{ meterProvider: {} }, /^meterProvider must be a MeterProvider \(getMeter is missing\); got an object$/],
    [
      { budgets: [{ maxDayUsd: 1, maxMonthUSD: 5, onCrossed: ignore }] },
      /^budgets\[0\] must have no fields but .*; got 'maxMonthUSD'$/,
    ],
    [{ budgets: Array(1) }, /^budgets\[0\] must be an object; got undefined$/],
    [
      { prices: new Map([['a/b', { inputUsdPerMTok: 1 }]]) },
      /^prices must be an object .*; got an object \(Map\)$/,
    ],
    [new Map([['path', 'ledger.json']]), /^options must be an object; got an object \(Map\)$/],
    [{ dimensions: Array(1) }, /^dimensions\[0\] must be a string or an object with a name, got undefined$/],
    [{ path: './ledgers/' }, /^path must be the path of a file; got '\.\/ledgers\/'$/],
    [{ flushThreshold: 0 }, /^flushThreshold must be an integer from 1/],
  ])('%j throws', (options, message) => {
    expect(() => resolveExporterOptions(options, {})).toThrow(message);
  });
});
