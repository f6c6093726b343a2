import { dirname } from 'node:path';
import type { LedgerDocument } from '../ledger/ledger-document.js';
import { parseDocument } from '../ledger/parse-document.js';
import type { FileInfo } from '../journal/file-system.js';
import { isSameFile } from '../journal/file-system.js';
import { LedgerError } from '../journal/ledger-error.js';
import type { Coverage } from './coverage.js';
import { covers, isCoveredBy } from './coverage.js';
import { checkWritten } from './create-base.js';
import { documentOf } from './document-of.js';
import type { LedgerPlace } from './ledger-place.js';
import { within } from './ledger-place.js';
import type { LedgerSettings } from './ledger-settings.js';
import type { Merge } from './merge.js';
import { renderView } from './render-view.js';
import { seedBase } from './seed-base.js';
import type { ViewHead, ViewOnDisk } from './view-file.js';
import { headOf, inspectView, isSameView, lookAtView, readView } from './view-file.js';

/** Something a person should know of; `code` as in LedgerError, or `ECORRUPT` / `EASIDE` for what was set aside. */
export interface LedgerProblem {
  readonly code: string;
  readonly message: string;
}

/** What a view says beside its sums. */
export interface ViewMeans {
  readonly settings: () => LedgerSettings;
  /** Name of the price book; `undefined` = as the view says. */
  readonly priceSource: () => string | undefined;
  readonly onProblem: (problem: LedgerProblem) => void;
}

/** A valid view as last seen at its place. */
type KnownView = ViewOnDisk & { kind: 'view' };

const MAX_ROUNDS = 20;
const MAX_VIEWS = 5;

/** Publishes the merged truth as the JSON file everybody reads. Stages, verifies, renames, and looks again. */
export class Publisher {
  publishes = 0;
  /** Size of the view as last published or seen, in bytes. */
  viewBytes = 0;
  readonly #place: LedgerPlace;
  readonly #merge: Merge;
  readonly #means: ViewMeans;
  #known: KnownView | undefined;
  #seen: FileInfo | undefined;

  constructor(place: LedgerPlace, merge: Merge, means: ViewMeans) {
    this.#place = place;
    this.#merge = merge;
    this.#means = means;
  }

  /** What the view covered when it was last seen. */
  get coverage(): Coverage | undefined {
    return this.#known?.head.writers;
  }

  /** Whether the file at the ledger's path is the one last seen. */
  async isUnchanged(): Promise<boolean> {
    const known = this.#known?.info;
    if (known === undefined) return false;
    const info = await lookAtView(this.#place);
    return info !== undefined && isSameFile(info, known);
  }

  /**
   * How long ago, in milliseconds, another file came to the ledger's path, if that was since the last question or
   * publish; `undefined` = none did. At the first question the file's own time tells.
   */
  async changedAgo(): Promise<number | undefined> {
    const before = this.#seen;
    const info = await lookAtView(this.#place);
    this.#seen = info;
    if (info === undefined || (before !== undefined && isSameFile(info, before))) return undefined;
    return before === undefined ? Math.max(0, this.#place.clock.nowMillis() - info.changedMillis) : 0;
  }

  /**
   * Merges, and publishes unless the view there lacks nothing; after a rename merges again, since another view may have
   * been replaced unseen, and publishes again, up to `maxViews` times. True = the view holds all that is in the
   * directory and is on the device; false = others went on appending, and the view may lack some of theirs.
   */
  async publish(maxViews: number = MAX_VIEWS): Promise<boolean> {
    await this.#merge.refresh();
    for (let views = 0; views < maxViews; views++) {
      const view = await this.#settle();
      if (view.kind === 'none' && this.#merge.writers.size === 0) return true;
      if (view.kind === 'view' && this.#isCurrent(view)) {
        this.#known = view;
        return true;
      }
      const revision = this.#merge.revision;
      await this.#replace(view);
      if (!this.#place.rules.mergeAfterRename) return true;
      await this.#merge.refresh();
      if (this.#merge.revision === revision && (await this.isUnchanged())) return true;
    }
    return false;
  }

  /** Makes sure that the merge, just refreshed, covers the view; returns what the view covers. */
  async settle(): Promise<Coverage> {
    const view = await this.#settle();
    return view.kind === 'view' ? view.head.writers : {};
  }

  /** Brings merge and view to where the merge covers all the view does. */
  async #settle(): Promise<ViewOnDisk> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const view = await this.#inspect();
      if (view.kind === 'none') return view;
      if (view.kind === 'corrupt') {
        await this.#setAside('ECORRUPT', `is damaged (${view.reason})`);
        continue;
      }
      if (!this.#place.rules.coverView || covers(this.#merge, view.head)) return view;
      await this.#merge.refresh();
      if (covers(this.#merge, view.head)) return view;
      if (!this.#place.rules.seedFromView) return view;
      await this.#seed();
      await this.#merge.refresh();
    }
    throw new LedgerError('EBUSY', 'cannot publish: the ledger kept changing', { path: this.#place.path });
  }

  /** The view there; one seen before is not read again. */
  async #inspect(): Promise<ViewOnDisk> {
    if (this.#known !== undefined && (await this.isUnchanged())) return this.#known;
    this.#known = undefined;
    return inspectView(this.#place);
  }

  async #seed(): Promise<void> {
    const file = await readView(this.#place);
    const parsed = file && parseDocument(Buffer.from(file.bytes).toString());
    if (parsed?.kind !== 'ledger') return;
    const outcome = await seedBase(this.#place, this.#merge, parsed.document);
    if (outcome === 'conflict') {
      await this.#setAside('EASIDE', 'and the directory beside it each hold calls that the other lacks');
    }
  }

  async #setAside(code: string, what: string): Promise<void> {
    const { path, files } = this.#place;
    const aside = `${path}.${code === 'ECORRUPT' ? 'corrupt' : 'aside'}-${files.randomName()}`;
    await files.rename(path, aside);
    this.#known = undefined;
    const message = `${path} ${what}; it was moved to ${aside} and rebuilt from ${this.#place.directory}`;
    this.#means.onProblem({ code, message });
  }

  /** The view lacks nothing, and was made from the base there is: a newer one may be repriced or folded to days. */
  #isCurrent({ head }: KnownView): boolean {
    return isCoveredBy(this.#merge, head) && head.base === this.#merge.base?.number;
  }

  /** Publishes in place of `view`; does nothing when another file came there meanwhile. */
  async #replace(view: ViewOnDisk): Promise<void> {
    const { files, path } = this.#place;
    const document = await this.#document(view.kind === 'view' ? view.head : undefined);
    const bytes = await renderView(this.#place, document);
    const staged = within(this.#place, `p-${files.randomName()}`);
    let written: FileInfo;
    try {
      // No directory is made here: if it is gone by now, so is what this was merged from.
      await files.stage(staged, bytes, view.kind === 'none' ? undefined : view.info);
      written = await checkWritten(this.#place, staged, bytes);
      if (this.#place.rules.coverView && !isSameView(view, await lookAtView(this.#place))) {
        await files.unlink(staged);
        return;
      }
      await files.rename(staged, path);
    } catch (error) {
      await files.unlink(staged).catch(() => undefined);
      throw error;
    }
    this.publishes++;
    this.viewBytes = bytes.length;
    await files.syncDirectory(dirname(path));
    const info = await lookAtView(this.#place);
    this.#seen = info;
    this.#known = info?.inode === written.inode ? { kind: 'view', info, head: headOf(document) } : undefined;
  }

  #document(replaced: ViewHead | undefined): Promise<LedgerDocument> {
    const facts = {
      settings: this.#means.settings(),
      generation: (replaced?.generation ?? 0) + 1,
      updatedAt: new Date(this.#place.clock.nowMillis()).toISOString(),
      priceSource: this.#means.priceSource() ?? replaced?.priceSource ?? 'unknown',
      earliest: replaced?.createdAt,
    };
    return documentOf(this.#merge, facts, this.#place.clock);
  }
}
