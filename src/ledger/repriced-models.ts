import type { RepricedRow } from './reprice-rows.js';

/** What repricing does to one model: money of its repriced rows before and after, in nano-USD. */
export interface RepricedModel {
  readonly provider: string;
  readonly model: string;
  /** Calls that got a price or another one. */
  readonly calls: number;
  /** Of those, calls whose cost was estimated. */
  readonly estimatedCalls: number;
  readonly beforeNanoUsd: number;
  readonly afterNanoUsd: number;
}

/** Repriced rows added up per provider and model, the largest change first; ties in the order they came. */
export function repricedModels(rows: readonly RepricedRow[]): RepricedModel[] {
  const byName = new Map<string, RepricedModel>();
  for (const { row, by, calls, estimated } of rows) {
    const { provider, model } = row.series;
    const name = JSON.stringify([provider, model]);
    const sum = byName.get(name);
    byName.set(name, {
      provider,
      model,
      calls: (sum?.calls ?? 0) + calls,
      estimatedCalls: (sum?.estimatedCalls ?? 0) + (estimated ? calls : 0),
      beforeNanoUsd: (sum?.beforeNanoUsd ?? 0) + row.measures.costNanoUsd,
      afterNanoUsd: (sum?.afterNanoUsd ?? 0) + by.measures.costNanoUsd,
    });
  }
  const change = (model: RepricedModel): number => Math.abs(model.afterNanoUsd - model.beforeNanoUsd);
  return [...byName.values()].toSorted((a, b) => change(b) - change(a));
}
