import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadPriceList, priceListName } from '../../src/price/price-list.js';
import { Running, compile } from '../store/processes/program.js';
import { temporaryLedger } from '../store/temporary-ledger.js';

let app = '';
beforeAll(async () => {
  app = await compile('test/price/apps/out-of-descriptors.ts');
});

describe('a price list that could not be loaded, since no file could be opened', () => {
  test.each([
    ['while the package was looked for', false],
    ['while the package was read', true],
  ])('%s, is loaded once files can be opened', async (_when, resolved) => {
    const options = JSON.stringify({ path: temporaryLedger(), resolved });
    const limited = 'ulimit -n 50 && exec "$0" "$@"';
    const running = new Running('sh', ['-c', limited, process.execPath, app, options]);
    const { code, output } = await running.exit;
    expect(output).toMatch(/^\{/);
    const { failures, totals, warnings } = JSON.parse(output);
    expect(failures).toHaveLength(2);
    expect(warnings.join('\n')).toContain(
      'the price book could not be loaded, calls stay unpriced until it can be',
    );
    expect(warnings.join('\n')).not.toContain('no price is known');
    expect(totals).toMatchObject({ calls: 1, unpricedCalls: 0, inputTokens: 1_000_000, costUsd: 0.15 });
    expect(code).toBe(0);
  });
});

test('the list is named with its version', async () => {
  const description = new URL('../../node_modules/@pydantic/genai-prices/package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(description, 'utf8'));
  expect(priceListName()).toBe(`@pydantic/genai-prices ${version}`);
  expect(Object.keys(await loadPriceList())).toContain('calcPrice');
});
