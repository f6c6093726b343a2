// How the page writes numbers and builds elements. Text only ever goes into text nodes and attributes.

const METRICS = { cost: 'Cost', tokens: 'Tokens', calls: 'Calls' };
const integers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat('en-US', {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

/** Dollars with as many decimals as the size needs. @param {number} amount */
function dollars(amount) {
  const size = Math.abs(amount);
  const digits = size >= 10 || size === 0 ? 2 : size >= 1 ? 3 : size >= 0.01 ? 4 : 6;
  const text = size.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (size > 0 && size < 0.0000005) return '<$0.000001';
  return `${amount < 0 ? '-' : ''}$${text}`;
}

/** Dollars for an axis: no more decimals than tell the ticks apart. @param {number} amount */
function axisDollars(amount) {
  if (amount >= 10_000) return `$${compact.format(amount)}`;
  return `$${amount.toLocaleString('en-US', { maximumSignificantDigits: 4 })}`;
}

/** A share as percent, never rounded up to all nor down to nothing. @param {number} share */
function shareText(share) {
  if (share < 1 && share > 0.9995) return '>99.9%';
  return share > 0 && share < 0.0005 ? '<0.1%' : percents.format(share);
}

/** A metric value in full. @param {number} value @param {string} [metric] */
function metricText(value, metric = selection.metric) {
  return metric === 'cost' ? dollars(value) : integers.format(value);
}

/** A metric value of a sum; a cost that leaves something out is marked. @param {number[]} sum @param {string} [metric] */
function sumText(sum, metric = selection.metric) {
  const value = metricOf(sum, metric);
  return metric === 'cost' ? costText(sum, value) : metricText(value, metric);
}

/** Dollars that the cost of a sum, or a part of it, comes to. @param {number[]} sum @param {number} amount */
function costText(sum, amount) {
  if (!isPartlyUnknown(sum)) return dollars(amount);
  return isUnknown(sum) ? 'unknown' : `≥${dollars(amount)}`;
}

/** A metric value on an axis. @param {number} value */
function axisText(value) {
  return selection.metric === 'cost' ? axisDollars(value) : compact.format(value);
}

// As `printable` of the table.
const INVISIBLE = /(?! |\ufe0f)[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\ufffc]/gu;

/** A name with control and invisible characters made visible. @param {string} name */
function visible(name) {
  return name.replace(
    INVISIBLE,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** A name short enough for a legend, cut in the middle. @param {string} name @param {number} [length] */
function shortName(name, length = 40) {
  const text = visible(name);
  return text.length <= length ? text : `${text.slice(0, length / 2)}…${text.slice(1 - length / 2)}`;
}

/**
 * An element with attributes and children; strings become text nodes, never markup.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Record<string, string | undefined>} attributes @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
function element(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** A table with a head, rows of [name, …numbers]. @param {string} caption @param {string[]} head @param {string[][]} rows */
function dataTable(caption, head, rows) {
  const line = (/** @type {string[]} */ [name = '', ...numbers]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      ...numbers.map((number) => element('td', {}, number)),
    );
  return element(
    'table',
    {},
    element('caption', { class: 'unseen' }, caption),
    element('thead', {}, element('tr', {}, ...head.map((title) => element('th', { scope: 'col' }, title)))),
    element('tbody', {}, ...rows.map(line)),
  );
}
