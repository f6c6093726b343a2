import type { ShortRow } from '../report/make-document.js';

/** When the examples of docs/cli.md are run. */
export const DOCS_NOW = new Date('2026-11-22T18:00:00Z');

interface Use {
  readonly start: string;
  readonly provider?: string;
  readonly model: string;
  readonly agent: string;
  readonly calls: number;
  readonly input: number;
  readonly cached?: number;
  readonly output: number;
  /** USD per million tokens of input, cached input and output; absent = no price known. */
  readonly rates?: readonly [input: number, cached: number, output: number];
}

const MINI = { model: 'gpt-4o-mini-2024-07-18', rates: [0.15, 0.075, 0.6] } as const;
const SONNET = { provider: 'anthropic', model: 'claude-sonnet-4-5-20250929', rates: [3, 0.3, 15] } as const;
const USES: readonly Use[] = [
  {
    start: '2026-11-20T09:15:00Z',
    ...MINI,
    agent: 'refunds',
    calls: 412,
    input: 510_320,
    cached: 301_056,
    output: 61_240,
  },
  {
    start: '2026-11-20T14:30:00Z',
    ...SONNET,
    agent: 'search',
    calls: 96,
    input: 1_204_118,
    cached: 733_952,
    output: 48_310,
  },
  {
    start: '2026-11-21T10:00:00Z',
    ...MINI,
    agent: 'refunds',
    calls: 388,
    input: 480_775,
    cached: 286_720,
    output: 57_902,
  },
  {
    start: '2026-11-21T15:45:00Z',
    ...SONNET,
    agent: 'search',
    calls: 121,
    input: 1_530_406,
    cached: 991_232,
    output: 60_077,
  },
  {
    start: '2026-11-22T08:45:00Z',
    ...MINI,
    agent: 'refunds',
    calls: 207,
    input: 255_904,
    cached: 150_528,
    output: 30_555,
  },
  {
    start: '2026-11-22T11:30:00Z',
    ...SONNET,
    agent: 'search',
    calls: 74,
    input: 951_240,
    cached: 602_112,
    output: 37_446,
  },
  {
    start: '2026-11-22T12:00:00Z',
    model: 'ft:gpt-4o-mini:acme',
    agent: 'search',
    calls: 12,
    input: 24_000,
    output: 3600,
  },
];

/** The ledger of the examples: three days, three models, two agents; one model has no price. */
export const DOCS_ROWS: readonly ShortRow[] = USES.map(
  ({ start, provider = 'openai', model, agent, calls, input, cached = 0, output, rates }) => {
    const tokens = { inputTokens: input, cacheReadInputTokens: cached, outputTokens: output };
    const row = {
      start,
      provider,
      model,
      dimensions: { agent },
      service: 'shop',
      calls,
      ...tokens,
      durationMillis: 820 * calls,
    };
    if (rates === undefined) {
      return { ...row, unpricedCalls: calls, unpricedInputTokens: input, unpricedOutputTokens: output };
    }
    const [inputRate, cachedRate, outputRate] = rates.map((rate) => Math.round(rate * 1000)) as [
      number,
      number,
      number,
    ];
    const [inputCostNanoUsd, cacheReadCostNanoUsd, outputCostNanoUsd] = [
      (input - cached) * inputRate,
      cached * cachedRate,
      output * outputRate,
    ];
    return {
      ...row,
      inputCostNanoUsd,
      cacheReadCostNanoUsd,
      outputCostNanoUsd,
      costNanoUsd: inputCostNanoUsd + cacheReadCostNanoUsd + outputCostNanoUsd,
      cacheSavingsNanoUsd: cached * (inputRate - cachedRate),
    };
  },
);

export const DOCS_COUNTERS = {
  audit: { spansSeen: 1722, wrapperSpans: 410, twinSpans: 2 },
  pricedCalls: { book: 1298 },
};
