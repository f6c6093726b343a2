import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pageData } from '../../src/report/page-data.js';
import { embeddedJson, renderHtml } from '../../src/report/render-html.js';
import { NOW, sampleLedger, sampleReport, SCRIPT_MODEL } from './sample.js';

const ASSETS = { style: 'body{}', script: 'run("</script>")', chartLibrary: 'var Chart;' };

function render(live?: string): string {
  return renderHtml(sampleReport(), pageData(sampleLedger(), { now: NOW }), ASSETS, live);
}

describe('the page', () => {
  it('lets nothing but its own two scripts and style run', () => {
    const text = render();
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(text)?.[1] ?? '';
    const scripts = [...text.matchAll(/<script>([^]*?)<\/script>/g)].map((match) => match[1] ?? '');
    expect(scripts).toEqual(['var Chart;', 'run("<\\/script>")']);
    for (const script of scripts) {
      expect(policy).toContain(`'sha256-${createHash('sha256').update(script).digest('base64')}'`);
    }
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-\S+' 'sha256-\S+'; style-src 'sha256-\S+';/,
    );
    expect(policy).not.toMatch(/unsafe|https?:|\*|connect-src/);
    expect(render('data.json')).toContain("connect-src 'self'");
  });

  it('asks for nothing', () => {
    expect(render()).not.toMatch(/(?:src|href)="(?!#)/);
    expect(render()).not.toMatch(/https?:\/\/(?!x)/);
  });

  it('keeps hostile names as text, in the markup and in the data', () => {
    const text = render();
    expect(text).not.toContain(SCRIPT_MODEL);
    expect(text.match(/<\/script>/g)).toHaveLength(3);
    expect(text).toContain('&lt;/script&gt;&lt;script&gt;window.hacked=1&lt;/script&gt;');
    expect(text).toContain('\\u003c/script\\u003e\\u003cscript\\u003ewindow.hacked=1');
  });

  it('holds the computed rows themselves, for readers without script', () => {
    const text = render();
    expect(text).toContain(
      '<th scope="row">2026-11-22</th><th scope="row">claude-sonnet-4-5</th><td>10</td>',
    );
    expect(text).toContain('<td>≥$1.8012</td>');
    expect(text).toContain('<li>Priced: 95.4% of tokens.</li>');
  });

  it('embeds JSON that cannot end its element or its line', () => {
    const value = { a: '</script><!--', b: '\u2028\u2029', c: '&lt;' };
    const text = embeddedJson(value);
    expect(text).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
