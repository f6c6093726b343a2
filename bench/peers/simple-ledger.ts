/** One call as the benchmarks make them. */
export interface PlainCall {
  readonly provider: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly dimensions?: Readonly<Record<string, string>>;
}

interface SimpleRow {
  provider: string;
  model: string;
  agent: string;
  calls: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
}

/** The JSON a first version of a ledger would keep: sums per provider, model and agent, one price for all. */
export interface SimpleDocument {
  rows: Record<string, SimpleRow>;
}

/** Adds a call in place. */
export function addTo(document: SimpleDocument, call: PlainCall): void {
  const { provider, model, inputTokens, outputTokens } = call;
  const agent = call.dimensions?.['agent'] ?? '';
  const key = JSON.stringify([provider, model, agent]);
  document.rows[key] ??= { provider, model, agent, calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };
  const row = document.rows[key];
  row.calls += 1;
  row.inputTokens += inputTokens;
  row.outputTokens += outputTokens;
  row.costUsd += (inputTokens * 0.15 + outputTokens * 0.6) / 1e6;
}

/** Calls in a document. */
export function callsIn(document: SimpleDocument): number {
  return Object.values(document.rows).reduce((sum, { calls }) => sum + calls, 0);
}
