import { errorCode, LedgerError, toLedgerError } from '../journal/ledger-error.js';
import { parseJson } from '../journal/line-codec.js';
import { isInteger, isRecord } from '../journal/row-codec.js';
import { isTimezone } from '../ledger/zone.js';
import type { LedgerPlace } from './ledger-place.js';
import { within } from './ledger-place.js';

/** What all writers of a ledger share: the first one settles it, in `<path>.d/ledger.json`. */
export interface LedgerSettings {
  /** IANA zone the days are cut in. */
  readonly timezone: string;
  /** Days after which slots fold into days. */
  readonly detailDays: number;
  /** Series kept per slot, and per folded day. */
  readonly cardinalityLimit: number;
  /** Rows after which days fold into months. */
  readonly maxRows: number;
  /** ISO 8601 UTC with milliseconds. */
  readonly createdAt: string;
}

const FORMAT = 'genai-usage-ledger-settings';
const VERSION = 1;
const NAME = 'ledger.json';

/**
 * The settings all writers of this ledger agreed on; when there are none, `proposed` become them, unless another
 * process is first. Synchronous, since the first call recorded needs them. Throws LedgerError.
 */
export function agreeOnSettings(place: LedgerPlace, proposed: LedgerSettings): LedgerSettings {
  try {
    return readSettingsSync(place) ?? proposeSync(place, proposed);
  } catch (error) {
    throw toLedgerError(error, 'agree on the settings of the ledger', place.directory);
  }
}

/** The agreed settings; `undefined` when there are none. */
export async function readSettings(place: LedgerPlace): Promise<LedgerSettings | undefined> {
  const path = within(place, NAME);
  try {
    return parseSettings((await place.files.readFrom(path, 0)).bytes, path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function readSettingsSync(place: LedgerPlace): LedgerSettings | undefined {
  const path = within(place, NAME);
  try {
    return parseSettings(place.files.readFileSync(path), path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function proposeSync(place: LedgerPlace, proposed: LedgerSettings): LedgerSettings {
  const { files } = place;
  const path = within(place, NAME);
  const { createdAt, timezone, detailDays, cardinalityLimit, maxRows } = proposed;
  const fields = { format: FORMAT, version: VERSION, createdAt, timezone, currency: 'USD' };
  const text = `${JSON.stringify({ ...fields, detailDays, cardinalityLimit, maxRows }, undefined, 2)}\n`;
  files.makeDirectorySync(place.directory);
  const aside = within(place, `t-${files.randomName()}`);
  files.createFileSync(aside, Buffer.from(text));
  try {
    files.linkSync(aside, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') files.createFileSync(path, Buffer.from(text));
  } finally {
    files.unlinkSync(aside);
  }
  return readSettingsSync(place) ?? proposed;
}

function parseSettings(bytes: Uint8Array, path: string): LedgerSettings {
  const value = parseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  if (isRecord(value) && value['format'] === FORMAT && isInteger(value['version'])) {
    if (value['version'] > VERSION)
      throw new LedgerError('ENEWER', `${path} was written by a newer version`, { path });
    const { timezone, detailDays, cardinalityLimit, maxRows, createdAt } = value;
    if (isZone(timezone) && isPositive(detailDays) && isPositive(cardinalityLimit) && isPositive(maxRows)) {
      if (typeof createdAt === 'string' && !Number.isNaN(Date.parse(createdAt)))
        return { timezone, detailDays, cardinalityLimit, maxRows, createdAt };
    }
  }
  throw new LedgerError('ECORRUPT', `${path} is damaged; remove it to settle on new settings`, { path });
}

function isZone(value: unknown): value is string {
  return typeof value === 'string' && isTimezone(value);
}

function isPositive(value: unknown): value is number {
  return isInteger(value) && value >= 0;
}
