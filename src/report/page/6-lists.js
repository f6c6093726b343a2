// Key figures, the lists of what costs most, and the heat map.

const LISTED = 8;
/** Columns whose name takes an `s`, in the order of their lists; own dimensions come after them. */
const KNOWN = ['model', 'agent', 'user', 'session', 'tenant', 'provider', 'service', 'operation'];

/** The figures at the top. */
function figures() {
  const sum = selectedTotal();
  const at = (/** @type {string} */ name) => sum[measureAt(name)] ?? 0;
  const usd = (/** @type {string} */ name) => dollars(at(name) / 1e9);
  const input = at('inputTokens');
  const parts = [
    ['input', 'inputCostNanoUsd'],
    ['cache read', 'cacheReadCostNanoUsd'],
    ['cache write', 'cacheWriteCostNanoUsd'],
    ['output', 'outputCostNanoUsd'],
  ]
    .filter(([, name]) => at(name ?? '') !== 0)
    .map(([label, name]) => `${label} ${usd(name ?? '')}`);
  const unknown = [
    at('unpricedCalls') > 0 ? `${integers.format(at('unpricedCalls'))} calls without a price` : '',
    at('unmeteredCalls') > 0 ? `${integers.format(at('unmeteredCalls'))} without usage` : '',
  ].filter((text) => text !== '');
  const errors = at('errors') > 0 ? `${integers.format(at('errors'))} errors` : 'no errors';
  return element(
    'dl',
    { class: 'figures' },
    figure('Cost', sumText(sum, 'cost'), [parts.join(' · '), unknown.join(', ')], 'total-cost'),
    figure(
      'Calls',
      integers.format(at('calls')),
      [
        errors,
        at('calls') > 0 && !isUnknown(sum)
          ? `${costText(sum, at('costNanoUsd') / 1e9 / at('calls'))} a call`
          : '',
      ],
      'total-calls',
    ),
    figure(
      'Tokens',
      compact.format(input + at('outputTokens')),
      [
        `${compact.format(input)} in · ${compact.format(at('outputTokens'))} out`,
        at('reasoningOutputTokens') > 0
          ? `${compact.format(at('reasoningOutputTokens'))} of it reasoning`
          : '',
      ],
      'total-tokens',
    ),
    figure(
      'Read from cache',
      input > 0 ? shareText(at('cacheReadInputTokens') / input) : 'n/a',
      [
        'of input tokens',
        `caching ${at('cacheSavingsNanoUsd') < 0 ? 'cost extra' : 'saved'} ${dollars(Math.abs(at('cacheSavingsNanoUsd')) / 1e9)}`,
      ],
      'total-cache',
    ),
  );
}

/** @param {string} name @param {string} value @param {string[]} details @param {string} id */
function figure(name, value, details, id) {
  const lines = details
    .filter((text) => text !== '')
    .map((text) => element('span', { class: 'detail' }, text));
  return element(
    'div',
    { class: 'card figure' },
    element('dt', {}, name),
    element('dd', {}, element('strong', { id }, value), ...lines),
  );
}

/** What costs most, one list per column; a press on a name filters by it. */
function lists() {
  const { columns, values } = page.payload.data;
  const rank = (/** @type {string} */ column) =>
    KNOWN.includes(column) ? KNOWN.indexOf(column) : KNOWN.length;
  const shown = columns
    .filter((column, i) => column === 'model' || (values[i] ?? []).length > 1)
    .sort((a, b) => rank(a) - rank(b));
  return shown.map(topList);
}

/** @param {string} column */
function topList(column) {
  const id = `list-${page.payload.data.columns.indexOf(column)}`;
  const all = sumsByName(column).filter(({ sum }) => sum.some((value) => value !== 0));
  const whole = all.reduce((total, { sum }) => total + metricOf(sum), 0);
  const largest = Math.max(...all.map(({ sum }) => metricOf(sum)), 0);
  const chosen = selection.filters.get(column);
  const top = all.filter(({ name }, i) => i < LISTED || name === chosen);
  const rows = top.map(({ name, sum }) => {
    const value = metricOf(sum);
    const button = element(
      'button',
      { type: 'button', 'aria-pressed': String(name === chosen), title: `Filter by ${visible(name)}` },
      visible(name),
    );
    button.addEventListener('click', () => filterBy(column, name === chosen ? undefined : name));
    const bar = element('span', { class: 'bar', 'aria-hidden': 'true' });
    bar.style.width = `${largest > 0 ? (100 * value) / largest : 0}%`;
    bar.style.background = column === selection.stackBy ? colourOf(column, name) : '';
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, button, bar),
      element('td', {}, sumText(sum)),
      element('td', {}, whole > 0 && sumText(sum) !== 'unknown' ? shareText(value / whole) : ''),
    );
  });
  const left = all.length - top.length;
  const head = [title(column), title(selection.metric), 'Share'].map((text) =>
    element('th', { scope: 'col' }, text),
  );
  return element(
    'section',
    { class: 'card list', 'aria-labelledby': id },
    element('h2', { id }, `Top ${visible(column)}${all.length > 1 && KNOWN.includes(column) ? 's' : ''}`),
    element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)),
    ...(left > 0 ? [element('p', { class: 'more' }, `${integers.format(left)} more`)] : []),
  );
}

/** Day × hour: how much, when. A table, so that it reads without seeing it. */
function heatCard() {
  const { heat, columns } = page.payload.data;
  if (heat.days.length === 0) return [];
  const sums = heat.days.map(() => Array.from({ length: 24 }, emptySum));
  for (const cell of selectedCells(heat.cells, 2))
    addCell(sums[cell[0] ?? 0]?.[cell[1] ?? 0] ?? [], cell, 2 + columns.length);
  const largest = Math.max(...sums.flat().map((sum) => metricOf(sum)), 0);
  const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));
  const head = element(
    'tr',
    {},
    element('th', { scope: 'col' }, element('span', { class: 'unseen' }, 'Day')),
    ...hours.map((hour) => element('th', { scope: 'col' }, hour)),
  );
  const rows = heat.days.map((day, i) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, weekday(day)),
      ...hours.map((hour, k) => heatCell(sums[i]?.[k] ?? [], `${weekday(day)}, ${hour}:00`, largest)),
    ),
  );
  return [
    element(
      'section',
      { class: 'card heat', 'aria-labelledby': 'heat-title' },
      element('h2', { id: 'heat-title' }, `${title(selection.metric)} by day and hour`),
      element(
        'div',
        { class: 'scroll', tabindex: '0', role: 'region', 'aria-labelledby': 'heat-title' },
        element('table', { id: 'heat' }, element('thead', {}, head), element('tbody', {}, ...rows)),
      ),
      element(
        'p',
        { class: 'more' },
        'The last days that are kept by the quarter of an hour; older ones are kept as whole days.',
      ),
    ),
  ];
}

/** @param {number[]} sum @param {string} when @param {number} largest */
function heatCell(sum, when, largest) {
  const calls = sum[measureAt('calls')] ?? 0;
  const text =
    calls === 0
      ? 'nothing'
      : `${sumText(sum)}${selection.metric === 'calls' ? ' calls' : `, ${integers.format(calls)} calls`}`;
  const cell = element('td', { 'data-tip': `${when}: ${text}` }, element('span', { class: 'unseen' }, text));
  const part = largest > 0 ? metricOf(sum) / largest : 0;
  cell.style.setProperty('--heat', String(part === 0 && calls === 0 ? 0 : 0.08 + 0.92 * Math.sqrt(part)));
  return cell;
}

/** `2026-11-22` → `Sun Nov 22`. @param {string} date */
function weekday(date) {
  const name = new Date(`${date}T00:00:00Z`).toLocaleDateString('en-US', {
    weekday: 'short',
    timeZone: 'UTC',
  });
  return `${name} ${monthDay(date)}`;
}
