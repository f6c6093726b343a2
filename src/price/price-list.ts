import type * as GenAIPrices from '@pydantic/genai-prices';
import { packageEntry, packageVersion, requireFile } from '../config/package-entry.js';

const PACKAGE = '@pydantic/genai-prices';

/** What the price book uses of `@pydantic/genai-prices`. */
export type PriceList = Pick<typeof GenAIPrices, 'calcPrice' | 'findProvider'>;

/**
 * Loads the price list: tens of milliseconds. Rejects when it cannot be, and may then be tried again: what an import does
 * not load twice is loaded by its path. (Bundlers follow the import alone.)
 */
export async function loadPriceList(): Promise<PriceList> {
  try {
    return await import('@pydantic/genai-prices');
  } catch (error) {
    const list = requiredList();
    if (list !== undefined) return list;
    throw error;
  }
}

/** Name and version of the list; the name alone where a bundler has left the package's description behind. */
export function priceListName(): string {
  try {
    const version = packageVersion(packageEntry(PACKAGE));
    return version === undefined ? PACKAGE : `${PACKAGE} ${version}`;
  } catch {
    return PACKAGE;
  }
}

function requiredList(): PriceList | undefined {
  try {
    const list = requireFile(packageEntry(PACKAGE));
    return isPriceList(list) ? list : undefined;
  } catch {
    return undefined; // the import's own error tells more
  }
}

function isPriceList(list: unknown): list is PriceList {
  return typeof list === 'object' && list !== null && 'calcPrice' in list && 'findProvider' in list;
}
