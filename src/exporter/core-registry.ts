import { resolve } from 'node:path';
import { diag } from '@opentelemetry/api';
import { nodeUtil } from '../config/node-modules.js';
import type { LedgerCore } from './ledger-core.js';
import type { ResolvedOptions } from './exporter-options.js';

/** The core of one path, as one of its exporters holds it. */
export interface SharedCore {
  readonly path: string;
  readonly core: LedgerCore;
}

interface Entry extends SharedCore {
  readonly options: ResolvedOptions;
  owners: number;
  /** How many calls were recorded when the process last tried to end: without new ones it does not try again. */
  triedAt: number;
}

const entries = new Map<string, Entry>();
let listening = false;

/**
 * The core of a ledger path, one per process (and thread), so that two exporters on one path write one journal and share
 * span bookkeeping. `create` makes it for the first one, whose options then hold for all.
 */
export function acquireCore(
  options: ResolvedOptions,
  create: (path: string, options: ResolvedOptions) => LedgerCore,
): SharedCore {
  const path = resolve(options.path);
  let entry = entries.get(path);
  if (entry === undefined) {
    entry = { path, core: create(path, options), options, owners: 0, triedAt: 0 };
    entries.set(path, entry);
    listen();
  } else {
    warnOfDifferences(entry, options);
  }
  entry.owners++;
  return entry;
}

/** Gives up one share: the last one closes the core, the others flush. Never rejects. */
export async function releaseCore(shared: SharedCore): Promise<void> {
  const entry = entries.get(shared.path);
  if (entry?.core === shared.core) {
    entry.owners--;
    if (entry.owners > 0) return shared.core.flushQuietly();
    entries.delete(shared.path);
  }
  await shared.core.shutdown();
}

function warnOfDifferences(entry: Entry, options: ResolvedOptions): void {
  const first = new Map<string, unknown>(Object.entries(entry.options));
  const names = Object.entries(options)
    .filter(
      ([name, value]) =>
        name !== 'path' && name !== 'prices' && !nodeUtil().isDeepStrictEqual(value, first.get(name)),
    )
    .map(([name]) => name);
  if (names.length === 0) return;
  diag
    .createComponentLogger({ namespace: 'otel-genai-ledger' })
    .warn(`an exporter on this path exists already; its ${names.join(', ')} hold for this one too`);
}

/** A natural end: the event loop ran empty, and asynchronous work may still be done. */
function listen(): void {
  if (listening) return;
  listening = true;
  process.on('beforeExit', () => {
    for (const entry of entries.values()) {
      const { recorded } = entry.core.stats();
      if (!entry.core.dirty || entry.triedAt === recorded) continue;
      entry.triedAt = recorded;
      void entry.core.flushQuietly();
    }
  });
}
