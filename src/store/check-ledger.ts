import { basename, dirname, join } from 'node:path';
import { auditNotes } from '../ledger/audit-balance.js';
import { correctionNote } from '../ledger/corrections.js';
import { fromDocument } from '../ledger/from-document.js';
import type { LedgerDocument } from '../ledger/ledger-document.js';
import type { Measures } from '../ledger/measures.js';
import { MEASURES, addMeasures, zeroMeasures } from '../ledger/measures.js';
import type { LedgerState } from '../ledger/ledger-state.js';
import { parseDocument } from '../ledger/parse-document.js';
import { sumProblems } from '../ledger/sum-problems.js';
import { LedgerError, errorCode, toLedgerError } from '../journal/ledger-error.js';
import { untraced } from '../journal/untraced.js';
import { baseName } from './base-file.js';
import { covers, isCoveredBy } from './coverage.js';
import type { LedgerPlace } from './ledger-place.js';
import { ledgerPlace, within } from './ledger-place.js';
import { readSettings } from './ledger-settings.js';
import { listNames } from './ledger-names.js';
import { Merge } from './merge.js';
import { headOf, isHeadSound, readView } from './view-file.js';

/** One thing found. `defect` = a number may be wrong, or something is damaged; `note` = normal, but good to know. */
export interface Finding {
  readonly level: 'defect' | 'note';
  /** What was found, in a sentence that names the file. */
  readonly message: string;
}

/** What a check looked at, and what it found. */
export interface LedgerCheck {
  readonly path: string;
  readonly findings: readonly Finding[];
  readonly writers: number;
  readonly parts: number;
  /** Number of the newest valid base, if any. */
  readonly base: number | undefined;
  /** Calls that journals hold and the view does not show yet. */
  readonly callsBeyondView: number;
}

const ASIDE = /\.(?:corrupt|aside)-[0-9a-f]{16}$/;

/**
 * Checks a ledger and its directory, reading only: schema and sums of the view, checksums of bases and journal lines,
 * continuity of every writer's sequence, and that view and directory tell the same. Throws LedgerError only when there
 * is no ledger (`ENOENT`); whatever else is wrong is a finding.
 */
export function checkLedger(path: string): Promise<LedgerCheck> {
  return checkLedgerAt(ledgerPlace(path));
}

/** As `checkLedger`, for a place. */
export function checkLedgerAt(place: LedgerPlace): Promise<LedgerCheck> {
  return untraced(async () => {
    const findings: Finding[] = [];
    const view = await attempt(findings, () => checkView(place, findings));
    const merge = new Merge(place);
    const merged = await attempt(findings, async () => {
      await merge.refresh();
      return true;
    });
    if (view === undefined && findings.length === 0 && merge.writers.size === 0) {
      throw new LedgerError('ENOENT', `there is no ledger at ${place.path}`, { path: place.path });
    }
    await attempt(findings, () => readSettings(place));
    if (merged === true) checkDirectory(place, merge, findings);
    if (merged === true && view !== undefined) await compare(place, merge, view, findings);
    const { corrections = [] } = merge.writers.size > 0 ? merge.state : (view ?? {});
    findings.push(...notes(corrections.map(correctionNote)));
    await attempt(findings, () => noteAside(place, findings));
    const calls = merged === true ? sumOf(merge.state).calls : 0;
    return {
      path: place.path,
      findings,
      writers: merge.writers.size,
      parts: merge.parts.size,
      base: merge.base?.number,
      callsBeyondView: Math.max(0, calls - (view?.totals.calls ?? 0)),
    };
  });
}

function notes(messages: readonly string[]): Finding[] {
  return messages.map((message) => ({ level: 'note', message }));
}

async function attempt<T>(findings: Finding[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const { message } = toLedgerError(error, 'check the ledger', '');
    findings.push({ level: 'defect', message });
    return undefined;
  }
}

async function checkView(place: LedgerPlace, findings: Finding[]): Promise<LedgerDocument | undefined> {
  const file = await readView(place);
  if (file === undefined) return undefined;
  const parsed = parseDocument(Buffer.from(file.bytes).toString());
  if (parsed.kind === 'newer') {
    throw new LedgerError('ENEWER', `${place.path} was written by a newer version (${parsed.version})`);
  }
  if (parsed.kind !== 'ledger') throw new LedgerError('ECORRUPT', `${place.path}: ${parsed.reason}`);
  if (!isHeadSound(parsed.document)) {
    throw new LedgerError('ECORRUPT', `${place.path}: the checksum of its writers is wrong`);
  }
  findings.push(...notes(auditNotes(parsed.document)));
  for (const problem of sumProblems(parsed.document)) {
    findings.push({ level: 'defect', message: `${place.path}: ${problem}` });
  }
  if ((file.info.mode & 0o002) !== 0) {
    findings.push({ level: 'note', message: `${place.path} can be written by everybody` });
  }
  return parsed.document;
}

function checkDirectory(place: LedgerPlace, merge: Merge, findings: Finding[]): void {
  for (const number of merge.skippedBases) {
    const message = `${within(place, baseName(number))}: the checksum is wrong; the base before it is used`;
    findings.push({ level: 'defect', message });
  }
  for (const part of merge.parts.values()) {
    if (part.corruptLines === 0) continue;
    const message = `${within(place, part.name)}: ${part.corruptLines} ${part.corruptLines === 1 ? 'line is' : 'lines are'} no valid record`;
    findings.push({ level: 'note', message });
  }
  for (const [writer, sequences] of merge.writers) {
    for (const [from, to] of sequences.gaps) {
      const which = from === to ? `record ${from} is` : `records ${from} to ${to} are`;
      findings.push({ level: 'defect', message: `writer ${writer}: ${which} missing or corrupt` });
    }
  }
}

async function compare(
  place: LedgerPlace,
  merge: Merge,
  view: LedgerDocument,
  findings: Finding[],
): Promise<void> {
  if ((await listNames(place)).length === 0) {
    const message = `there are no journals beside ${place.path} (a copy, or they were lost): it tells all there is, as of ${view.updatedAt}`;
    findings.push({ level: 'note', message });
    return;
  }
  if (!covers(merge, headOf(view))) {
    const message =
      `${place.path} holds calls that ${place.directory} lost; the next flush or \`genai-ledger compact\` ` +
      `takes them over`;
    findings.push({ level: 'defect', message });
    return;
  }
  if (!isCoveredBy(merge, headOf(view))) {
    const message = `${place.path} is behind the journals; the next flush or \`genai-ledger compact\` publishes them`;
    findings.push({ level: 'note', message });
    return;
  }
  const shown = sumOf(fromDocument(view));
  const held = sumOf(merge.state);
  for (const measure of MEASURES) {
    if (shown[measure] === held[measure]) continue;
    const message = `${place.path} says ${shown[measure]} ${measure}, bases and journals hold ${held[measure]}`;
    findings.push({ level: 'defect', message });
  }
}

function sumOf(state: LedgerState): Measures {
  const sum = zeroMeasures();
  for (const row of state.table.rows()) addMeasures(sum, row.measures);
  return sum;
}

async function noteAside(place: LedgerPlace, findings: Finding[]): Promise<void> {
  const folder = dirname(place.path);
  const aside = (await listOf(place, folder)).filter(
    (name) => name.startsWith(`${basename(place.path)}.`) && ASIDE.test(name),
  );
  for (const name of aside) {
    const message = `${join(folder, name)} was set aside, being damaged or in conflict with the directory`;
    findings.push({ level: 'note', message });
  }
  const leftovers = (await listNames(place)).filter((name) => /^[pt]-/.test(name)).length;
  if (leftovers > 0) {
    const message = `${place.directory} has ${leftovers} temporary file(s), of live writers or left by dead ones`;
    findings.push({ level: 'note', message });
  }
}

async function listOf(place: LedgerPlace, folder: string): Promise<string[]> {
  try {
    return await place.files.list(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
