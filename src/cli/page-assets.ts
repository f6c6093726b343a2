import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PageAssets } from '../report/render-html.js';
import { readTextFileSync } from '../journal/read-text-file.js';

const FOLDER = fileURLToPath(new URL('../report/page/', import.meta.url));
/** The parts of the page's script, in order. */
const SCRIPTS = ['1-model', '2-format', '3-controls', '4-charts', '5-chart-card', '6-lists', '7-page'];

/**
 * Reads the style, script and chart library of the page. They lie beside the compiled report room; in a checkout the
 * chart library comes from its own package.
 */
export function readPageAssets(): PageAssets {
  const parts = SCRIPTS.map((name) => readTextFileSync(join(FOLDER, `${name}.js`)));
  return {
    style: readTextFileSync(join(FOLDER, 'page.css')),
    script: `(() => {\n'use strict';\n${parts.join('\n')}})();\n`,
    chartLibrary: readChartLibrary(),
  };
}

function readChartLibrary(): string {
  try {
    return readTextFileSync(join(FOLDER, 'chart.js'));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const main = createRequire(import.meta.url).resolve('chart.js');
    return readTextFileSync(join(dirname(main), 'chart.umd.min.js'));
  }
}
