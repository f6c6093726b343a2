/**
 * The rules of the protocol that only concurrency or a crash can show to be needed (marked † in docs/durability.md).
 * All of them always hold; only the simulation takes one out, to prove that it then finds the loss.
 */
export interface ProtocolRules {
  /** A line whose fate is unknown is retried byte for byte with its sequence. */
  readonly retrySame: boolean;
  /** A part that was idle, or whose clock went back, is not appended to again. */
  readonly leaveIdleParts: boolean;
  /** What sat in an unlinked part is appended again, with its writer id and sequences. */
  readonly moveUnlinked: boolean;
  /** A merge starts over when the newest base changed meanwhile. */
  readonly followNewestBase: boolean;
  /** Only a base whose checksum fails is skipped; one that cannot be read stops the merge. */
  readonly stopAtUnreadable: boolean;
  /** A view is replaced only by one that covers all it covers. */
  readonly coverView: boolean;
  /** After the rename the publisher merges again and publishes what its view lacks. */
  readonly mergeAfterRename: boolean;
  /** When the view covers what nothing else holds, its rows become the next base. */
  readonly seedFromView: boolean;
  /** A part is unlinked only when two bases of one line hold all of it, the newest older than the grace. */
  readonly twoBases: boolean;
  /** The grace is measured on the file system's clock. */
  readonly fileSystemTime: boolean;
  /** A base is created by link(2): the loser of a race starts again. */
  readonly linkBases: boolean;
}

export const ALL_RULES: ProtocolRules = Object.freeze({
  retrySame: true,
  leaveIdleParts: true,
  moveUnlinked: true,
  followNewestBase: true,
  stopAtUnreadable: true,
  coverView: true,
  mergeAfterRename: true,
  seedFromView: true,
  twoBases: true,
  fileSystemTime: true,
  linkBases: true,
});
