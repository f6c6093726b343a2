import { describe, expect, it } from 'vitest';
import { explainError } from '../../src/cli/explain-error.js';
import { wantsColour } from '../../src/cli/terminal.js';
import { LedgerError } from '../../src/journal/ledger-error.js';
import { FakeTerminal } from './cli-fixture.js';

describe('colour', () => {
  const wanted = (isTerminal: boolean, env: Record<string, string>): boolean =>
    wantsColour(Object.assign(new FakeTerminal(), { isTerminal, env }));

  it.each<[string, boolean, Record<string, string>, boolean]>([
    ['on a terminal', true, {}, true],
    ['not in a file', false, {}, false],
    ['not on a dumb terminal', true, { TERM: 'dumb' }, false],
    ['not with NO_COLOR', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['in a file when forced', false, { FORCE_COLOR: '1' }, true],
    ['not when forced off', true, { FORCE_COLOR: '0' }, false],
  ])('is there %s', (_what, isTerminal, env, expected) => {
    expect(wanted(isTerminal, env)).toBe(expected);
  });
});

describe('advice', () => {
  it.each<[string, RegExp]>([
    ['ENOENT', /Give the path of a ledger, set GENAI_LEDGER_PATH/],
    ['EACCES', /Run as the user who owns the ledger/],
    ['EPERM', /Run as the user who owns the ledger/],
    ['EISDIR', /Give the file itself/],
    ['ENOTLEDGER', /Give the JSON file/],
    ['ENEWER', /npm install otel-genai-ledger@latest/],
    ['ECORRUPT', /genai-ledger check/],
    ['ENOSPC', /Free some space/],
    ['EIO', /genai-ledger check/],
  ])('is there for %s, and the exit code is 1', (code, advice) => {
    const failure = explainError(new LedgerError(code, 'cannot read ./x', { path: './x' }));
    expect([failure.message, failure.exitCode]).toEqual(['cannot read ./x', 1]);
    expect(failure.advice).toMatch(advice);
  });
});
