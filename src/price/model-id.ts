import type { MatchRule, PublishedModel } from './published-model.js';

type Decoration = readonly [pattern: RegExp, replacement: string];

/**
 * What a provider may documentedly put around a model's name without making it another model: dates, versions, aliases,
 * resource paths, regions. Everything else makes another name, and another name has no price.
 */
const EVERYWHERE: readonly Decoration[] = [
  // OpenAI -2024-07-18, Anthropic -20241022
  [/-20\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, ''],
  [/-20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/, ''],
  [/-latest$/, ''],
];

const FINE_TUNED: readonly Decoration[] = [
  // OpenAI ft:<base model>:<organisation>:<suffix or nothing>:<id>, checkpoints with :ckpt-step-<n>
  [/^(ft:[^:]+):[^:]*:[^:]*:[^:]+$/, '$1'],
  [/^(ft:[^:]+):[^:]*:[^:]*:[^:]+:ckpt-step-\d+$/, '$1'],
  [/^(ft:gpt-3\.5-turbo)-\d{4}$/, '$1'],
  // Azure <base model>.ft-<job>
  [/(\.ft-)[0-9a-f]{8}[0-9a-z-]*$/, '$1'],
  [/^(computer-use)-preview$/, '$1'],
];

const BY_PROVIDER: ReadonlyMap<string, readonly Decoration[]> = new Map([
  ['openai', FINE_TUNED],
  ['azure', FINE_TUNED],
  // Mistral -2509 = September 2025
  ['mistral', [[/-2\d(?:0[1-9]|1[0-2])$/, '']]],
  [
    'google',
    [
      // Vertex AI <id>@20250929
      [/@(?:20\d{6}|\d{3}|latest|default)$/, ''],
      [/^(claude-3-5-sonnet)-v2@20241022$/, '$1'],
      // stable -001; -preview, -preview-05-06, -preview-09-2025
      [/-00\d$/, ''],
      [/(-preview)-\d{2}-(?:\d{2}|20\d{2})$/, '$1'],
      [/-preview$/, ''],
    ],
  ],
  [
    'aws',
    [
      // region of an inference profile, vendor; the version is `versionOf`
      [/^(?:us|us-gov|eu|apac|jp|au|ca|in)\.(?=[a-z0-9]+\.)/, ''],
      [/^(?:anthropic|amazon)\./, ''],
      [/:\d$/, ''],
    ],
  ],
]);

/** Resource paths around an id, by provider: Gemini API, Vertex AI, Bedrock. */
const RESOURCE_PATHS: ReadonlyMap<string, RegExp> = new Map([
  ['google', /^(?:(?:projects\/[^/]+\/locations\/[^/]+\/)?publishers\/[^/]+\/)?models\//],
  ['aws', /^arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?:foundation-model|inference-profile)\//],
]);

/** The id without the path of the resource it was reported as, in lower case; `listed` is the provider in the price list. */
export function bareId(listed: string, reported: string): string {
  const id = reported.toLowerCase().trim();
  const path = RESOURCE_PATHS.get(listed);
  return path ? id.replace(path, '') : id;
}

/**
 * True when a bare id is one of the names the price list declares for `model`: without documented decorations it equals
 * the model's id or a text of its match rule, or a pattern anchored at both ends matches it whole. Merely to start with,
 * end with or contain such a text is not enough: `claude-opus-4-10` starts with `claude-opus-4-1`.
 *
 * Example: `us.anthropic.claude-opus-4-5-20251101-v1:0` is `us.anthropic.claude-opus-4-5` without date and version.
 */
export function declares(model: PublishedModel, listed: string, id: string): boolean {
  const declared = new Set([model.id.toLowerCase()]);
  const patterns: string[] = [];
  collect(model.match, declared, patterns);
  const decorations = [...EVERYWHERE, ...(BY_PROVIDER.get(listed) ?? []), ...versionOf(model.id, listed)];
  if (undecorated(id, decorations).some((name) => declared.has(name))) return true;
  return patterns.some(
    (pattern) => pattern.startsWith('^') && pattern.endsWith('$') && new RegExp(pattern).test(id),
  );
}

/**
 * Bedrock's `-v1:0`, which comes off only where it is the version of the listed model: `amazon.titan-embed-text-v2:0` has
 * another price than `amazon.titan-embed-text-v1`, and the list says "contains `amazon.titan-embed-text`".
 */
function versionOf(listedModel: string, listed: string): readonly Decoration[] {
  if (listed !== 'aws') return [];
  const version = /-v(\d+)(?::\d+)?$/.exec(listedModel)?.[1] ?? '1';
  return [[new RegExp(`-v${version}(?::\\d)?$`), '']];
}

/** The id itself and what is left of it with decorations taken off, one or more, in any order. */
function undecorated(id: string, decorations: readonly Decoration[]): readonly string[] {
  const names = [id];
  for (const name of names) {
    for (const [pattern, replacement] of decorations) {
      const shorter = name.replace(pattern, replacement);
      if (!names.includes(shorter)) names.push(shorter);
    }
  }
  return names;
}

function collect(rule: MatchRule, declared: Set<string>, patterns: string[]): void {
  if ('or' in rule) for (const part of rule.or) collect(part, declared, patterns);
  else if ('and' in rule) for (const part of rule.and) collect(part, declared, patterns);
  else if ('equals' in rule) declared.add(rule.equals.toLowerCase());
  else if ('starts_with' in rule) declared.add(rule.starts_with.toLowerCase());
  else if ('ends_with' in rule) declared.add(rule.ends_with.toLowerCase());
  else if ('contains' in rule) declared.add(rule.contains.toLowerCase());
  else patterns.push(rule.regex);
}
