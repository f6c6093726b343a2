import type { Measure, Measures } from '../ledger/measures.js';
import { OTHER } from '../ledger/column.js';
import { GroupTree } from '../ledger/group-tree.js';
import { addMeasures } from '../ledger/measures.js';

/** Sums by a time (column 0) and names (the other columns), that can be made smaller without changing any total. */
export class PageCube {
  #width: number;
  #entries: Array<{ values: readonly string[]; measures: Measures }> = [];

  constructor(width: number) {
    this.#width = width;
  }

  add(values: readonly string[], measures: Measures): void {
    this.#entries.push({ values, measures });
  }

  /** The names in a column: times in order, others by falling cost, `(other)` last. */
  names(column: number): string[] {
    const tree = new GroupTree([column === 0 ? 'day' : 'name']);
    for (const { values, measures } of this.#entries) {
      addMeasures(tree.measuresOf([values[column] ?? '']), measures);
    }
    return tree.ordered().map(({ values }) => values[0] ?? '');
  }

  /** Leaves out the other columns; only for columns that have one name, so that no combinations fall together. */
  keepColumns(columns: readonly number[]): void {
    this.#width = columns.length;
    this.#entries = this.#entries.map(({ values, measures }) => ({
      values: columns.map((column) => values[column] ?? ''),
      measures,
    }));
  }

  /** Puts the smallest half of the names of the fullest column into `(other)` until few enough combinations are left. */
  shrink(maxEntries: number): number[] {
    const folded = new Set<number>();
    while (this.#entries.length > maxEntries) {
      const counts = Array.from({ length: this.#width - 1 }, (_, i) => this.names(i + 1).length);
      const fullest = counts.indexOf(Math.max(...counts)) + 1;
      if ((counts[fullest - 1] ?? 0) <= 2) break;
      const names = this.names(fullest);
      this.#keep(fullest, new Set(names.slice(0, Math.floor(names.length / 2))));
      folded.add(fullest);
    }
    return [...folded];
  }

  /** Puts into `(other)` what `cube` does not name. */
  keepNamesOf(cube: PageCube): void {
    for (let column = 1; column < this.#width; column++) this.#keep(column, new Set(cube.names(column)));
  }

  /** Per combination the index of each value in `names`, then the measures. */
  cells(names: readonly (readonly string[])[], measures: readonly Measure[]): number[][] {
    const indexes = names.map((column) => new Map(column.map((name, i) => [name, i])));
    return this.#entries.map((entry) => [
      ...entry.values.map((value, i) => indexes[i]?.get(value) ?? -1),
      ...measures.map((measure) => entry.measures[measure]),
    ]);
  }

  #keep(column: number, kept: ReadonlySet<string>): void {
    const columns = Array.from({ length: this.#width }, (_, i) => (i === 0 ? 'hour' : `column ${i}`));
    const tree = new GroupTree(columns);
    for (const { values, measures } of this.#entries) {
      const named = values.map((value, i) => (i === column && !kept.has(value) ? OTHER : value));
      addMeasures(tree.measuresOf(named), measures);
    }
    this.#entries = tree.ordered().map(({ values, measures }) => ({ values, measures }));
  }
}
