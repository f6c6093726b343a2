import type { LedgerDocument } from '../ledger/ledger-document.js';
import { renderChunks } from '../ledger/render-document.js';
import type { LedgerPlace } from './ledger-place.js';

/** The text of a document as bytes, made in pieces between which the event loop goes on. */
export async function renderView(place: LedgerPlace, document: LedgerDocument): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (const text of renderChunks(document)) {
    pieces.push(Buffer.from(text));
    await place.clock.yieldTurn();
  }
  return Buffer.concat(pieces);
}
