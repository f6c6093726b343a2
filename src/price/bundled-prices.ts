import type { Cost } from './cost.js';
import { listedProvider } from './listed-provider.js';
import { bareId, declares } from './model-id.js';
import { ModelMemo } from './model-memo.js';
import type { PriceBook, PricedUsage } from './price-book.js';
import { loadPriceList, priceListName } from './price-list.js';
import type { PublishedModel } from './published-model.js';
import { publishedTariff } from './published-tariff.js';
import type { Tariff } from './tariff.js';
import { costIn, periodAt } from './tariff.js';

/** Finds a model by the price list's own rules; these match by substring too, so the answer is a candidate only. */
type FindCandidate = (listed: string, id: string) => PublishedModel | undefined;

/**
 * The price book bundled with `@pydantic/genai-prices`: offline, dated, with tiers. Loading it takes tens of
 * milliseconds, so that is done on demand, off the hot path. Rejects when it cannot be loaded; another try may succeed.
 * Costs equal the package's own `calcPrice` to the nano-dollar; unlike it, the book takes a model only by a name the
 * list declares (`declares`), and has no price where the list has none per token.
 */
export async function loadBundledPrices(): Promise<PriceBook> {
  const { calcPrice, findProvider } = await loadPriceList();
  const find: FindCandidate = (listed, id) => {
    const provider = findProvider({ providerId: listed });
    if (provider?.id !== listed) return undefined;
    const model = calcPrice({}, id, { providerId: listed })?.model;
    return model && (provider.models.includes(model) || isSameElsewhere(model)) ? model : undefined;
  };
  return bookOf(find, priceListName());
}

function bookOf(find: FindCandidate, source: string): PriceBook {
  const tariffs = new ModelMemo((provider, model) => tariffOf(find, provider, model));
  return {
    source,
    tariff: (provider, model) => tariffs.get(provider, model) ?? undefined,
    price(usage: PricedUsage): Cost | undefined {
      const tariff = tariffs.get(usage.provider, usage.model);
      if (tariff === null) return undefined;
      const period = periodAt(tariff, usage.endTimeUnixMillis);
      return period && costIn(period, usage, tariff.source);
    },
  };
}

/**
 * The list prices what Azure and Vertex AI resell at the maker's own rates where it has none of theirs. Off-peak rates
 * are the maker's own offer (DeepSeek), so a model that has them costs something else elsewhere.
 */
function isSameElsewhere({ prices }: PublishedModel): boolean {
  return !Array.isArray(prices) || prices.every(({ constraint }) => constraint?.type !== 'time_of_date');
}

function tariffOf(find: FindCandidate, provider: string, model: string): Tariff | null {
  const listed = listedProvider(provider);
  const id = bareId(listed, model);
  try {
    const candidate = find(listed, id);
    return candidate && declares(candidate, listed, id) ? publishedTariff(candidate) : null;
  } catch {
    // The list's entry is invalid (its own check throws): a model without a usable price is a model without a price.
    return null;
  }
}
