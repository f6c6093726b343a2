import type { Delta } from '../ledger/delta.js';
import type { LedgerDocument } from '../ledger/ledger-document.js';
import { parseDocument } from '../ledger/parse-document.js';
import { LedgerError, errorCode, toLedgerError } from '../journal/ledger-error.js';
import type { JournalWriter } from '../journal/journal-writer.js';
import { untraced } from '../journal/untraced.js';
import { covers, exceeds, isCoveredBy } from './coverage.js';
import { documentOf } from './document-of.js';
import type { LedgerPlace } from './ledger-place.js';
import { ledgerPlace } from './ledger-place.js';
import { readSettings } from './ledger-settings.js';
import { listNames } from './ledger-names.js';
import { Merge } from './merge.js';
import { seedState, seedWriters } from './seed-base.js';
import { headOf, inspectView, isHeadSound, newerView, notLedger, readView } from './view-file.js';
import type { ViewOnDisk } from './view-file.js';

const DENIED = new Set(['EACCES', 'EPERM']);

/**
 * The ledger at `path` as of now: the last view plus all that journals hold beyond it, from every process. Never writes.
 * Without access to the directory beside it, the view as it is: `updatedAt` says as of when. Throws LedgerError with
 * code `ENOENT`, `ENOTLEDGER`, `ENEWER`, `ECORRUPT`, or the system's.
 */
export function readLedger(path: string): Promise<LedgerDocument> {
  return readLedgerAt(ledgerPlace(path));
}

/** As `readLedger`, for a place. */
export function readLedgerAt(place: LedgerPlace): Promise<LedgerDocument> {
  return untraced(async () => {
    try {
      const { alone, denied } = await lookBeside(place);
      if (denied !== undefined) return await viewDocument(place, denied);
      return (
        (alone ? await copyDocument(place) : undefined) ?? (await mergedDocument(place, new Merge(place)))
      );
    } catch (error) {
      throw toLedgerError(error, 'read the ledger', place.path);
    }
  });
}

/** Whether the file is all there is (a bare copy of a ledger), or why its directory may not be looked into. */
async function lookBeside(place: LedgerPlace): Promise<{ alone: boolean; denied?: unknown }> {
  try {
    return { alone: (await listNames(place)).length === 0 };
  } catch (error) {
    if (DENIED.has(errorCode(error))) return { alone: false, denied: error };
    throw error;
  }
}

/** What `merge` and the view there hold together, and what `writer` holds in memory beyond. */
export async function mergedDocument(
  place: LedgerPlace,
  merge: Merge,
  writer?: JournalWriter,
): Promise<LedgerDocument> {
  // The view first: what it covers is in the directory by then, unless the directory was lost.
  let view = await inspectView(place, 'head');
  await merge.refresh();
  if (view.kind === 'view' && !covers(merge, view.head)) {
    view = await inspectView(place);
    await merge.refresh();
  }
  const held = heldBeyond(merge, writer);
  if (view.kind === 'none' && merge.writers.size + held.length === 0) {
    throw new LedgerError('ENOENT', `there is no ledger at ${place.path}`, { path: place.path });
  }
  if (view.kind === 'corrupt' && merge.writers.size + held.length === 0) {
    const message = `${place.path} is damaged (${view.reason}), and ${place.directory} holds nothing to rebuild it from`;
    throw new LedgerError('ECORRUPT', message, { path: place.path });
  }
  if (view.kind === 'view' && !covers(merge, view.head)) {
    const seeded = await seedMerge(place, merge);
    if (seeded !== undefined) return describe(place, seeded, view, heldBeyond(seeded, writer));
  }
  return describe(place, merge, view, held);
}

/** A line whose fate is unknown may be in the journal after all, and then be merged already. */
function heldBeyond(merge: Merge, writer: JournalWriter | undefined): Delta[] {
  if (writer === undefined) return [];
  const last = merge.writers.get(writer.writer)?.last ?? 0;
  return writer.peek().flatMap(({ sequence, delta }) => ((sequence ?? Infinity) > last ? [delta] : []));
}

async function describe(
  place: LedgerPlace,
  merge: Merge,
  view: ViewOnDisk,
  held: readonly Delta[] = [],
): Promise<LedgerDocument> {
  const now = new Date(place.clock.nowMillis()).toISOString();
  const head = view.kind === 'view' ? view.head : undefined;
  const current = head !== undefined && held.length === 0 && isCoveredBy(merge, head);
  const facts = {
    settings: (await readSettings(place)) ?? head ?? { createdAt: now, timezone: 'UTC' },
    generation: head?.generation ?? 0,
    updatedAt: current ? head.updatedAt : now,
    priceSource: head?.priceSource ?? 'unknown',
    earliest: head?.createdAt,
    held,
  };
  return documentOf(merge, facts, place.clock);
}

/** The view covers what the directory lost: it is the base, and the journals count above it. */
async function seedMerge(place: LedgerPlace, merge: Merge): Promise<Merge | undefined> {
  const view = await viewDocument(place);
  if (covers(merge, headOf(view))) return undefined;
  if (merge.base !== undefined && exceeds(merge.base, view.writers)) return undefined;
  const seeded = new Merge(place, {
    number: 0,
    foldedMillis: 0,
    writers: seedWriters(merge, view),
    state: seedState(view),
  });
  await seeded.refresh();
  return seeded;
}

async function viewDocument(place: LedgerPlace, cause?: unknown): Promise<LedgerDocument> {
  const file = await readView(place);
  if (file === undefined) {
    throw new LedgerError('ENOENT', `there is no ledger at ${place.path}`, { path: place.path, cause });
  }
  const parsed = parseDocument(Buffer.from(file.bytes).toString());
  if (parsed.kind === 'ledger') return parsed.document;
  if (parsed.kind === 'corrupt')
    throw new LedgerError('ECORRUPT', `${place.path} is damaged: ${parsed.reason}`, { path: place.path });
  throw parsed.kind === 'newer' ? newerView(place, parsed.version) : notLedger(place, parsed.reason);
}

/** The document of a file that stands alone, parsed once; `undefined` when it is anything but whole. */
async function copyDocument(place: LedgerPlace): Promise<LedgerDocument | undefined> {
  const file = await readView(place);
  const parsed = file && parseDocument(Buffer.from(file.bytes).toString());
  return parsed?.kind === 'ledger' && isHeadSound(parsed.document) ? parsed.document : undefined;
}
