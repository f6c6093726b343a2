import type { Series } from './delta.js';

/** Orders series by name, code unit by code unit (locale-free, so every machine agrees): for rows, ties and views. */
export function compareSeries(a: Series, b: Series): number {
  return (
    compareText(a.provider, b.provider) ||
    compareText(a.model, b.model) ||
    compareText(a.operation, b.operation) ||
    compareText(a.service, b.service) ||
    compareDimensions(a.dimensions, b.dimensions)
  );
}

/** -1, 0 or 1 by code units. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function compareDimensions(a: Series['dimensions'], b: Series['dimensions']): number {
  if (a === b) return 0;
  const left = Object.keys(a).sort();
  const right = Object.keys(b).sort();
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const name = left[i] ?? '';
    const order = compareText(name, right[i] ?? '') || compareText(a[name] ?? '', b[name] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
