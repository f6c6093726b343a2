// What the reader can choose: metric, stacking, one filter per column.

/** A labelled select. @param {string} id @param {string} label @param {Array<[value: string, text: string]>} options @param {string} chosen @param {(value: string) => void} choose */
function selectBox(id, label, options, chosen, choose) {
  const select = element('select', { id });
  for (const [value, text] of options) {
    const option = element('option', { value }, text);
    option.selected = value === chosen;
    select.append(option);
  }
  select.addEventListener('change', () => choose(select.value));
  return element('div', { class: 'field' }, element('label', { for: id }, label), select);
}

/** The bar of filters. An empty value means no filter, so names are given as their index. */
function controls() {
  const { columns, values } = page.payload.data;
  const filters = columns.flatMap((column, i) => {
    const names = values[i] ?? [];
    if (names.length < 2) return [];
    const wanted = selection.filters.get(column);
    /** @type {Array<[string, string]>} */
    const options = [
      ['', `All (${names.length})`],
      ...names.map((name, k) => /** @type {[string, string]} */ ([String(k), shortName(name)])),
    ];
    const chosen = wanted === undefined ? '' : String(names.indexOf(wanted));
    return [
      selectBox(`filter-${i}`, title(column), options, chosen, (value) =>
        filterBy(column, names[Number(value || -1)]),
      ),
    ];
  });
  const metrics = /** @type {Array<[string, string]>} */ (Object.entries(METRICS));
  const stacks = columns.map((column) => /** @type {[string, string]} */ ([column, title(column)]));
  const reset = element('button', { type: 'button', id: 'reset' }, 'Clear filters');
  reset.disabled = selection.filters.size === 0;
  reset.addEventListener('click', () => {
    selection.filters.clear();
    draw();
    document.getElementById('filter-0')?.focus();
  });
  return element(
    'form',
    { class: 'controls', 'aria-label': 'What to show' },
    selectBox('metric', 'Show', metrics, selection.metric, (value) => change({ metric: value })),
    selectBox('stack', 'Stacked by', stacks, selection.stackBy, (value) => change({ stackBy: value })),
    ...filters,
    reset,
  );
}

/** Filters by one name of a column, or by none. @param {string} column @param {string | undefined} name */
function filterBy(column, name) {
  if (name === undefined) selection.filters.delete(column);
  else selection.filters.set(column, name);
  draw();
}

/** @param {{ metric?: string, stackBy?: string }} choice */
function change(choice) {
  Object.assign(selection, choice);
  if (choice.stackBy !== undefined) selection.hidden.clear();
  draw();
}

/** `agent` → `Agent`. @param {string} column */
function title(column) {
  return visible(column.charAt(0).toUpperCase() + column.slice(1));
}
