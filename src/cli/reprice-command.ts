import type { Row } from '../ledger/delta.js';
import type { RepricedModel } from '../ledger/repriced-models.js';
import type { RepricedRow, RepriceRule } from '../ledger/reprice-rows.js';
import type { Terminal } from './terminal.js';
import { systemClock } from '../config/clock.js';
import { readTextFileSync } from '../journal/read-text-file.js';
import { repricedModels } from '../ledger/repriced-models.js';
import { repriceRows } from '../ledger/reprice-rows.js';
import { usd } from '../ledger/usd.js';
import { loadBundledPrices } from '../price/bundled-prices.js';
import { parsePrices } from '../price/parse-prices.js';
import { Pricing } from '../price/pricing.js';
import { formatCount, formatUsd, printable, usdDecimals } from '../report/format.js';
import { columnWidths, tableLine } from '../report/text-table.js';
import type { RepriceOptions } from '../store/reprice-ledger.js';
import { repriceLedger } from '../store/reprice-ledger.js';
import { CliError, EXIT } from './cli-error.js';
import { eachLedger } from './each-ledger.js';

export interface RepriceCommandOptions {
  readonly dryRun?: boolean;
  readonly model?: readonly string[];
  readonly all?: boolean;
  readonly today?: boolean;
  readonly prices?: string;
  readonly format: string;
}

/** What repricing did, or would do, to one ledger. */
interface Repriced {
  readonly path: string;
  readonly dryRun: boolean;
  readonly models: readonly RepricedModel[];
  /** Calls that were asked for and still have no known price. */
  readonly unpricedCalls: number;
}

/** `genai-ledger reprice`: prices what had no price, or anew; shows before and after. */
export async function repriceCommand(
  files: readonly string[],
  options: RepriceCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const prices = readPrices(options.prices ?? terminal.env['GENAI_LEDGER_PRICES_FILE']);
  const pricing = new Pricing({ prices });
  pricing.setBook(await loadBundledPrices());
  const rule: RepriceRule = {
    tariffs: (provider, model) => pricing.tariffs(provider, model),
    isWanted: options.model === undefined ? undefined : wantedModels(options.model),
    all: options.all,
    atMillis: options.today === true ? systemClock.nowMillis() : undefined,
  };
  const dryRun = options.dryRun === true;
  const write = {
    dryRun,
    priceSource: pricing.source,
    reason: reasonOf(options, prices.length > 0, pricing.source),
  };
  const before = options.all === true ? formatUsd : formatBefore;
  await eachLedger<Repriced>(
    files,
    terminal,
    async (path) => ({ path, dryRun, ...(await repriced(path, rule, write)) }),
    (done) =>
      options.format === 'json'
        ? `${JSON.stringify(done.map(inUsd), null, 2)}\n`
        : done.map((one) => textOf(one, before)).join('\n'),
  );
  return EXIT.ok;
}

/** The store asks again when another process was faster; what it took in the end is the last answer. */
async function repriced(
  path: string,
  rule: RepriceRule,
  write: RepriceOptions,
): Promise<Pick<Repriced, 'models' | 'unpricedCalls'>> {
  let last: RepricedRow[] = [];
  let unpricedCalls = 0;
  const reprice = (rows: readonly Row[]): RepricedRow[] => {
    last = repriceRows(rows, rule);
    const wanted = rows.filter(({ series }) => rule.isWanted?.(series) !== false);
    unpricedCalls = unpricedOf(wanted) - unpricedOf(last.map(({ row }) => row));
    return last;
  };
  await repriceLedger(path, reprice, write);
  return { models: repricedModels(last), unpricedCalls };
}

function unpricedOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { measures }) => sum + measures.unpricedCalls, 0);
}

/** What calls without a price cost before is not nothing. */
function formatBefore(amountUsd: number, decimals: number): string {
  return amountUsd === 0 ? 'unknown' : `≥${formatUsd(amountUsd, decimals)}`;
}

/** What the ledger keeps beside the change: `reprice: calls without a price priced (@pydantic/genai-prices 0.1.8)`. */
function reasonOf({ all, today, model }: RepriceCommandOptions, own: boolean, source: string): string {
  const which = all === true ? 'all calls priced anew' : 'calls without a price priced';
  const whose = model === undefined ? '' : ` of ${model.join(', ')}`;
  const when = today === true ? ", at today's prices" : '';
  return `reprice: ${which}${whose}${when} (${own ? 'own prices, ' : ''}${source})`;
}

function wantedModels(names: readonly string[]): NonNullable<RepriceRule['isWanted']> {
  return ({ provider, model }) => names.includes(model) || names.includes(`${provider}/${model}`);
}

function readPrices(
  path: string | undefined,
): NonNullable<ConstructorParameters<typeof Pricing>[0]['prices']> {
  if (path === undefined || path === '') return [];
  const parsed = parsePrices(readPricesFile(path));
  if (parsed.ok) return parsed.prices;
  throw new CliError(
    `--prices: ${path}: ${parsed.error}`,
    'Correct the file; it has the shape of the option prices, see the README of otel-genai-ledger.',
  );
}

function readPricesFile(path: string): string {
  try {
    return readTextFileSync(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(
      `--prices: cannot read ${path}: ${reason}`,
      'Give a JSON file of prices that can be read.',
    );
  }
}

function inUsd({ path, dryRun, models, unpricedCalls }: Repriced): object {
  const list = models.map(({ beforeNanoUsd, afterNanoUsd, ...model }) => ({
    ...model,
    beforeUsd: usd(beforeNanoUsd),
    afterUsd: usd(afterNanoUsd),
  }));
  return { path, dryRun, models: list, unpricedCalls };
}

function textOf({ path, dryRun, models, unpricedCalls }: Repriced, formatOld: typeof formatUsd): string {
  const left =
    unpricedCalls > 0
      ? [
          `${formatCount(unpricedCalls)} ${unpricedCalls === 1 ? 'call has' : 'calls have'} no known price still; --prices takes yours.`,
        ]
      : [];
  if (models.length === 0) return `${[`${printable(path)}: nothing to reprice`, ...left].join('\n  ')}\n`;
  const before = models.reduce((sum, { beforeNanoUsd }) => sum + beforeNanoUsd, 0);
  const after = models.reduce((sum, { afterNanoUsd }) => sum + afterNanoUsd, 0);
  const calls = models.reduce((sum, model) => sum + model.calls, 0);
  const decimals = usdDecimals([usd(before), usd(after)]);
  const line = (name: string, count: number, from: number, to: number): string[] => [
    name,
    formatCount(count),
    formatOld(usd(from), decimals),
    formatUsd(usd(to), decimals),
  ];
  const rows = [
    ['Model', 'Calls', 'Before', 'After'],
    ...models.map((one) =>
      line(printable(`${one.provider}/${one.model}`), one.calls, one.beforeNanoUsd, one.afterNanoUsd),
    ),
    line('Total', calls, before, after),
  ].map((row) => row.map((text) => ({ text })));
  const widths = columnWidths(rows);
  const table = rows.map((row) => tableLine(row, widths, ['left', 'right', 'right', 'right']));
  const estimated = models.reduce((sum, { estimatedCalls }) => sum + estimatedCalls, 0);
  const notes = [
    ...(estimated > 0
      ? [`Estimated calls: ${formatCount(estimated)}; their sums do not tell which price applied to each.`]
      : []),
    ...left,
    dryRun ? 'Dry run: nothing was written.' : 'Written.',
  ];
  return `${[`${printable(path)}: ${dryRun ? 'would reprice' : 'repriced'}`, '', ...table, '', ...notes].join('\n')}\n`;
}
