import { canonicalProvider } from '../usage/canonical-provider.js';

/** What a key of the user's prices stands for: `openai/gpt-4o` that model, `openai/*` any of the provider's. */
export interface PricePattern {
  /** The key as matched: canonical provider and model in lower case. Two keys with the same one mean the same. */
  readonly canonical: string;
  /** True: no `*`, one model. */
  readonly exact: boolean;
  /** Characters written, wildcards apart: the more, the more specific. */
  readonly written: number;
  matches(provider: string, model: string): boolean;
}

/**
 * Reads a key. The provider is what stands before the first slash, by any name it is known under (`azure` →
 * `azure.ai.openai`); the model is all that follows, upper and lower case alike. `*` stands for any text, also none, and
 * nothing else is a wildcard. `undefined` = no provider or no model.
 */
export function pricePattern(key: string): PricePattern | undefined {
  const slash = key.indexOf('/');
  const provider = key.slice(0, Math.max(slash, 0)).trim();
  const model = key
    .slice(slash + 1)
    .trim()
    .toLowerCase();
  if (slash < 0 || provider === '' || model === '') return undefined;
  const canonical = provider.includes('*') ? provider.toLowerCase() : canonicalProvider(provider);
  const isProvider = glob(canonical);
  const isModel = glob(model);
  return {
    canonical: JSON.stringify([canonical, model]),
    exact: !canonical.includes('*') && !model.includes('*'),
    written: (canonical + model).replaceAll('*', '').length,
    matches: (someProvider, someModel) =>
      isProvider(someProvider.toLowerCase()) && isModel(someModel.toLowerCase().trim()),
  };
}

function glob(pattern: string): (text: string) => boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
      return false;
    let at = first.length;
    const end = text.length - last.length;
    for (const piece of rest) {
      const found = text.slice(0, end).indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return true;
  };
}
