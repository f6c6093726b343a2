import { DIALECTS } from './dialects/all-dialects.js';
import { ANY_SCOPE } from './dialects/any-scope.js';
import type { Dialect } from './dialects/dialect.js';
import { VERCEL_AI } from './dialects/vercel.js';
import type { EndedSpan, SpanAttributes } from './span-shape.js';

const MAX_SCOPES = 1024;
const NONE: readonly Dialect[] = [];
const byScope = new Map<string, readonly Dialect[]>();
/** The scope asked about last: a library's spans come in rows, and a look into the map is half of what they cost. */
let lastScope = '';
let lastDialects = NONE;

/** The name of the instrumentation that made the span, in any SDK; empty if it has none. */
export function scopeName(span: EndedSpan): string {
  const name = (span.instrumentationScope ?? span.instrumentationLibrary)?.name;
  return typeof name === 'string' ? name : '';
}

/**
 * The dialect a span speaks: that of its scope if its attributes agree, else of a library that others rewrite
 * (`ai.operationId`), else the conventions as documented. Known scopes are looked up once per name.
 */
export function dialectOf(scope: string, attributes: SpanAttributes): Dialect {
  const dialects = scope === lastScope ? lastDialects : dialectsOf(scope);
  for (let i = 0; i < dialects.length; i++) {
    const dialect = dialects[i];
    if (dialect !== undefined && (dialect.when === undefined || dialect.when(attributes))) return dialect;
  }
  return attributes['ai.operationId'] === undefined ? ANY_SCOPE : VERCEL_AI;
}

function dialectsOf(scope: string): readonly Dialect[] {
  lastDialects = byScope.get(scope) ?? findDialects(scope);
  lastScope = scope;
  return lastDialects;
}

function findDialects(scope: string): readonly Dialect[] {
  const found = DIALECTS.filter((dialect) => dialect.scopes.some((pattern) => fits(pattern, scope)));
  if (byScope.size >= MAX_SCOPES) byScope.clear();
  const list = found.length === 0 ? NONE : found;
  if (scope.length <= 256) byScope.set(scope, list);
  return list;
}

function fits(pattern: string, scope: string): boolean {
  return pattern.endsWith('*') ? scope.startsWith(pattern.slice(0, -1)) : scope === pattern;
}
