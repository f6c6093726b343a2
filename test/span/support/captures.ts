import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GenAIUsageSpanProcessor } from '../../../src/span/genai-usage-span-processor.js';
import { CallTracker } from '../../../src/span/call-tracker.js';
import { contextOf, FakeSpan } from './fake-span.js';
import type { UsageSink } from '../../../src/usage/usage-sink.js';
import type { SummingSink, Totals } from './summing-sink.js';

const FOLDER = fileURLToPath(new URL('../../fixtures/spans/', import.meta.url));

export interface CapturedSpan {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  scope: { name: string; version?: string | null };
  startTime: [number, number];
  endTime: [number, number];
  attributes: Record<string, unknown>;
  status: { code: number };
  resource: Record<string, unknown>;
}

/** One capture: what spans a real library made of calls whose usage is known from the server's side. */
export interface Capture {
  file: string;
  dialect: string;
  scenario: string;
  truth: { provider: string; input_tokens_total: number; output_tokens: number; calls: number }[];
  spans: CapturedSpan[];
  expect: {
    recoverable: boolean;
    tokens: { calls: number; inputTokens: number; outputTokens: number };
    details: Partial<Totals>;
  };
}

/** All captures, sorted by name. JSON has no NaN: the string `__NaN__` stands for it. */
export function loadCaptures(): Capture[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const text = readFileSync(`${FOLDER}${file}`, 'utf8');
      const capture = JSON.parse(text, (_key, value: unknown) =>
        value === '__NaN__' ? NaN : value,
      ) as Capture;
      return { ...capture, file };
    });
}

/** How a capture is replayed. */
export interface ReplayOptions {
  /** `ends`: exporter-only, no starts. Default: through the processor. */
  way?: 'processor' | 'ends';
  /** Seed that shuffles starts at the same millisecond (captures keep only the order of ends). */
  seed?: number;
  /** Attributes appear only right before the end. */
  late?: boolean;
}

/** Feeds a capture's spans to a sink: starts by time with parents first, ends in the order of the file. */
export function replay(capture: Capture, sink: UsageSink, options: ReplayOptions = {}): void {
  const spans = capture.spans.map((span) => toSpan(span, options.late === true));
  if (options.way === 'ends') {
    const tracker = CallTracker.of(sink);
    for (const span of spans) tracker.onExport(span.finish());
    return;
  }
  const processor = new GenAIUsageSpanProcessor(sink);
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  const started = new Set<FakeSpan>();
  const start = (span: FakeSpan): void => {
    if (started.has(span)) return;
    const parent = byId.get(span.parentSpanContext?.spanId ?? '');
    if (parent !== undefined) start(parent);
    started.add(span);
    processor.onStart(span, contextOf(parent));
  };
  const inOrder = startOrder(spans, options.seed ?? 0);
  for (const span of spans) {
    const end = millis(span.endTime);
    for (const next of inOrder) if (millis(next.startTime) <= end) start(next);
    start(span);
    processor.onEnd(span.finish());
  }
}

function startOrder(spans: readonly FakeSpan[], seed: number): FakeSpan[] {
  const random = mulberry32(seed);
  return spans
    .map((span) => ({ span, tie: seed === 0 ? 0 : random() }))
    .sort((a, b) => millis(a.span.startTime) - millis(b.span.startTime) || a.tie - b.tie)
    .map(({ span }) => span);
}

function millis(time: readonly [number, number]): number {
  return time[0] * 1000 + time[1] / 1e6;
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function toSpan(span: CapturedSpan, late: boolean): FakeSpan {
  return new FakeSpan({
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? undefined,
    name: span.name,
    kind: span.kind,
    scope: { name: span.scope.name, version: span.scope.version ?? undefined },
    startTime: span.startTime,
    endTime: span.endTime,
    attributes: span.attributes,
    status: span.status.code,
    resource: { attributes: span.resource },
    late,
  });
}

/** Where a ledger's totals differ from what a capture expects; empty = exact (or, unrecoverable, not over). */
export function defects(capture: Capture, sink: SummingSink): string[] {
  const totals = sink.totals();
  const wrong: string[] = sink.misuse.map((misuse) => `misuse: ${misuse}`);
  const { recoverable, tokens, details } = capture.expect;
  for (const field of ['calls', 'inputTokens', 'outputTokens'] as const) {
    if (recoverable ? totals[field] !== tokens[field] : totals[field] > tokens[field]) {
      wrong.push(`${field} ${totals[field]}, expected ${recoverable ? '' : '<= '}${tokens[field]}`);
    }
  }
  if (!recoverable) return wrong;
  for (const [field, expected] of Object.entries(details) as [keyof Totals, number][]) {
    if (totals[field] !== expected) wrong.push(`${field} ${totals[field]}, expected ${expected}`);
  }
  return wrong;
}
