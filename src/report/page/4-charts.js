// The two charts over time. Chart.js draws on a canvas; everything it shows is also there as text: a legend, a table,
// and a line that reads out the bar chosen with the arrow keys.

const ChartLibrary = /** @type {typeof import('chart.js').Chart} */ (
  /** @type {{ Chart?: unknown }} */ (globalThis).Chart
);
const MOST_SERIES = 8;

/** @typedef {import('chart.js').Chart<'bar', number[], string>} BarChart */

/** @type {Map<string, BarChart>} */
const charts = new Map();

/** Colours of the style sheet, as they are now. */
function palette() {
  const style = getComputedStyle(document.documentElement);
  const read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const series = Array.from({ length: MOST_SERIES }, (_, i) => read(`--series-${i}`));
  return {
    series,
    other: read('--series-other'),
    text: read('--ink-soft'),
    line: read('--line'),
    card: read('--card'),
    ink: read('--ink'),
  };
}

/** A colour for each name, by its rank in the whole report, so that filters do not repaint. @param {string} column @param {string} name */
function colourOf(column, name) {
  const { columns, values } = page.payload.data;
  const colours = palette();
  const rank = (values[columns.indexOf(column)] ?? []).indexOf(name);
  return name === OTHER_NAME || rank < 0 || rank >= MOST_SERIES
    ? colours.other
    : (colours.series[rank] ?? colours.other);
}

/** The largest names of the stacking column; the rest added up as one. */
function stackedSeries() {
  const filtered = selection.filters.get(selection.stackBy);
  const all = sumsByName(selection.stackBy).filter(({ name }) => filtered === undefined || name === filtered);
  const { columns, values } = page.payload.data;
  const names = values[columns.indexOf(selection.stackBy)] ?? [];
  const shown = all.filter(({ name }) => name !== OTHER_NAME && names.indexOf(name) < MOST_SERIES);
  const rest = all.filter((one) => !shown.includes(one));
  if (rest.length === 0) return shown;
  const [only] = rest;
  if (rest.length === 1 && only !== undefined) return [...shown, only];
  /** @type {Series} */
  const sum = { times: [], sum: emptySum() };
  for (const one of rest) {
    addCell(sum.sum, one.sum, 0);
    for (const [time, cell] of one.times.entries())
      if (cell !== undefined) addCell((sum.times[time] ??= emptySum()), cell, 0);
  }
  return [...shown, { name: `${rest.length} more`, ...sum }];
}

/** Spend (or tokens, or calls) over time, stacked. */
function spendCard() {
  const series = stackedSeries();
  const { times } = page.payload.data;
  const metric = selection.metric === 'cost' ? 'Spend' : title(selection.metric);
  const datasets = series.map((one) => ({
    label: shortName(one.name),
    data: times.map((_, i) => metricOf(one.times[i] ?? emptySum())),
    backgroundColor: colourOf(selection.stackBy, one.name),
    hoverBackgroundColor: colourOf(selection.stackBy, one.name),
    hidden: selection.hidden.has(one.name),
    stack: 'all',
    maxBarThickness: 44,
    borderRadius: 2,
  }));
  const card = chartCard('spend', `${metric} over time`, datasets, axisText, (value) => metricText(value));
  card.querySelector('.plot')?.after(legend(series));
  return card;
}

/** Names with colour and total; a press hides or shows one. @param {Array<{ name: string, sum: number[] }>} series */
function legend(series) {
  const items = series.map(({ name, sum }) => {
    const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
    swatch.style.background = colourOf(selection.stackBy, name);
    const button = element(
      'button',
      { type: 'button', 'aria-pressed': String(!selection.hidden.has(name)), title: 'Show or hide' },
      swatch,
      element('span', {}, shortName(name, 32)),
      element('b', {}, sumText(sum)),
    );
    button.addEventListener('click', () => {
      if (!selection.hidden.delete(name)) selection.hidden.add(name);
      button.setAttribute('aria-pressed', String(!selection.hidden.has(name)));
      const chart = charts.get('spend');
      for (const [i, one] of series.entries())
        chart?.setDatasetVisibility(i, !selection.hidden.has(one.name));
      chart?.update();
    });
    return element('li', {}, button);
  });
  return element(
    'ul',
    { class: 'legend', 'aria-label': `${title(selection.stackBy)}, largest first` },
    ...items,
  );
}

/** @typedef {(sum: number[]) => number} TokenCount */

/** The kinds of tokens that add up to all of them, each with its place in the palette. @type {Array<{ label: string, colour: number, of: TokenCount }>} */
const TOKEN_KINDS = [
  {
    label: 'Input, not cached',
    colour: 0,
    of: (sum) =>
      tokensOf(sum, 'inputTokens') -
      tokensOf(sum, 'cacheReadInputTokens') -
      tokensOf(sum, 'cacheWriteInputTokens'),
  },
  { label: 'Cache read', colour: 2, of: (sum) => tokensOf(sum, 'cacheReadInputTokens') },
  { label: 'Cache write', colour: 5, of: (sum) => tokensOf(sum, 'cacheWriteInputTokens') },
  { label: 'Output', colour: 1, of: (sum) => tokensOf(sum, 'outputTokens') },
];

/** @param {number[]} sum @param {string} measure */
function tokensOf(sum, measure) {
  return sum[measureAt(measure)] ?? 0;
}

/** How much of the input was read from cache. @param {number[]} sum */
function cacheShare(sum) {
  const input = tokensOf(sum, 'inputTokens');
  return input > 0 ? shareText(tokensOf(sum, 'cacheReadInputTokens') / input) : 'n/a';
}

/** Tokens over time: plain input, cache reads, cache writes, output; and the share of input read from cache. */
function tokensCard() {
  const { cells, columns, times } = page.payload.data;
  const sums = times.map(() => emptySum());
  const total = emptySum();
  for (const cell of selectedCells(cells, 1)) {
    addCell(sums[cell[0] ?? 0] ?? [], cell, 1 + columns.length);
    addCell(total, cell, 1 + columns.length);
  }
  const kinds = TOKEN_KINDS.filter(({ of }) => of(total) !== 0);
  const datasets = kinds.map(({ label, colour, of }) => ({
    label,
    data: sums.map(of),
    backgroundColor: palette().series[colour],
    hoverBackgroundColor: palette().series[colour],
    stack: 'all',
    maxBarThickness: 44,
    borderRadius: 2,
  }));
  const short = (/** @type {number} */ value) => compact.format(value);
  const full = (/** @type {number} */ value) => integers.format(value);
  const footer = (/** @type {number} */ i) => `Read from cache: ${cacheShare(sums[i] ?? [])} of input`;
  const card = chartCard('tokens', 'Tokens over time', datasets, short, full, footer);
  card.querySelector('.plot')?.after(tokenLegend(kinds, total));
  return card;
}

/** @param {typeof TOKEN_KINDS} kinds @param {number[]} total */
function tokenLegend(kinds, total) {
  const colours = palette().series;
  const items = kinds.map(({ label, colour, of }) => {
    const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
    swatch.style.background = colours[colour] ?? '';
    const number = element('b', {}, compact.format(of(total)));
    return element('li', {}, swatch, element('span', {}, label), number);
  });
  const share = [element('span', {}, 'Cache share of input'), element('b', {}, cacheShare(total))];
  return element(
    'ul',
    { class: 'legend', 'aria-label': 'Kinds of tokens' },
    ...items,
    element('li', {}, ...share),
  );
}
