/** What a command knows of the process it runs in, so that tests can stand in for it. */
export interface Terminal {
  /** Writes to standard output and resolves when the stream takes more; after a closed pipe it does nothing. */
  out(text: string): Promise<void>;
  /** Writes to standard error. */
  err(text: string): void;
  /** True when standard output is a terminal. */
  readonly isTerminal: boolean;
  /** Columns and rows of the terminal now; columns are unlimited when it is none and COLUMNS is not set. */
  size(): { columns: number; rows: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True once standard output takes no more: its reader has gone (`| head`), or the disk is full. */
  readonly closed: () => boolean;
  /** Calls back on resize; returns how to stop that. */
  onResize(callback: () => void): () => void;
  /** Calls back at SIGINT, SIGTERM or SIGHUP, instead of dying; returns how to stop that. */
  onStop(callback: () => void): () => void;
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The terminal of this process. A closed pipe (EPIPE) is silence, not an error; `onFailure` is told of anything else
 * that standard output refuses.
 */
export function processTerminal(onFailure: (error: Error) => void): Terminal {
  const { stdout, stderr, env } = process;
  let closed = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!closed && error.code !== 'EPIPE') onFailure(error);
    closed = true;
  });
  return {
    out: (text) =>
      new Promise((resolve) => {
        if (closed) resolve();
        else stdout.write(text, () => resolve());
      }),
    err: (text) => void stderr.write(text),
    isTerminal: stdout.isTTY,
    size: () => ({ columns: columnsOf(stdout.columns, env), rows: stdout.rows ?? 24 }),
    env,
    closed: () => closed,
    onResize: (callback) => {
      stdout.on('resize', callback);
      return () => stdout.off('resize', callback);
    },
    onStop: (callback) => {
      for (const signal of STOP_SIGNALS) process.on(signal, callback);
      return () => {
        for (const signal of STOP_SIGNALS) process.off(signal, callback);
      };
    },
  };
}

function columnsOf(columns: number | undefined, env: Terminal['env']): number {
  const wanted = Number(env['COLUMNS']);
  if (Number.isSafeInteger(wanted) && wanted > 0) return wanted;
  return columns ?? Number.POSITIVE_INFINITY;
}

/** True when colour is wanted: on a terminal that has it, unless `NO_COLOR` says no; `FORCE_COLOR` says yes. */
export function wantsColour({ env, isTerminal }: Terminal): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}
