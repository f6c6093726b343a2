/** How the published price list says which reported ids are a model. Texts are compared in lower case. */
export type MatchRule =
  | { or: MatchRule[] }
  | { and: MatchRule[] }
  | { equals: string }
  | { starts_with: string }
  | { ends_with: string }
  | { contains: string }
  | { regex: string };

/** A price that depends on the call's input: `price` holds for the whole call once its input is above `start` tokens. */
interface PublishedTiers {
  base: number;
  tiers: { start: number; price: number }[];
}

/** USD per million tokens (`…_mtok`), per thousand (`…_kcount`) and others this package has no counts for. */
export type PublishedPrices = Record<string, number | PublishedTiers | undefined>;

/** Prices from a date (UTC midnight) on, or within daily hours; without constraint: the prices at first. */
export interface PublishedPeriod {
  constraint?:
    | { type: 'start_date'; start_date: string }
    | { type: 'time_of_date'; start_time: string; end_time: string };
  prices: PublishedPrices;
}

/** The part this package reads of a model in `@pydantic/genai-prices`; later periods win over earlier ones. */
export interface PublishedModel {
  id: string;
  match: MatchRule;
  prices: PublishedPrices | PublishedPeriod[];
}
