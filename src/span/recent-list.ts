import type { CountedCall } from './counted-call.js';

/** A call in one list of the twin window. */
export interface Recent {
  readonly counted: CountedCall;
  readonly list: RecentList;
  newer: Recent | undefined;
  older: Recent | undefined;
}

/** Calls that one kind of twin may join, newest first; any of them leaves in constant time. */
export class RecentList {
  newest: Recent | undefined = undefined;
  /** The numbers its calls share, if they do. */
  readonly key: number | undefined;

  constructor(key?: number) {
    this.key = key;
  }

  add(counted: CountedCall): Recent {
    const recent: Recent = { counted, list: this, newer: undefined, older: this.newest };
    if (this.newest !== undefined) this.newest.newer = recent;
    this.newest = recent;
    return recent;
  }

  remove(recent: Recent): void {
    if (recent.newer !== undefined) recent.newer.older = recent.older;
    else if (this.newest === recent) this.newest = recent.older;
    if (recent.older !== undefined) recent.older.newer = recent.newer;
    recent.newer = recent.older = undefined;
  }
}
