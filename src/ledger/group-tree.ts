import type { Measures } from './measures.js';
import { OTHER } from '../usage/call.js';
import { isTimeColumn } from './column.js';
import { addMeasures, zeroMeasures } from './measures.js';
import { compareText } from './series-order.js';

/** One combination of column values and its sum. */
export interface Group {
  readonly values: readonly string[];
  readonly measures: Measures;
}

interface Node {
  readonly children: Map<string, Node>;
  /** Sum of a leaf, or of all leaves below once `ordered` has run. */
  readonly measures: Measures;
}

const newNode = (): Node => ({ children: new Map(), measures: zeroMeasures() });

/** Sums by column values, kept in nested Maps: exact for any text, since values are never joined to one key. */
export class GroupTree {
  readonly #columns: readonly string[];
  readonly #root = newNode();

  constructor(columns: readonly string[]) {
    this.#columns = columns;
  }

  /** The sum of one combination, created at zero. `values` has one text per column. */
  measuresOf(values: readonly string[]): Measures {
    let node = this.#root;
    for (const value of values) {
      let child = node.children.get(value);
      if (child === undefined) {
        child = newNode();
        node.children.set(value, child);
      }
      node = child;
    }
    return node.measures;
  }

  /** All combinations, time ascending, the other columns by falling cost within what stands before them. */
  ordered(): Group[] {
    const groups: Group[] = [];
    sumUp(this.#root);
    this.#collect(this.#root, [], groups);
    return groups;
  }

  /**
   * The tree that keeps the `top` largest combinations of the columns that are not times (of all columns, when all
   * are) over the whole period; the rest is added up under `(other)`, so that groups still add up to the totals.
   */
  keepTop(top: number): GroupTree {
    const ranked = this.#columns.some((column) => !isTimeColumn(column));
    const isRanked = this.#columns.map((column) => !ranked || !isTimeColumn(column));
    const pick = (values: readonly string[]): string[] => values.filter((_, i) => isRanked[i]);
    const groups = this.ordered();
    const ranking = new GroupTree(this.#columns.filter((_, i) => isRanked[i]));
    for (const { values, measures } of groups) addMeasures(ranking.measuresOf(pick(values)), measures);
    const rank = ranking
      .ordered()
      .filter(({ values }) => !values.includes(OTHER))
      .sort(bySize);
    const kept = new Set(rank.slice(0, top).map(({ measures }) => measures));
    const result = new GroupTree(this.#columns);
    for (const { values, measures } of groups) {
      const isKept = kept.has(ranking.measuresOf(pick(values)));
      const named = isKept ? values : values.map((value, i) => (isRanked[i] === true ? OTHER : value));
      addMeasures(result.measuresOf(named), measures);
    }
    return result;
  }

  #collect(node: Node, values: string[], groups: Group[]): void {
    if (values.length === this.#columns.length) {
      if (values.length > 0 || node.measures.calls !== 0 || node.measures.errors !== 0) {
        groups.push({ values: [...values], measures: node.measures });
      }
      return;
    }
    const time = isTimeColumn(this.#columns[values.length] ?? '');
    const entries = [...node.children].map(([value, child]) => ({ values: [value], ...child }));
    for (const child of entries.sort(time ? byTime : bySize)) {
      values.push(child.values[0] ?? '');
      this.#collect(child, values, groups);
      values.pop();
    }
  }
}

/** Makes every inner node the sum of what is below it. */
function sumUp(node: Node): void {
  if (node.children.size === 0) return;
  Object.assign(node.measures, zeroMeasures());
  for (const child of node.children.values()) {
    sumUp(child);
    addMeasures(node.measures, child.measures);
  }
}

/** By falling cost, then tokens, then calls, then name; `(other)` comes last. */
function bySize(a: Group, b: Group): number {
  return (
    Number(a.values.includes(OTHER)) - Number(b.values.includes(OTHER)) ||
    b.measures.costNanoUsd - a.measures.costNanoUsd ||
    tokensOf(b.measures) - tokensOf(a.measures) ||
    b.measures.calls - a.measures.calls ||
    compareValues(a.values, b.values)
  );
}

/** Hours carry their offset, so two with one name on the clock sort by instant; the other times sort as text. */
function byTime(a: Group, b: Group): number {
  const [left = ''] = a.values;
  const [right = ''] = b.values;
  if (left.length > 10 && right.length > 10) return Date.parse(left) - Date.parse(right);
  return Number(left === OTHER) - Number(right === OTHER) || compareText(left, right);
}

function compareValues(a: readonly string[], b: readonly string[]): number {
  for (const [i, value] of a.entries()) {
    const order = compareText(value, b[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function tokensOf(measures: Measures): number {
  return measures.inputTokens + measures.outputTokens;
}
