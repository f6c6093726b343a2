import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchmark, mustEqual } from './harness/benchmark.js';
import { added, median, quantile } from './harness/samples.js';
import { figure } from './harness/text.js';

/** Start-up of a process with and without the package as built to dist/. */
const root = new URL('../../', import.meta.url);
const dist = new URL('dist/', root);

const NEEDS_API = `import '${import.meta.resolve('@opentelemetry/api')}';`;
const NEEDS_SDK = `import '${import.meta.resolve('@opentelemetry/sdk-trace-node')}';`;
const APP = `import { readFileSync } from 'node:fs'; export const app = readFileSync;`;

await benchmark('Start-up (whole process)', async (run) => {
  const folder = run.folder();
  const entry = new URL('index.js', dist).href;
  const modules: ReadonlyArray<readonly [name: string, source: string]> = [
    ['an empty module', ''],
    [
      'our main entry',
      `import { UsageLedgerExporter } from '${entry}'; if (!UsageLedgerExporter) process.exit(1);`,
    ],
    [
      'our main entry, exporter built and shut down',
      `import { UsageLedgerExporter } from '${entry}';
       const exporter = new UsageLedgerExporter({ path: ${JSON.stringify(join(folder, 'ledger.json'))} }); await exporter.shutdown();`,
    ],
    ['@opentelemetry/api, which every application with OTel has', NEEDS_API],
    ['the OTel SDK (sdk-trace-node)', NEEDS_SDK],
    ['the OTel SDK and our main entry', `${NEEDS_SDK} import '${entry}';`],
    ['@opentelemetry/api and our main entry', `${NEEDS_API} import '${entry}';`],
  ];
  const files = modules.map(([, source], i) => {
    const file = join(folder, `m${i}.mjs`);
    writeFileSync(
      file,
      `${source}\n${APP}\nconst { user, system } = process.cpuUsage(); console.log(user + system);`,
    );
    return file;
  });
  const rounds = run.size(31, 2);
  const millis: number[][] = modules.map(() => []);
  const cpu: number[][] = modules.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const [i, file] of files.entries()) {
      const start = performance.now();
      const output = execFileSync(process.execPath, [file], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const took = performance.now() - start;
      mustEqual(`${modules[i]![0]} ran`, Number(output) > 0, true);
      if (round < 0) continue;
      millis[i]!.push(took);
      cpu[i]!.push(Number(output) / 1000);
    }
  }
  const over = (i: number, base: number): number => median(added(millis[i]!, millis[base]!));
  const cpuOver = (i: number, base: number): number => median(added(cpu[i]!, cpu[base]!));
  run.table(
    ['a process that imports', 'ms', 'quartiles', 'ms CPU', 'ms over empty', 'ms CPU over empty'],
    modules.map(([name], i) => [
      name,
      figure(median(millis[i]!)),
      `${figure(quantile(millis[i]!, 0.25))} … ${figure(quantile(millis[i]!, 0.75))}`,
      figure(median(cpu[i]!)),
      i === 0 ? '–' : figure(over(i, 0)),
      i === 0 ? '–' : figure(cpuOver(i, 0)),
    ]),
  );
  run.say(
    `Beside an SDK that is loaded anyway, our entry adds ${figure(over(5, 4))} ms (${figure(cpuOver(5, 4))} ms CPU), ` +
      `beside @opentelemetry/api alone ${figure(over(6, 3))} ms (${figure(cpuOver(6, 3))}); that, our peer, is ${figure(over(3, 0))} ms by itself.`,
  );
  const importMillis = over(1, 0);
  run.budget({
    what: 'import of the main entry over an empty module',
    mustBe: '≤ 30 ms',
    measured: `${figure(importMillis)} ms (CPU ${figure(cpuOver(1, 0))}), of it ${figure(over(3, 0))} @opentelemetry/api`,
    met: importMillis <= 30,
  });
});
