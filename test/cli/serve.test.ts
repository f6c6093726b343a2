import { request } from 'node:http';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.js';
import { CHROMIUM_PATH, launchChromium } from '../report/chromium.js';
import { FakeTerminal, folder, writeLedger } from './cli-fixture.js';

const now = (): string => new Date(Math.floor(Date.now() / 900_000) * 900_000).toISOString();

interface Serving {
  readonly url: string;
  readonly port: number;
  readonly path: string;
  stop(): Promise<number>;
}

async function serve(): Promise<Serving> {
  const path = await writeLedger(join(folder(), 'usage-ledger.json'), [
    { start: now(), calls: 5, costNanoUsd: 1_000_000_000 },
  ]);
  const terminal = new FakeTerminal();
  const ended = run(['serve', path, '--port', '0'], terminal);
  await expect
    .poll(() => terminal.stdout)
    .toMatch(/^Serving http:\/\/127\.0\.0\.1:\d+\/ on this machine only/);
  const url = /http:\S+/.exec(terminal.stdout)?.[0] ?? '';
  const stop = (): Promise<number> => {
    terminal.stop();
    return ended;
  };
  return { url, port: Number(new URL(url).port), path, stop };
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

function ask(
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    sent.on('error', reject).end();
  });
}

describe('serve', () => {
  it('serves the page and its data, and ends with 0', async () => {
    const { port, stop } = await serve();
    const page = await ask(port, '/');
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('data-live="data.json"');
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    const data = await ask(port, '/data.json');
    expect(JSON.parse(data.body)).toMatchObject({
      stackBy: 'model',
      data: { columns: ['provider', 'model'] },
    });
    expect((await ask(port, '/', {}, 'HEAD')).body).toBe('');
    expect(await stop()).toBe(0);
    await expect(ask(port, '/')).rejects.toThrow('ECONNREFUSED');
  });

  it('is up to date at every request, and says so when nothing changed', async () => {
    const { port, path, stop } = await serve();
    const first = await ask(port, '/data.json');
    const tag = String(first.headers['etag']);
    expect((await ask(port, '/data.json', { 'If-None-Match': tag })).status).toBe(304);
    await writeLedger(path, [{ start: now(), model: 'new-model', calls: 1 }]);
    const second = await ask(port, '/data.json', { 'If-None-Match': tag });
    expect(second.status).toBe(200);
    expect(second.body).toContain('new-model');
    await stop();
  });

  it.each<[string, Record<string, string>, string, string]>([
    ['a foreign Host', { Host: 'evil.example' }, '/', 'Foreign Host.'],
    ['a rebound name with our port', { Host: 'evil.example:PORT' }, '/', 'Foreign Host.'],
    ['our name with another port', { Host: 'localhost:1' }, '/', 'Foreign Host.'],
    ['a foreign Origin', { Origin: 'https://evil.example' }, '/data.json', 'Foreign Origin.'],
    ['the null Origin', { Origin: 'null' }, '/data.json', 'Foreign Origin.'],
    ['an Origin of another port', { Origin: 'http://127.0.0.1:1' }, '/data.json', 'Foreign Origin.'],
    [
      'a cross-site fetch',
      { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' },
      '/data.json',
      'Cross-site request.',
    ],
    [
      'a same-site fetch',
      { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'cors' },
      '/',
      'Cross-site request.',
    ],
  ])('refuses %s', async (_what, headers, path, reason) => {
    const { port, stop } = await serve();
    const own = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(port))]),
    );
    expect(await ask(port, path, own)).toMatchObject({ status: 403, body: reason });
    await stop();
  });

  it('answers to both its own names, to links from elsewhere, and to nothing else', async () => {
    const { port, stop } = await serve();
    const own = `http://localhost:${port}`;
    expect(
      (
        await ask(port, '/data.json', {
          Host: `localhost:${port}`,
          Origin: own,
          'Sec-Fetch-Site': 'same-origin',
        })
      ).status,
    ).toBe(200);
    expect(
      (await ask(port, '/', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' })).status,
    ).toBe(200);
    expect((await ask(port, '/?x=1')).status).toBe(200);
    expect((await ask(port, '/../package.json')).status).toBe(404);
    const post = await ask(port, '/', {}, 'POST');
    expect([post.status, post.headers['allow']]).toEqual([405, 'GET, HEAD']);
    await stop();
  });

  it('tells a port in use in two lines', async () => {
    const { port, path, stop } = await serve();
    const terminal = new FakeTerminal();
    expect(await run(['serve', path, '--port', String(port)], terminal)).toBe(1);
    expect(terminal.stderr).toMatch(/^genai-ledger: .*EADDRINUSE.*\n {2}Give another port with --port/);
    await stop();
  });
});

describe.skipIf(CHROMIUM_PATH === undefined)(
  'the served page in a browser (needs CHROMIUM_PATH or chromium)',
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(async () => {
      await browser.close();
    });

    it('shows new calls without a reload, keeps what was chosen, and asks only its own origin', async () => {
      const { url, path, stop } = await serve();
      const page = await browser.newPage();
      const origins = new Set<string>();
      page.on('request', (sent) => origins.add(new URL(sent.url()).origin));
      await page.clock.install();
      await page.goto(url);
      expect(await page.textContent('#total-calls')).toBe('5');
      await page.selectOption('#metric', 'calls');
      await writeLedger(path, [{ start: now(), model: 'new-model', calls: 2 }]);
      await page.clock.runFor(5100);
      await expect.poll(() => page.textContent('#total-calls')).toBe('7');
      expect(await page.inputValue('#metric')).toBe('calls');
      expect(await page.textContent('#live')).toMatch(/^Live: as of /);
      await stop();
      await page.clock.runFor(5100);
      await expect.poll(() => page.textContent('#live')).toMatch(/^Not up to date: /);
      expect([...origins]).toEqual([new URL(url).origin]);
      await page.close();
    });
  },
);
