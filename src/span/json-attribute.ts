/** Longest JSON string attribute that is parsed; a longer one (a whole conversation) tells nothing. */
const MAX_JSON_LENGTH = 1_000_000;

/** Parses a JSON string attribute; `undefined` for anything else, broken or huge JSON. Keeps nothing. */
export function parseJsonAttribute(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > MAX_JSON_LENGTH) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** The member at a dotted path, own members only; `undefined` where there is none. */
export function memberAt(root: unknown, path: string): unknown {
  let value = root;
  for (const name of splitPath(path)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Object.getOwnPropertyDescriptor(value, name)?.value;
  }
  return value;
}

/** The text member `name` of a JSON string attribute, e.g. `ls_provider` of LangChain's `metadata`. */
export function jsonText(value: unknown, name: string): string | undefined {
  if (typeof value !== 'string' || !value.includes(name)) return undefined;
  const member = memberAt(parseJsonAttribute(value), name);
  return typeof member === 'string' ? member : undefined;
}

const split = new Map<string, readonly string[]>();

/** Paths come from the dialect tables only, so their number is bounded. */
function splitPath(path: string): readonly string[] {
  let names = split.get(path);
  if (names === undefined) {
    names = path.split('.');
    split.set(path, names);
  }
  return names;
}
