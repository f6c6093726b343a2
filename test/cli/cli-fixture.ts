import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { LedgerDocument } from '../../src/ledger/ledger-document.js';
import type { Terminal } from '../../src/cli/terminal.js';
import type { ShortHeader, ShortRow } from '../report/make-document.js';
import { run } from '../../src/cli/run.js';
import { renderDocument } from '../../src/ledger/render-document.js';
import { LedgerStore } from '../../src/store/ledger-store.js';
import { makeRow } from '../report/make-document.js';

/** A terminal that keeps what is written to it and can be resized and interrupted. */
export class FakeTerminal implements Terminal {
  stdout = '';
  stderr = '';
  isTerminal = false;
  columns = Number.POSITIVE_INFINITY;
  rows = 24;
  env: Record<string, string | undefined> = {};
  #resize: (() => void) | undefined;
  #stop: (() => void) | undefined;

  async out(text: string): Promise<void> {
    this.stdout += text;
  }
  err(text: string): void {
    this.stderr += text;
  }
  size(): { columns: number; rows: number } {
    return { columns: this.columns, rows: this.rows };
  }
  closed = (): boolean => false;
  onResize(callback: () => void): () => void {
    this.#resize = callback;
    return () => (this.#resize = undefined);
  }
  onStop(callback: () => void): () => void {
    this.#stop = callback;
    return () => (this.#stop = undefined);
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.#resize?.();
  }
  stop(): void {
    this.#stop?.();
  }
  /** True while somebody listens: nothing may, once a command has ended. */
  get listens(): boolean {
    return this.#resize !== undefined || this.#stop !== undefined;
  }
}

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process. */
export async function cli(argv: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const terminal = new FakeTerminal();
  terminal.env = env;
  const code = await run(argv, terminal);
  return { code, out: terminal.stdout, err: terminal.stderr };
}

/** A folder that is removed after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'genai-ledger-cli-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Writes a document as the ledger file alone, as a copy from another machine is. */
export function writeCopy(path: string, document: LedgerDocument): string {
  writeFileSync(path, [renderDocument(document)].flat().join(''));
  return path;
}

/** A ledger as the exporter keeps it, with its journal; `flushed` false = killed before its first flush. */
export async function writeLedger(
  path: string,
  rows: readonly ShortRow[],
  flushed = true,
  more: Pick<ShortHeader, 'audit' | 'pricedCalls'> = {},
): Promise<string> {
  const store = new LedgerStore({
    path,
    settings: { timezone: 'UTC', detailDays: 7, cardinalityLimit: 2000, maxRows: 100_000 },
    priceSource: () => '@pydantic/genai-prices 0.1.8',
  });
  store.append({ rows: rows.map(makeRow), audit: more.audit ?? {}, pricedCalls: more.pricedCalls ?? {} });
  if (flushed) await store.close();
  return path;
}
