import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallTracker } from '../../src/span/call-tracker.js';
import type { FakeSpan } from './support/fake-span.js';
import { agent, chat, Lab } from './support/lab.js';
import { SummingSink } from './support/summing-sink.js';

/** Schedules per property; the number that CI uses is set there. */
const RUNS = Number(process.env['LEDGER_TREE_RUNS'] ?? 300);

/** What a span of a tree is. `plain`: another library's, e.g. HTTP. `guardrail`: a call that makes another call inside. */
type Kind = 'agent' | 'plain' | 'unrecorded' | 'tool' | 'call' | 'guardrail';

interface Tree {
  readonly kind: Kind;
  readonly input: number;
  readonly output: number;
  readonly children: readonly Tree[];
}

const tree = fc.letrec<{ tree: Tree; call: Tree }>((tie) => ({
  call: fc.record({
    kind: fc.constant<Kind>('call'),
    input: fc.integer({ min: 1, max: 3 }),
    output: fc.integer({ min: 1, max: 2 }),
    children: fc.constant([]),
  }),
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('call'),
    fc.record({
      kind: fc.constantFrom<Kind>('agent', 'plain', 'unrecorded', 'tool', 'guardrail', 'agent'),
      input: fc.integer({ min: 1, max: 3 }),
      output: fc.integer({ min: 1, max: 2 }),
      children: fc.array(tie('tree'), { maxLength: 4 }),
    }),
  ),
})).tree;

/** What is billed in a tree: its calls. Guardrails and calls inside calls are billed each. */
function billed(node: Tree): { calls: number; input: number; output: number } {
  const sum = { calls: 0, input: 0, output: 0 };
  if (node.kind === 'call' || node.kind === 'guardrail') {
    sum.calls++;
    sum.input += node.input;
    sum.output += node.output;
  }
  for (const child of node.children) {
    const below = billed(child);
    sum.calls += below.calls;
    sum.input += below.input;
    sum.output += below.output;
  }
  return sum;
}

interface Planted {
  readonly span: FakeSpan;
  readonly tree: Tree;
}

/** Starts a tree's spans, parents first; every call has its own response id, agents claim what is billed below them. */
function plant(lab: Lab, node: Tree, parent: FakeSpan | undefined, into: Planted[], ids = true): void {
  const span = start(lab, node, parent, into.length, ids);
  into.push({ span, tree: node });
  for (const child of node.children) plant(lab, child, span, into, ids);
}

function start(lab: Lab, node: Tree, parent: FakeSpan | undefined, serial: number, ids = true): FakeSpan {
  return lab.start(attributesOf(node, serial, ids), {
    parent,
    unrecorded: node.kind === 'unrecorded' && parent !== undefined,
    late: node.kind !== 'tool' && node.kind !== 'plain',
    startMillis: 1,
    endMillis: 1000,
  });
}

/** Starts and ends a tree's spans, in any order in which each starts after its parent did: maybe long after that ended. */
function live(lab: Lab, root: Tree, order: readonly number[]): void {
  const waiting: { tree: Tree; parent: FakeSpan | undefined }[] = [{ tree: root, parent: undefined }];
  const open: FakeSpan[] = [];
  let serial = 0;
  for (let step = 0; waiting.length + open.length > 0; step++) {
    const [next] = waiting.splice(pick(order, step, waiting.length + open.length), 1);
    if (next === undefined) {
      lab.end(...open.splice(pick(order, step, open.length), 1));
      continue;
    }
    const span = start(lab, next.tree, next.parent, serial++);
    open.push(span);
    waiting.push(...next.tree.children.map((child) => ({ tree: child, parent: span })));
  }
}

function pick(order: readonly number[], step: number, of: number): number {
  return (order[step % order.length] ?? 0) % of;
}

function attributesOf(node: Tree, serial: number, ids = true): Record<string, unknown> {
  switch (node.kind) {
    case 'agent': {
      const below = billed(node);
      return below.calls === 0
        ? { 'gen_ai.operation.name': 'invoke_agent' }
        : agent(below.input, below.output);
    }
    case 'tool':
      return { 'gen_ai.operation.name': 'execute_tool' };
    case 'call':
    case 'guardrail':
      return chat(node.input, node.output, ids ? { 'gen_ai.response.id': `r${serial}` } : {});
    case 'plain':
    case 'unrecorded':
      return { kind: 'plain' };
  }
}

function bookedIn(sink: SummingSink): ReturnType<typeof billed> {
  if (sink.misuse.length > 0) throw new Error(sink.misuse.join('; '));
  const { calls, inputTokens, outputTokens } = sink.totals();
  return { calls, input: inputTokens, output: outputTokens };
}

/** A tree and an order in which its spans end: any order is allowed, parents may end first. */
const planting = fc.tuple(tree, fc.array(fc.nat(), { minLength: 64, maxLength: 64 }));

function inOrder(planted: readonly Planted[], order: readonly number[]): FakeSpan[] {
  return planted
    .map(({ span }, i) => ({ span, rank: order[i % order.length] ?? 0, i }))
    .toSorted((a, b) => a.rank - b.rank || a.i - b.i)
    .map(({ span }) => span);
}

describe('any tree of spans, ended in any order', () => {
  it('the ledger is the sum of what was billed', () => {
    fc.assert(
      fc.property(planting, ([node, order]) => {
        const lab = new Lab();
        const planted: Planted[] = [];
        plant(lab, node, undefined, planted);
        lab.end(...inOrder(planted, order));
        expect(bookedIn(lab.sink)).toEqual(billed(node));
      }),
      { numRuns: RUNS },
    );
  });

  it('the same where spans start and end in any order, also below parents that ended', () => {
    fc.assert(
      fc.property(planting, ([node, order]) => {
        const lab = new Lab();
        live(lab, node, order);
        expect(bookedIn(lab.sink)).toEqual(billed(node));
      }),
      { numRuns: RUNS },
    );
  });

  it('then too each call inherits what spans above it tell, ended or not', () => {
    fc.assert(
      fc.property(planting, ([node, order]) => {
        const lab = new Lab([{ name: 'kind', attributes: ['kind'], hash: false }]);
        live(lab, { ...withoutUnrecorded(node), kind: 'plain' }, order);
        for (const { dimensions } of lab.sink.calls) expect(dimensions).toEqual({ kind: 'plain' });
      }),
      { numRuns: RUNS },
    );
  });

  it('the same without response ids, where no two calls have the same numbers nor are sums of others', () => {
    fc.assert(
      fc.property(planting, ([node, order]) => {
        const lab = new Lab();
        const planted: Planted[] = [];
        const distinct = withPowersOfTwo(node, { next: 0 });
        plant(lab, distinct, undefined, planted, false);
        lab.end(...inOrder(planted, order));
        expect(bookedIn(lab.sink)).toEqual(billed(distinct));
      }),
      { numRuns: RUNS },
    );
  });

  it('the same in the exporter-only way, where every span was recorded', () => {
    fc.assert(
      fc.property(planting, ([node, order]) => {
        const recorded = withoutUnrecorded(node);
        const planted: Planted[] = [];
        plant(new Lab(), recorded, undefined, planted);
        const sink = new SummingSink();
        const tracker = CallTracker.of(sink);
        for (const span of inOrder(planted, order)) tracker.onExport(span.finish());
        expect(bookedIn(sink)).toEqual(billed(recorded));
      }),
      { numRuns: RUNS },
    );
  });

  it('fed twice, by processor and exporter, nothing is added', () => {
    fc.assert(
      fc.property(planting, ([node, order]) => {
        const lab = new Lab();
        const planted: Planted[] = [];
        plant(lab, node, undefined, planted);
        const tracker = CallTracker.of(lab.sink);
        for (const span of inOrder(planted, order)) {
          lab.end(span);
          if (planted.find((one) => one.span === span)?.tree.kind !== 'unrecorded') tracker.onExport(span);
          lab.end(span);
        }
        expect(bookedIn(lab.sink)).toEqual(billed(node));
      }),
      { numRuns: RUNS },
    );
  });

  it('many trees at once, all with the same numbers: parallel identical prompts count each', () => {
    fc.assert(
      fc.property(fc.array(tree, { minLength: 2, maxLength: 6 }), planting, (trees, [, order]) => {
        const lab = new Lab();
        const planted: Planted[] = [];
        for (const node of trees) plant(lab, node, undefined, planted);
        lab.end(...inOrder(planted, order));
        const sums = trees.map(billed);
        expect(bookedIn(lab.sink)).toEqual({
          calls: sums.reduce((sum, one) => sum + one.calls, 0),
          input: sums.reduce((sum, one) => sum + one.input, 0),
          output: sums.reduce((sum, one) => sum + one.output, 0),
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('audit: spans seen = booked + wrappers + twins + repeats, and uncovered tokens are never negative', () => {
    fc.assert(
      fc.property(planting, ([node, order]) => {
        const lab = new Lab();
        const planted: Planted[] = [];
        plant(lab, node, undefined, planted);
        lab.end(...inOrder(planted, order));
        const { sink } = lab;
        const others =
          sink.counted('wrapperSpans') + sink.counted('twinSpans') + sink.counted('repeatedResponses');
        expect(sink.counted('spansSeen')).toBe(sink.calls.length + others);
        expect(sink.counted('uncoveredTokens')).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: RUNS },
    );
  });
});

function withPowersOfTwo(node: Tree, serial: { next: number }): Tree {
  const input = 2 ** Math.min(serial.next++, 45);
  return { ...node, input, children: node.children.map((child) => withPowersOfTwo(child, serial)) };
}

/** In the exporter-only way a span that was not recorded breaks the chain of ids for good. */
function withoutUnrecorded(node: Tree): Tree {
  return {
    ...node,
    kind: node.kind === 'unrecorded' ? 'plain' : node.kind,
    children: node.children.map(withoutUnrecorded),
  };
}

describe('frameworks beside clients, in any order of ends', () => {
  const OPENAI = '@opentelemetry/instrumentation-openai';
  const LANGCHAIN = '@traceloop/instrumentation-langchain';

  it('n calls seen by both are n calls, whatever they share', () => {
    const call = fc.record({
      input: fc.integer({ min: 1, max: 3 }),
      clientTells: fc.boolean(),
      frameworkTells: fc.constant(true),
      clientFirst: fc.boolean(),
      slot: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 8 }), (calls) => {
        const lab = new Lab();
        const bare = {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'gpt-4o-mini',
        };
        // Calls of one slot run at one time; a framework span ends right beside its client span.
        for (const [i, one] of calls.toSorted((a, b) => a.slot - b.slot).entries()) {
          const startMillis = one.slot * 10_000 + i;
          const endMillis = one.slot * 10_000 + 2000 + i * 10;
          const client = lab.start(one.clientTells ? chat(one.input, 1) : bare, {
            scope: OPENAI,
            startMillis,
            endMillis,
          });
          const framework = lab.start(chat(one.input, 1), {
            scope: LANGCHAIN,
            startMillis,
            endMillis: endMillis + 1,
          });
          lab.end(...(one.clientFirst ? [client, framework] : [framework, client]));
        }
        const input = calls.reduce((sum, one) => sum + one.input, 0);
        expect(bookedIn(lab.sink)).toEqual({ calls: calls.length, input, output: calls.length });
      }),
      { numRuns: RUNS },
    );
  });
});
