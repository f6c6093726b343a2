import { diag } from '@opentelemetry/api';
import type { MeterProvider } from '@opentelemetry/api';
import type { Budget } from './budget.js';
import type { DimensionOption } from '../span/resolve-dimensions.js';
import type { DimensionSource } from '../usage/usage-sink.js';
import type { LedgerOptions } from '../config/ledger-options.js';
import type { UserPrices } from '../price/user-price.js';
import type { UserTariff } from '../price/parse-prices.js';
import { resolveDimensions } from '../span/resolve-dimensions.js';
import { LEDGER_OPTION_RULES } from '../config/ledger-options.js';
import { nearestName } from '../ledger/nearest-name.js';
import { SERIES_COLUMNS, TIME_COLUMNS } from '../ledger/column.js';
import { checkBudgets } from './budget.js';
import { parsePrices } from '../price/parse-prices.js';
import { readTextFileSync } from '../journal/read-text-file.js';
import { resolveOptions, variableName } from '../config/resolve-options.js';
import { isFields, shown } from '../config/option-rule.js';

/** Options of `UsageLedgerExporter`; all have defaults, the scalar ones also come from `GENAI_LEDGER_…` variables. */
export type UsageLedgerExporterOptions = {
  readonly [Name in keyof LedgerOptions]?: LedgerOptions[Name] | undefined;
} & {
  /** Prices of your own, in USD per million tokens; they win over those of `pricesFile` and over the price book. */
  readonly prices?: UserPrices | undefined;
  /** Columns to attribute calls to. Default `['agent']`; env `GENAI_LEDGER_DIMENSIONS=agent,user`. */
  readonly dimensions?: readonly DimensionOption[] | undefined;
  /** Limits to be told about when they are reached. */
  readonly budgets?: readonly Budget[] | undefined;
  /** Opt-in: metrics about the ledger itself, under the names of the OTel SDK's own (`otel.sdk.…`). */
  readonly meterProvider?: MeterProvider | undefined;
};

/** The options, checked and complete. */
export interface ResolvedOptions extends LedgerOptions {
  readonly prices: readonly UserTariff[];
  readonly dimensions: readonly DimensionSource[];
  readonly budgets: readonly Budget[];
  readonly meterProvider: MeterProvider | undefined;
}

const MAX_DIMENSIONS = 16;
const COLUMNS: ReadonlySet<string> = new Set([...SERIES_COLUMNS, ...TIME_COLUMNS]);
const OPTIONS = [...Object.keys(LEDGER_OPTION_RULES), 'prices', 'dimensions', 'budgets', 'meterProvider'];

/** Checks and completes the options. Throws a TypeError or RangeError naming the value and its rule. */
export function resolveExporterOptions(
  given: unknown,
  env: Readonly<Record<string, string | undefined>>,
): ResolvedOptions {
  const options = fieldsOf(given);
  const logger = diag.createComponentLogger({ namespace: 'otel-genai-ledger' });
  const warn = (message: string): void => logger.warn(message);
  for (const name of Object.keys(options)) {
    if (OPTIONS.includes(name)) continue;
    const meant = nearestName(name, OPTIONS);
    warn(`${shown(name)} is no option${meant === undefined ? '' : `; did you mean ${meant}?`}`);
  }
  const scalars = resolveOptions<LedgerOptions>(LEDGER_OPTION_RULES, options, { env, warn });
  const fromFile = pricesFromFile(scalars.pricesFile, options['pricesFile'] !== undefined, warn);
  return {
    ...scalars,
    prices: [...pricesFrom(options['prices'], 'prices'), ...fromFile],
    dimensions: dimensionsFrom(options['dimensions'], env[variableName('dimensions')], warn),
    budgets: checkBudgets(options['budgets']),
    meterProvider: meterProviderFrom(options['meterProvider']),
  };
}

function fieldsOf(given: unknown): Readonly<Record<string, unknown>> {
  if (given === undefined) return {};
  if (isFields(given)) return { ...given };
  throw new TypeError(`options must be an object; got ${shown(given)}`);
}

function pricesFrom(value: unknown, name: string): readonly UserTariff[] {
  if (value === undefined) return [];
  const parsed = parsePrices(value);
  if (parsed.ok) return parsed.prices;
  throw new TypeError(name === 'prices' ? parsed.error : `${name}: ${parsed.error}`);
}

/** A file named by the option must be good; one named by the environment is warned about and left out. */
function pricesFromFile(
  path: string | undefined,
  isOption: boolean,
  warn: (message: string) => void,
): readonly UserTariff[] {
  if (path === undefined) return [];
  try {
    return pricesFrom(readPricesFile(path), `pricesFile ${shown(path)}`);
  } catch (error) {
    if (isOption) throw error;
    warn(`${variableName('pricesFile')}: ${messageOf(error)}: left out`);
    return [];
  }
}

function readPricesFile(path: string): string {
  try {
    return readTextFileSync(path);
  } catch (error) {
    const rule = `pricesFile must be a JSON file that can be read; got ${shown(path)}`;
    throw new TypeError(`${rule}: ${messageOf(error)}`, { cause: error });
  }
}

function dimensionsFrom(
  option: unknown,
  variable: string | undefined,
  warn: (message: string) => void,
): readonly DimensionSource[] {
  if (option !== undefined) return checkedDimensions(option);
  if (variable === undefined || variable === '') return resolveDimensions();
  try {
    return checkedDimensions(variable.split(',').map((name) => name.trim()));
  } catch (error) {
    warn(`${variableName('dimensions')}: ${messageOf(error)}: taking the default`);
    return resolveDimensions();
  }
}

function checkedDimensions(option: unknown): readonly DimensionSource[] {
  if (!Array.isArray(option))
    throw new TypeError(`dimensions must be an array of names; got ${shown(option)}`);
  if (option.length > MAX_DIMENSIONS) {
    throw new RangeError(`dimensions must be at most ${MAX_DIMENSIONS}; got ${option.length}`);
  }
  const sources = resolveDimensions(option);
  const taken = sources.find(({ name }) => COLUMNS.has(name));
  if (taken === undefined) return sources;
  throw new RangeError(`dimensions must not be named as a column every row has; got ${shown(taken.name)}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function meterProviderFrom(value: unknown): MeterProvider | undefined {
  if (value === undefined) return undefined;
  if (isMeterProvider(value)) return value;
  throw new TypeError(`meterProvider must be a MeterProvider (getMeter is missing); got ${shown(value)}`);
}

function isMeterProvider(value: unknown): value is MeterProvider {
  return (
    typeof value === 'object' && value !== null && 'getMeter' in value && typeof value.getMeter === 'function'
  );
}
