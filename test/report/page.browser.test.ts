import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPageAssets } from '../../src/cli/page-assets.js';
import { pageData } from '../../src/report/page-data.js';
import { renderHtml } from '../../src/report/render-html.js';
import { CHROMIUM_PATH, launchChromium } from './chromium.js';
import { NOW, sampleLedger, sampleReport, SCRIPT_MODEL } from './sample.js';

const SIZES = [
  ['desktop', 1280, 900],
  ['phone', 390, 844],
] as const;

// Without a browser there is nothing to see the page with; set CHROMIUM_PATH to one.
describe.skipIf(CHROMIUM_PATH === undefined)(
  'the page in a browser (needs CHROMIUM_PATH or chromium)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'genai-ledger-page-'));
    const file = join(folder, 'report.html');
    const errors: string[] = [];
    const requests: string[] = [];
    let browser: Browser;

    beforeAll(async () => {
      const data = pageData(sampleLedger(), { now: NOW });
      writeFileSync(file, renderHtml(sampleReport(), data, readPageAssets()));
      browser = await launchChromium();
    });

    afterAll(async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** A fresh page; whatever it logs, throws or asks for is kept. */
    async function open(options: BrowserContextOptions = {}): Promise<Page> {
      errors.length = 0;
      requests.length = 0;
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
      page.on('console', (message) => errors.push(message.text()));
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(pathToFileURL(file).href);
      return page;
    }

    const text = async (page: Page, selector: string): Promise<string> =>
      (await page.textContent(selector)) ?? '';

    it('shows the totals of the report, asks the network for nothing and logs nothing', async () => {
      const page = await open();
      expect(await text(page, '#total-calls')).toBe('48');
      expect(await text(page, '#total-cost')).toBe('≥$1.801');
      expect(await text(page, '#total-tokens')).toBe('387.6K');
      expect(await text(page, '#total-cache')).toBe('1.8%');
      expect(await text(page, '#notes')).toContain('Priced: 95.4% of tokens.');
      expect(requests).toEqual([pathToFileURL(file).href]);
      expect(errors).toEqual([]);
      await page.close();
    });

    it('leaves a script as model name what it is: text', async () => {
      const page = await open();
      const names = await page.locator('section.list th button').allTextContents();
      expect(names).toContain(SCRIPT_MODEL);
      expect(await page.evaluate('typeof hacked')).toBe('undefined');
      expect(await page.locator('script').count()).toBe(3);
      await page.selectOption('#stack', 'user');
      await page.selectOption('#filter-1', { index: 3 });
      expect(await text(page, '#total-calls')).toBe('6');
      expect(await page.evaluate('typeof hacked')).toBe('undefined');
      expect(errors).toEqual([]);
      await page.close();
    });

    it('never shows an unknown cost as nothing, nor a small share', async () => {
      const page = await open();
      const calls = page.locator('.figure', { has: page.locator('#total-calls') });
      expect(await calls.textContent()).toContain('≥$0.0375 a call');
      const other = page.locator('section.list tr', { hasText: '(other)' }).first();
      expect(await other.textContent()).toMatch(/<0\.1%$/);
      await page.getByRole('button', { name: SCRIPT_MODEL, exact: true }).click();
      expect(await text(page, '#total-cost')).toBe('unknown');
      expect(await calls.textContent()).not.toContain('$');
      await page.close();
    });

    it('refuses what its policy does not allow', async () => {
      const page = await open();
      const ran = await page.evaluate(`new Promise((resolve) => {
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
      const script = document.createElement('script');
      try { script.textContent = 'window.hacked = 1'; document.body.append(script); } catch { resolve('trusted types'); }
    })`);
      expect(['script-src-elem', 'require-trusted-types-for', 'trusted types']).toContain(ran);
      expect(await page.evaluate('typeof hacked')).toBe('undefined');
      const fetched = await page.evaluate(`fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')`);
      expect(fetched).toBe('refused');
      await page.close();
    });

    it('filters by select and by name, and clears', async () => {
      const page = await open();
      await page.selectOption('#filter-0', { label: 'openai' });
      expect(await text(page, '#total-calls')).toBe('12');
      await page.getByRole('button', { name: 'refunds' }).click();
      expect(await text(page, '#total-calls')).toBe('9');
      expect(await text(page, '#total-cost')).toBe('$0.001207');
      expect(await page.getByRole('button', { name: 'refunds' }).getAttribute('aria-pressed')).toBe('true');
      await page.getByRole('button', { name: 'refunds' }).click();
      expect(await text(page, '#total-calls')).toBe('12');
      await page.getByRole('button', { name: 'Clear filters' }).click();
      expect(await text(page, '#total-calls')).toBe('48');
      expect(await page.evaluate('document.activeElement.id')).toBe('filter-0');
      await page.close();
    });

    it('shows tokens and calls, stacked by any column', async () => {
      const page = await open();
      await page.selectOption('#metric', 'tokens');
      await page.selectOption('#stack', 'agent');
      expect(await text(page, '#spend-title')).toBe('Tokens over time');
      const legend = await page.locator('.card.chart').first().locator('.legend li').allTextContents();
      expect(legend).toEqual(['search378,000', 'refunds9,549', '(other)33']);
      await page.close();
    });

    it('hides and shows a name through the legend', async () => {
      const page = await open();
      const button = page.locator('.card.chart').first().locator('.legend button').first();
      const before = await page.locator('#spend-chart').screenshot();
      await button.click();
      expect(await button.getAttribute('aria-pressed')).toBe('false');
      expect((await page.locator('#spend-chart').screenshot()).equals(before)).toBe(false);
      await button.click();
      expect(await button.getAttribute('aria-pressed')).toBe('true');
      await page.close();
    });

    it('tells more on hover: bars and hours', async () => {
      const page = await open();
      const chart = page.locator('#spend-chart');
      const before = await chart.screenshot();
      await chart.hover();
      await page.waitForTimeout(300);
      expect((await chart.screenshot()).equals(before)).toBe(false);
      await page.locator('#heat td').nth(9).hover();
      expect(await text(page, '.tip.shown')).toBe('Fri Nov 20, 09:00: $0.000402, 3 calls');
      await page.close();
    });

    it('can be read and used from the keyboard', async () => {
      const page = await open();
      await page.locator('#spend-chart').focus();
      await page.keyboard.press('Home');
      const spoken = page.locator('.card.chart').first().locator('[aria-live]');
      expect(await spoken.textContent()).toBe(
        'Nov 20: claude-sonnet-4-5 $0.6000, gpt-4o-mini $0.000402, (other) <$0.000001',
      );
      await page.keyboard.press('ArrowRight');
      expect(await spoken.textContent()).toMatch(/^Nov 21: /);
      await page.keyboard.press('End');
      expect(await spoken.textContent()).toMatch(/^Nov 22: /);
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.closest(".legend") !== null')).toBe(true);
      await page.close();
    });

    it('names everything for a screen reader', async () => {
      const page = await open();
      const unnamed =
        await page.evaluate(`[...document.querySelectorAll('button, select, canvas, section, table')].filter((one) => {
      const labelled = one.getAttribute('aria-labelledby');
      const name = one.getAttribute('aria-label') ?? (labelled && document.getElementById(labelled)?.textContent) ??
        one.labels?.[0]?.textContent ?? one.querySelector('caption')?.textContent ?? one.textContent;
      return !name?.trim();
    }).map((one) => one.outerHTML.slice(0, 80))`);
      expect(unnamed).toEqual([]);
      const cells = await page.locator('#heat tbody tr').first().locator('td').allTextContents();
      expect(cells[9]).toBe('$0.000402, 3 calls');
      expect(cells[0]).toBe('nothing');
      await page.locator('.card.chart').first().getByText('As a table').click();
      const rows = await page.locator('.card.chart').first().locator('tbody tr').allTextContents();
      expect(rows[0]).toBe('Nov 20$0.6000$0.000402$0.00<$0.000001');
      await page.close();
    });

    it.each(SIZES)('fits a %s, in light and dark', async (_name, width, height) => {
      const pictures = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await open({ viewport: { width, height }, colorScheme });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        pictures.push(await page.screenshot({ fullPage: true }));
        expect(errors).toEqual([]);
        await page.close();
      }
      expect(pictures[0]?.equals(pictures[1] ?? Buffer.alloc(0))).toBe(false);
    });

    it('prints in light colours, without controls', async () => {
      const page = await open({ colorScheme: 'dark' });
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('.controls').isVisible()).toBe(false);
      const pdf = await page.pdf();
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      expect(errors).toEqual([]);
      await page.close();
    });

    it('shows the rows without script, too', async () => {
      const context = await browser.newContext({ javaScriptEnabled: false });
      const page = await context.newPage();
      await page.goto(pathToFileURL(file).href);
      await page.locator('details.rows summary').click();
      expect(await page.locator('details.rows tbody tr').count()).toBe(12);
      expect(await text(page, 'details.rows tfoot')).toContain('≥$1.8012');
      await context.close();
    });
  },
);
