// One chart with all that makes it usable without a mouse or without seeing it.

/** @typedef {{ label: string, data: number[], backgroundColor: string | undefined, hoverBackgroundColor: string | undefined, hidden?: boolean, stack: string, maxBarThickness: number, borderRadius: number }} Bars */

/**
 * @param {string} id @param {string} heading @param {Bars[]} datasets @param {(value: number) => string} tick
 * @param {(value: number) => string} text @param {(index: number) => string} [footer]
 */
function chartCard(id, heading, datasets, tick, text, footer) {
  const { times, unit } = page.payload.data;
  const canvas = element('canvas', {
    id: `${id}-chart`,
    tabindex: '0',
    role: 'img',
    'aria-label': `${heading}, bars by ${unit}. Left and right arrow keys read one ${unit} after the other; the table below holds all.`,
  });
  const spoken = element('p', { class: 'unseen', 'aria-live': 'polite' });
  const labels = times.map(timeLabel);
  const rows = labels.map((label, i) => [label, ...datasets.map(({ data }) => text(data[i] ?? 0))]);
  const table = element(
    'details',
    {},
    element('summary', {}, 'As a table'),
    element(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `${heading}, as a table` },
      dataTable(heading, [title(unit), ...datasets.map(({ label }) => label)], rows),
    ),
  );
  const card = element(
    'section',
    { class: 'card chart', 'aria-labelledby': `${id}-title` },
    element('h2', { id: `${id}-title` }, heading),
    element('div', { class: 'plot' }, canvas),
    spoken,
    table,
  );
  afterLayout.push(() => drawChart(id, canvas, spoken, { labels, datasets, tick, text, footer }));
  return card;
}

/** What waits until its canvas is on the page. @type {Array<() => void>} */
const afterLayout = [];

/**
 * @param {string} id @param {HTMLCanvasElement} canvas @param {HTMLElement} spoken
 * @param {{ labels: string[], datasets: Bars[], tick: (value: number) => string, text: (value: number) => string, footer: ((index: number) => string) | undefined }} content
 */
function drawChart(id, canvas, spoken, { labels, datasets, tick, text, footer }) {
  charts.get(id)?.destroy();
  const colours = palette();
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12 };
  const chart = new ChartLibrary(canvas, {
    type: 'bar',
    data: { labels, datasets },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: {
          stacked: true,
          grid: { display: false },
          border: { color: colours.line },
          ticks: { color: colours.text, font, maxRotation: 0, autoSkipPadding: 14 },
        },
        y: {
          stacked: true,
          beginAtZero: true,
          border: { display: false },
          grid: { color: colours.line },
          ticks: { color: colours.text, font, maxTicksLimit: 6, callback: (value) => tick(Number(value)) },
        },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          backgroundColor: colours.ink,
          titleColor: colours.card,
          bodyColor: colours.card,
          footerColor: colours.card,
          titleFont: font,
          bodyFont: font,
          footerFont: font,
          padding: 10,
          boxPadding: 4,
          filter: (item) => item.parsed.y !== 0,
          callbacks: {
            label: (item) => ` ${item.dataset.label}: ${text(item.parsed.y ?? 0)}`,
            footer: (items) => barFooter(items, text, footer),
          },
        },
      },
    },
  });
  charts.set(id, chart);
  canvas.onkeydown = (event) => readBar(event, chart, spoken, text);
}

/** The sum of a bar, and what else there is to say of it. @param {import('chart.js').TooltipItem<'bar'>[]} items @param {(value: number) => string} text @param {((index: number) => string) | undefined} footer */
function barFooter(items, text, footer) {
  const [first] = items;
  if (first === undefined) return '';
  const total = `Total: ${text(items.reduce((sum, { parsed }) => sum + (parsed.y ?? 0), 0))}`;
  const more = footer?.(first.dataIndex) ?? '';
  return more === '' ? total : [total, more];
}

/** Arrow keys walk from bar to bar: the tooltip shows, the live region reads. @param {KeyboardEvent} event @param {BarChart} chart @param {HTMLElement} spoken @param {(value: number) => string} text */
function readBar(event, chart, spoken, text) {
  const last = (chart.data.labels ?? []).length - 1;
  const now = chart.getActiveElements()[0]?.index ?? -1;
  /** @type {Record<string, number>} */
  const moves = {
    ArrowLeft: now < 0 ? last : Math.max(0, now - 1),
    ArrowRight: Math.min(last, now + 1),
    Home: 0,
    End: last,
  };
  const index = moves[event.key];
  if (index === undefined || last < 0) return;
  event.preventDefault();
  const active = chart.data.datasets.flatMap((_, datasetIndex) =>
    chart.isDatasetVisible(datasetIndex) ? [{ datasetIndex, index }] : [],
  );
  const x = chart.scales['x']?.getPixelForValue(index) ?? 0;
  chart.setActiveElements(active);
  chart.tooltip?.setActiveElements(active, { x, y: chart.chartArea.top });
  chart.update();
  const parts = active.flatMap(({ datasetIndex }) => {
    const { label, data } = chart.data.datasets[datasetIndex] ?? {};
    const value = Number(data?.[index] ?? 0);
    return value === 0 ? [] : [`${label} ${text(value)}`];
  });
  spoken.textContent = `${String(chart.data.labels?.[index] ?? '')}: ${parts.join(', ') || 'nothing'}`;
}

/** A time as people read it: `Nov 22`, `10:00`, `2026-W47`, `Nov 2026`. @param {string} time */
function timeLabel(time) {
  const { unit } = page.payload.data;
  if (unit === 'week') return time;
  if (unit === 'hour') return `${monthDay(time)} ${time.slice(11, 16)}`;
  return unit === 'month' ? `${monthDay(`${time}-01`).slice(0, 3)} ${time.slice(0, 4)}` : monthDay(time);
}

/** `2026-11-22` → `Nov 22`. @param {string} date */
function monthDay(date) {
  return new Date(`${date.slice(0, 10)}T00:00:00Z`).toLocaleDateString('en-US', {
    month: 'short',
    day: 'numeric',
    timeZone: 'UTC',
  });
}
