import type { PricedCalls, Row, Series } from './delta.js';
import type { Measures } from './measures.js';
import type { PricedSum, UsageSum } from '../price/price-sum.js';
import type { Tariff } from '../price/tariff.js';
import { priceSum } from '../price/price-sum.js';
import { MEASURES } from './measures.js';

export interface RepriceRule {
  /** The prices of a model, in order of precedence (`Pricing.tariffs`). */
  readonly tariffs: (provider: string, model: string) => readonly Tariff[];
  /** Which series; default all. */
  readonly isWanted?: ((series: Series) => boolean) | undefined;
  /** True: also what has a price already. Default: only unpriced calls. */
  readonly all?: boolean | undefined;
  /** Prices in force at that time, e.g. today's; default those of each row's own time. */
  readonly atMillis?: number | undefined;
}

/** A row and what it becomes: same period, series, calls and tokens, other money. */
export interface RepricedRow {
  readonly row: Row;
  readonly by: Row;
  /** Calls that had no price, by the source that priced them. */
  readonly pricedCalls: PricedCalls;
  /** Calls that got a price or another one. */
  readonly calls: number;
  /** True: the row's sums do not determine the cost; an assumption was made (`priceSum`). */
  readonly estimated: boolean;
  /** In words, e.g. `priced 3 calls that had no price`. */
  readonly reason: string;
}

/**
 * Prices rows anew: by default the unpriced calls in them, from the tokens kept for that; what was priced stays as it is.
 * Rows without a known price, and rows whose money stays the same, are left out; so doing it again gives nothing.
 * A row does not tell which source priced its calls, so those that had a price keep their place in the ledger's counts.
 */
export function repriceRows(rows: readonly Row[], rule: RepriceRule): RepricedRow[] {
  const repriced: RepricedRow[] = [];
  for (const row of rows) {
    if (rule.isWanted?.(row.series) === false) continue;
    const all = rule.all === true;
    const sum = all ? meteredSum(row) : unpricedSum(row);
    const priced = priceSum(rule.tariffs(row.series.provider, row.series.model), sum, rule.atMillis);
    const by = priced && { ...row, measures: withCost(row.measures, priced, all) };
    if (!by || MEASURES.every((name) => by.measures[name] === row.measures[name])) continue;
    const { unpricedCalls } = row.measures;
    repriced.push({
      row,
      by,
      pricedCalls: unpricedCalls === 0 ? {} : { [priced.cost.source]: unpricedCalls },
      calls: sum.calls,
      estimated: priced.estimated,
      reason: all ? `priced ${sum.calls} calls anew` : `priced ${sum.calls} calls that had no price`,
    });
  }
  return repriced;
}

function unpricedSum({ startMillis, minutes, measures }: Row): UsageSum {
  const noneIsPriced = measures.unpricedCalls === measures.calls - measures.unmeteredCalls;
  return {
    calls: measures.unpricedCalls,
    startMillis,
    endMillis: startMillis + minutes * 60_000,
    inputTokens: measures.unpricedInputTokens,
    cacheReadInputTokens: measures.unpricedCacheReadInputTokens,
    cacheWriteInputTokens: measures.unpricedCacheWriteInputTokens,
    audioInputTokens: measures.unpricedAudioInputTokens,
    outputTokens: measures.unpricedOutputTokens,
    reasoningOutputTokens: noneIsPriced ? measures.reasoningOutputTokens : undefined,
    audioOutputTokens: measures.unpricedAudioOutputTokens,
  };
}

function meteredSum({ startMillis, minutes, measures }: Row): UsageSum {
  return {
    calls: measures.calls - measures.unmeteredCalls,
    startMillis,
    endMillis: startMillis + minutes * 60_000,
    inputTokens: measures.inputTokens,
    cacheReadInputTokens: measures.cacheReadInputTokens,
    cacheWriteInputTokens: measures.cacheWriteInputTokens,
    audioInputTokens: measures.audioInputTokens,
    outputTokens: measures.outputTokens,
    reasoningOutputTokens: measures.reasoningOutputTokens,
    audioOutputTokens: measures.audioOutputTokens,
  };
}

/** The row's numbers with `priced` in place of its cost (`replace`) or beside it, and nothing unpriced any more. */
function withCost(old: Measures, { cost }: PricedSum, replace: boolean): Measures {
  const kept = replace ? 0 : 1;
  return {
    ...old,
    costNanoUsd: kept * old.costNanoUsd + cost.costNanoUsd,
    inputCostNanoUsd: kept * old.inputCostNanoUsd + cost.inputCostNanoUsd,
    cacheReadCostNanoUsd: kept * old.cacheReadCostNanoUsd + cost.cacheReadCostNanoUsd,
    cacheWriteCostNanoUsd: kept * old.cacheWriteCostNanoUsd + cost.cacheWriteCostNanoUsd,
    outputCostNanoUsd: kept * old.outputCostNanoUsd + cost.outputCostNanoUsd,
    cacheSavingsNanoUsd: kept * old.cacheSavingsNanoUsd + cost.cacheSavingsNanoUsd,
    unpricedCalls: 0,
    unpricedInputTokens: 0,
    unpricedCacheReadInputTokens: 0,
    unpricedCacheWriteInputTokens: 0,
    unpricedAudioInputTokens: 0,
    unpricedOutputTokens: 0,
    unpricedAudioOutputTokens: 0,
  };
}
