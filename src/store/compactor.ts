import { foldSteps } from '../ledger/fold-days.js';
import type { LedgerState } from '../ledger/ledger-state.js';
import { SLOT_MINUTES } from '../ledger/slot.js';
import { stepByStep } from '../ledger/steps.js';
import type { Coverage } from './coverage.js';
import { fileSystemNow } from './file-system-now.js';
import { foldBase } from './fold-base.js';
import type { LedgerPlace } from './ledger-place.js';
import type { LedgerSettings } from './ledger-settings.js';
import type { Merge } from './merge.js';
import { sweep } from './sweep.js';

/** What a compaction did. */
export interface Compaction {
  /** Number of the base it made, `undefined` = nothing to fold, or others were faster. */
  readonly base: number | undefined;
  /** Journal parts whose lines were not in a base before. */
  readonly foldedParts: number;
  /** Names removed from the ledger's directory. */
  readonly removed: readonly string[];
}

/** When a compaction is due. */
export interface CompactionLimits {
  /** Bytes of journal that no base holds. */
  readonly tailBytes: number;
  /** Journal parts that no base holds. */
  readonly parts: number;
}

export const DEFAULT_LIMITS: CompactionLimits = { tailBytes: 8 * 1024 * 1024, parts: 64 };

const DAY_MILLIS = 86_400_000;
const MAX_ROUNDS = 5;

/** Folds journals into the next base, and removes what two bases hold. Anyone may do it at any time; it only saves space. */
export class Compactor {
  readonly #place: LedgerPlace;
  readonly #merge: Merge;
  readonly #settings: () => LedgerSettings;
  readonly #limits: CompactionLimits;

  constructor(
    place: LedgerPlace,
    merge: Merge,
    settings: () => LedgerSettings,
    limits: CompactionLimits = DEFAULT_LIMITS,
  ) {
    this.#place = place;
    this.#merge = merge;
    this.#settings = settings;
    this.#limits = limits;
  }

  /** Whether so much is unfolded that it should be folded at once, as of the last refresh. */
  isLarge(viewBytes: number): boolean {
    const { parts, bytes } = this.#unfolded();
    return parts >= this.#limits.parts || bytes >= Math.max(this.#limits.tailBytes, viewBytes);
  }

  /** Whether it is worth the work, as of the last refresh; cheap, by the local clock (a hint, nothing depends on it). */
  isDue(viewBytes: number): boolean {
    if (this.isLarge(viewBytes)) return true;
    const folded = this.#merge.base?.foldedMillis;
    const now = this.#place.clock.nowMillis();
    return folded === undefined ? this.#oldest() < now - DAY_MILLIS : now - folded >= DAY_MILLIS;
  }

  /**
   * Folds and sweeps; `force` folds even if little is to be won. `settle` makes sure that the merge covers the view, else
   * a directory that lost something would be folded without it; it returns what the view covers.
   */
  async compact(settle: () => Promise<Coverage>, force = false): Promise<Compaction> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      await this.#merge.refresh();
      const listed = await settle();
      const nowMillis = await fileSystemNow(this.#place);
      const foldedParts = this.#unfolded().parts;
      if (!(force && foldedParts > 0) && !this.#isWorthIt(nowMillis)) {
        return { base: undefined, foldedParts: 0, removed: await sweep(this.#place, this.#merge, nowMillis) };
      }
      const state = await this.#fold(nowMillis);
      if (!(await foldBase(this.#place, this.#merge, state, nowMillis, listed))) continue;
      await this.#merge.refresh();
      const removed = await sweep(this.#place, this.#merge, nowMillis);
      return { base: this.#merge.base?.number, foldedParts, removed };
    }
    return { base: undefined, foldedParts: 0, removed: [] };
  }

  /** As `isDue`, by the file system's clock: the local one may be years ahead. */
  #isWorthIt(nowMillis: number): boolean {
    const { parts, bytes } = this.#unfolded();
    if (parts >= this.#limits.parts || bytes >= this.#limits.tailBytes) return true;
    const { base } = this.#merge;
    const daily = base === undefined || nowMillis - base.foldedMillis >= DAY_MILLIS;
    return daily && (parts > 0 || this.#hasOldSlots(nowMillis) || this.#merge.parts.size > 0);
  }

  #fold(nowMillis: number): Promise<LedgerState> {
    const { timezone, detailDays, cardinalityLimit, maxRows } = this.#settings();
    const options = { timezone, nowMillis, detailDays, cardinalityLimit, maxRows };
    return stepByStep(foldSteps(this.#merge.state, options), () => this.#place.clock.yieldTurn());
  }

  #hasOldSlots(nowMillis: number): boolean {
    const { detailDays } = this.#settings();
    const border = nowMillis - (detailDays + 1) * DAY_MILLIS;
    return this.#merge.state.table
      .rows()
      .some((row) => row.minutes === SLOT_MINUTES && row.startMillis < border);
  }

  #oldest(): number {
    return this.#merge.state.table.rows()[0]?.startMillis ?? Infinity;
  }

  #unfolded(): { parts: number; bytes: number } {
    let parts = 0;
    let bytes = 0;
    for (const part of this.#merge.parts.values()) {
      const folded = this.#merge.base?.writers.get(part.writer)?.sequence ?? 0;
      if (part.sequence <= folded && !part.fillsGap) continue;
      parts++;
      bytes += part.tail.offset;
    }
    return { parts, bytes };
  }
}
