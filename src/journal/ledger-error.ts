/**
 * What went wrong with a ledger on disk. `code` is the system's (`ENOSPC`, `EACCES`, `ENOENT`, …) or one of ours:
 * `ENOTLEDGER` (the file is something else), `ECORRUPT` (damaged and nothing to rebuild it from), `ENEWER` (written by
 * a newer version), `EHELD` (calls are still only in memory), `ETIMEOUT`. `path` names the file; `cause` the reason.
 */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code: string;
  readonly path: string | undefined;

  constructor(code: string, message: string, options: { path?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.path = options.path;
  }
}

/** The `code` of a system or ledger error, `''` for anything else. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** Any failure as a LedgerError that keeps the system's code; `doing` completes "cannot …". */
export function toLedgerError(error: unknown, doing: string, path: string): LedgerError {
  if (error instanceof LedgerError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new LedgerError(errorCode(error) || 'EUNKNOWN', `cannot ${doing}: ${reason}`, {
    path,
    cause: error,
  });
}
