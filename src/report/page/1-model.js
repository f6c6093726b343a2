// The page's scripts are plain browser scripts, joined in the order of their names into one (no module loading on a
// page that may load nothing). This one holds the data and what is selected of it.

/** @typedef {import('../render-html.js').PagePayload} PagePayload */
/** @typedef {{ times: number[][], sum: number[] }} Series Sums per time, and over all times. */

const OTHER_NAME = '(other)';

/** What the page shows; replaced as a whole when newer numbers come. @type {{ payload: PagePayload }} */
const page = { payload: JSON.parse(document.getElementById('payload')?.textContent ?? '{}') };

/** What the reader chose; filters hold one name per column. */
const selection = {
  metric: 'cost',
  stackBy: page.payload.stackBy,
  /** @type {Map<string, string>} */
  filters: new Map(),
  /** Names hidden through the legend. @type {Set<string>} */
  hidden: new Set(),
};

/** Position of a measure within a sum. @param {string} name */
function measureAt(name) {
  return page.payload.data.measures.indexOf(name);
}

/** An empty sum, one number per measure. @returns {number[]} */
function emptySum() {
  return page.payload.data.measures.map(() => 0);
}

/** Adds the measures of a cell (they stand behind `skip` indexes) to a sum. @param {number[]} sum @param {number[]} cell @param {number} skip */
function addCell(sum, cell, skip) {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (cell[skip + i] ?? 0);
}

/**
 * The cells that pass the filters. `lead` is how many indexes stand before the columns' own.
 * @param {number[][]} cells @param {number} lead @param {string} [except] a column whose filter is not applied
 */
function selectedCells(cells, lead, except) {
  const { columns, values } = page.payload.data;
  const tests = columns.flatMap((column, i) => {
    const wanted = selection.filters.get(column);
    return wanted === undefined || column === except
      ? []
      : [{ at: lead + i, index: (values[i] ?? []).indexOf(wanted) }];
  });
  return tests.length === 0
    ? cells
    : cells.filter((cell) => tests.every(({ at, index }) => cell[at] === index));
}

/** Sum over the selected cells. */
function selectedTotal() {
  const { cells, columns } = page.payload.data;
  const sum = emptySum();
  for (const cell of selectedCells(cells, 1)) addCell(sum, cell, 1 + columns.length);
  return sum;
}

/** Sums per name of a column, largest first by the metric, `(other)` last. @param {string} column */
function sumsByName(column) {
  const { cells, columns, values } = page.payload.data;
  const at = columns.indexOf(column);
  /** @type {Map<number, Series>} */
  const series = new Map();
  for (const cell of selectedCells(cells, 1, column)) {
    const name = cell[1 + at] ?? 0;
    let one = series.get(name);
    if (one === undefined) {
      one = { times: [], sum: emptySum() };
      series.set(name, one);
    }
    const time = cell[0] ?? 0;
    addCell((one.times[time] ??= emptySum()), cell, 1 + columns.length);
    addCell(one.sum, cell, 1 + columns.length);
  }
  return [...series]
    .map(([name, one]) => ({ name: values[at]?.[name] ?? '', ...one }))
    .sort(
      (a, b) =>
        Number(a.name === OTHER_NAME) - Number(b.name === OTHER_NAME) || metricOf(b.sum) - metricOf(a.sum),
    );
}

/** The chosen metric of a sum: dollars, tokens or calls. @param {number[]} sum @param {string} [metric] */
function metricOf(sum, metric = selection.metric) {
  const at = (/** @type {string} */ name) => sum[measureAt(name)] ?? 0;
  if (metric === 'cost') return at('costNanoUsd') / 1e9;
  if (metric === 'calls') return at('calls');
  return at('inputTokens') + at('outputTokens');
}

/** Calls of a sum that have no known cost. @param {number[]} sum */
function unknownCalls(sum) {
  return (sum[measureAt('unpricedCalls')] ?? 0) + (sum[measureAt('unmeteredCalls')] ?? 0);
}

/** True when some calls of a sum have no known cost. @param {number[]} sum */
function isPartlyUnknown(sum) {
  return unknownCalls(sum) > 0;
}

/** True when not one call of a sum has a known cost. @param {number[]} sum */
function isUnknown(sum) {
  const calls = sum[measureAt('calls')] ?? 0;
  return isPartlyUnknown(sum) && unknownCalls(sum) >= calls && metricOf(sum, 'cost') === 0;
}
