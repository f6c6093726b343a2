import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packageEntry, packageVersion } from '../../src/config/package-entry.js';
import { Running, compile } from '../store/processes/program.js';
import { temporaryLedger } from '../store/temporary-ledger.js';

// The same with the price list: test/price/price-list.fault.test.ts.
test('what writes the ledger file is loaded once files can be opened', async () => {
  const app = await compile('test/config/apps/stage-again.ts');
  const limited = 'ulimit -n 50 && exec "$0" "$@"';
  const options = JSON.stringify({ path: temporaryLedger() });
  const { code, output } = await new Running('sh', ['-c', limited, process.execPath, app, options]).exit;
  expect([output.trim(), code]).toEqual([JSON.stringify({ failed: true, content: 'whole' }), 0]);
});

test('a package has an entry and a version, one that is not there throws', () => {
  const entry = packageEntry('write-file-atomic');
  expect(existsSync(entry)).toBe(true);
  expect(packageVersion(entry)).toMatch(/^\d+\.\d+\.\d+$/);
  expect(() => packageEntry('no-such-package-of-ours')).toThrow('no-such-package-of-ours');
});
