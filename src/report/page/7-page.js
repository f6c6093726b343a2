// Puts the page together, keeps it up to date when it is served live, and follows light, dark and print.

const POLL_MILLIS = 5000;

/** Draws everything anew from the payload and the selection; keeps the focus, the scroll and what is unfolded. */
function draw() {
  const report = document.getElementById('report');
  if (report === null) return;
  const focused = document.activeElement?.id;
  const open = [...report.querySelectorAll('details[open]')].map((one) =>
    one.closest('section')?.getAttribute('aria-labelledby'),
  );
  const { folded } = page.payload.data;
  const note =
    folded.length > 0
      ? [
          element(
            'p',
            { class: 'more' },
            `To keep this page small, the smallest names of ${folded.map(visible).join(', ')} are shown together as (other); totals are exact.`,
          ),
        ]
      : [];
  report.replaceChildren(controls(), ...note, figures());
  if (page.payload.data.times.length === 0)
    report.append(element('p', { class: 'card empty' }, 'No calls in this period.'));
  else
    report.append(
      element('div', { class: 'pair' }, spendCard(), tokensCard()),
      element('div', { class: 'lists' }, ...lists()),
      ...heatCard(),
    );
  for (const then of afterLayout.splice(0)) then();
  for (const one of report.querySelectorAll('details'))
    one.open = open.includes(one.closest('section')?.getAttribute('aria-labelledby'));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/** One tooltip for the heat map, by mouse or touch. */
function followHeat() {
  const tip = element('div', { class: 'tip', 'aria-hidden': 'true' });
  document.body.append(tip);
  document.addEventListener('pointermove', (event) => {
    const cell = event.target instanceof Element ? event.target.closest('[data-tip]') : null;
    tip.textContent = cell?.getAttribute('data-tip') ?? '';
    tip.classList.toggle('shown', cell !== null);
    if (cell === null) return;
    const box = cell.getBoundingClientRect();
    const left = Math.min(
      Math.max(8, box.left + box.width / 2 - tip.offsetWidth / 2),
      innerWidth - tip.offsetWidth - 8,
    );
    tip.style.transform = `translate(${left}px, ${Math.max(8, box.top - tip.offsetHeight - 6)}px)`;
  });
}

/** Asks the origin that served the page for newer numbers, as long as somebody looks at it. @param {string} path */
async function follow(path) {
  const status = document.getElementById('live');
  let tag = '';
  const refresh = async () => {
    const response = await fetch(path, {
      cache: 'no-store',
      headers: tag === '' ? {} : { 'If-None-Match': tag },
    });
    if (response.status === 304) return;
    if (!response.ok) throw new Error(await response.text());
    tag = response.headers.get('ETag') ?? '';
    page.payload = await response.json();
    const subtitle = document.getElementById('subtitle');
    if (subtitle !== null) subtitle.textContent = page.payload.subtitle;
    document
      .getElementById('notes')
      ?.replaceChildren(...page.payload.notes.map((line) => element('li', {}, line)));
    if (!page.payload.data.columns.includes(selection.stackBy)) selection.stackBy = 'model';
    draw();
  };
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
    if (document.visibilityState === 'hidden') continue;
    try {
      await refresh();
      if (status !== null) status.textContent = `Live: as of ${new Date().toLocaleTimeString()}`;
    } catch (error) {
      if (status !== null)
        status.textContent = `Not up to date: ${error instanceof Error ? error.message : 'no answer'}`;
    }
  }
}

draw();
followHeat();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
addEventListener('beforeprint', () => {
  document.documentElement.classList.add('print');
  draw();
});
addEventListener('afterprint', () => {
  document.documentElement.classList.remove('print');
  draw();
});
const livePath = document.body.dataset['live'];
if (livePath !== undefined) void follow(livePath);
