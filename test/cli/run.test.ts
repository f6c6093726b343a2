import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { sampleDocument } from '../report/sample.js';
import { makeDocument } from '../report/make-document.js';
import { run } from '../../src/cli/run.js';
import { nodeFileSystem } from '../../src/journal/node-file-system.js';
import type { Report } from '../../src/report/report.js';
import { cli, FakeTerminal, folder, writeCopy, writeLedger } from './cli-fixture.js';

const [X, Y, Z] = ['a', 'b', 'c'].map((digit) => digit.repeat(16)) as [string, string, string];
const HOUR_MILLIS = 3_600_000;
const ago = (hours: number): string => {
  const millis = Date.now() - hours * HOUR_MILLIS;
  return new Date(Math.floor(millis / 900_000) * 900_000).toISOString();
};

function sample(): string {
  return writeCopy(join(folder(), 'usage-ledger.json'), sampleDocument());
}

describe('report', () => {
  it('reports the last 30 days by day and model, also what is only in a journal', async () => {
    const path = await writeLedger(
      join(folder(), 'usage-ledger.json'),
      [
        { start: ago(1), calls: 4, inputTokens: 100, costNanoUsd: 1_500_000_000 },
        { start: ago(31 * 24), calls: 1 },
      ],
      false,
    );
    const { code, out, err } = await cli(['report', path]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Usage by day, model · \d{4}-\d\d-\d\d 00:00 to now · UTC\n/);
    expect(out).toMatch(/gpt-4o-mini +4 +100 +0 +\$1\.5000 +100\.0% ██████████/);
    expect(out).toMatch(/^Total +4 +100 +0 +\$1\.5000$/m);
    expect(out).toContain(`Ledger: ${path}, as of `);
  });

  it('takes every column, period, zone, filter and top', async () => {
    const { out, code } = await cli([
      'report',
      sample(),
      '--by',
      'agent, hour',
      '--since',
      '2026-11-21',
      '--until',
      '2026-11-22T12:00:00Z',
      '--timezone',
      'Asia/Kathmandu',
      '--where',
      'provider=openai',
      '--where',
      'provider=anthropic',
      '--where',
      'agent=search',
      '--top',
      '1',
      '--format',
      'json',
    ]);
    expect(code).toBe(0);
    const report = JSON.parse(out) as {
      rows: Array<{ key: object; calls: number }>;
      where: object;
      since: string;
    };
    expect(report.rows.map(({ key, calls }) => [key, calls])).toEqual([
      [{ agent: 'search', hour: '2026-11-21T20:00+05:45' }, 10],
    ]);
    expect(report.where).toEqual({ provider: ['openai', 'anthropic'], agent: ['search'] });
    expect(report.since).toBe('2026-11-20T18:15:00.000Z');
  });

  it('has no beginning when only an end is given, whatever the default is', async () => {
    const path = writeCopy(
      join(folder(), 'old.json'),
      makeDocument([{ start: '2020-02-03T00:00:00Z', calls: 7 }]),
    );
    const ended = await cli(['report', path, '--until', '2020-02-03', '--by', 'day']);
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(ended.out).toMatch(/^Usage by day · until 2020-02-04 00:00 · UTC\n[^]*^2020-02-03 +7 /m);
    expect((await cli(['report', path])).out).toMatch(
      /^Usage by day, model · .* 00:00 to now · UTC\n\nNo calls/,
    );
  });

  it('filters by values and attribute keys that hold an equals sign', async () => {
    const row = { start: ago(1), calls: 1 };
    const rows = [
      { ...row, dimensions: { 'a=b': 'x', a: 'b=x' } },
      { ...row, calls: 2, dimensions: { 'a=b': 'y', a: 'b=z' } },
    ];
    const path = writeCopy(join(folder(), 'x.json'), makeDocument(rows));
    const calls = async (where: string): Promise<number> => {
      const { out } = await cli(['report', path, '--by', 'month', '--where', where, '--format', 'json']);
      return (JSON.parse(out) as Report).totals.calls;
    };
    expect(await calls('a=b=y')).toBe(2);
    expect(await calls('provider=open=ai')).toBe(0);
  });

  it('takes columns in one option or in several', async () => {
    const by = async (...options: string[]): Promise<string[]> => {
      const { out } = await cli(['report', sample(), '--since', 'all', '--format', 'json', ...options]);
      return (JSON.parse(out) as Report).by;
    };
    expect(await by()).toEqual(['day', 'model']);
    expect(await by('--by', 'agent', '--by', 'day,model')).toEqual(['agent', 'day', 'model']);
  });

  it('takes any number of largest', async () => {
    const { code, out } = await cli(['report', sample(), '--since', 'all', '--top', '99999999999']);
    expect([code, out.includes('(other)  ')]).toEqual([0, true]);
    expect((await cli(['report', sample(), '--top', '0'])).code).toBe(2);
  });

  it('prints only JSON as JSON, as the schema says', async () => {
    const schema: object = JSON.parse(
      readFileSync(new URL('../../schema/report.schema.json', import.meta.url), 'utf8'),
    );
    const { out, err } = await cli(['report', sample(), '--since', 'all', '--format', 'json']);
    expect(err).toBe('');
    expect(new Ajv2020({ strict: true }).compile(schema)(JSON.parse(out))).toBe(true);
  });

  it('keeps notes out of CSV and shows them beside it', async () => {
    const { out, err } = await cli([
      'report',
      sample(),
      '--since',
      'all',
      '--by',
      'model',
      '--format',
      'csv',
    ]);
    expect(out.split('\r\n')[0]).toMatch(
      /^model,calls,errors,.*,costUsd,durationMillis,.*,unpricedAudioOutputTokens$/,
    );
    expect(out).not.toContain('Metered');
    expect(err).toContain('Metered: 93.8% of 48 calls');
  });

  it('writes Markdown, and a page to a file', async () => {
    const path = sample();
    expect((await cli(['report', path, '--since', 'all', '--format', 'markdown'])).out).toMatch(
      /^## Usage by day, model/,
    );
    const output = join(folder(), 'report.html');
    const { code, out, err } = await cli([
      'report',
      path,
      '--since',
      'all',
      '--format',
      'html',
      '--output',
      output,
    ]);
    expect([code, out, err]).toEqual([0, '', `Wrote ${output}\n`]);
    const page = readFileSync(output, 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('Released under the MIT License');
    expect(page).toContain('"times":["2026-11-20","2026-11-21","2026-11-22"]'.replaceAll('<', ''));
  });

  it('replaces an output file whole, keeping its mode, and leaves nothing else', async () => {
    const where = folder();
    const output = join(where, 'out.csv');
    writeFileSync(output, 'old');
    chmodSync(output, 0o640);
    const { code } = await cli(['report', sample(), '--since', 'all', '--format', 'csv', '--output', output]);
    expect(code).toBe(0);
    expect(readFileSync(output, 'utf8')).toMatch(/^day,model,/);
    expect(statSync(output).mode & 0o777).toBe(0o640);
    expect((await import('node:fs')).readdirSync(where)).toEqual(['out.csv']);
  });

  it('never replaces a ledger by a report on it', async () => {
    const where = folder();
    const kept = await writeLedger(join(where, 'usage-ledger.json'), [{ start: ago(1), calls: 1 }]);
    const copy = writeCopy(join(where, 'copy.json'), sampleDocument());
    const journalsOnly = await writeLedger(join(where, 'new.json'), [{ start: ago(1), calls: 1 }], false);
    for (const output of [kept, copy, journalsOnly]) {
      const before = existsSync(output) ? readFileSync(output, 'utf8') : undefined;
      const { code, err } = await cli(['report', kept, '--format', 'json', '--output', output]);
      expect([code, err.split('\n')[0]]).toEqual([2, `genai-ledger: --output: ${output} is a ledger`]);
      expect(existsSync(output) ? readFileSync(output, 'utf8') : undefined).toBe(before);
    }
  });

  it('adds several ledgers and patterns, counts copies once, and fails on copies that contradict', async () => {
    const where = folder();
    for (const [host, writers] of [
      ['a', { [X]: 1 }],
      ['b', { [X]: 1, [Y]: 1 }],
      ['c', { [Z]: 1 }],
    ] as const) {
      mkdirSync(join(where, host));
      const createdAt = host === 'c' ? '2026-11-02T00:00:00.000Z' : '2026-11-01T00:00:00.000Z';
      writeCopy(
        join(where, host, 'usage-ledger.json'),
        makeDocument([{ start: '2026-11-22T00:00:00Z', calls: 10 }], { createdAt, writers }),
      );
    }
    const pattern = join(where, '*', 'usage-*.json');
    const first = await cli(['report', pattern, join(where, 'a/usage-ledger.json'), '--since', 'all']);
    expect(first.code).toBe(0);
    expect(first.out).toMatch(/^Total +20 /m);
    expect(first.out).toContain('a/usage-ledger.json is an older copy of');
    writeCopy(
      join(where, 'a', 'usage-ledger.json'),
      makeDocument([{ start: '2026-11-22T00:00:00Z', calls: 4 }], {
        createdAt: '2026-11-01T00:00:00.000Z',
        writers: { [X]: 5 },
      }),
    );
    const second = await cli(['report', pattern, '--since', 'all']);
    expect(second.code).toBe(1);
    expect(second.out).toMatch(
      /WARNING: .*a\/usage-ledger.json and .*b\/usage-ledger.json began as one ledger/,
    );
  });

  it('shows data on a terminal without control characters, and gives a file the names as they are', async () => {
    const model = 'a\u001b[31mb\u009bc';
    const document = makeDocument([{ start: ago(1), model, calls: 1 }]);
    const path = writeCopy(join(folder(), 'usage-ledger.json'), document);
    for (const [format, shown] of [
      ['csv', 'a\\u001b[31mb\\u009bc,1,0,'],
      ['json', '"model": "a\\u001b[31mb\\u009bc"'],
    ] as const) {
      const terminal = Object.assign(new FakeTerminal(), { isTerminal: true });
      expect(await run(['report', path, '--by', 'model', '--format', format], terminal)).toBe(0);
      expect(terminal.stdout).toContain(shown);
    }
    expect((await cli(['report', path, '--by', 'model', '--format', 'csv'])).out).toContain(
      `\n${model},1,0,`,
    );
  });

  it('warns when the journals may not be read, since calls may be missing then', async () => {
    const path = await writeLedger(join(folder(), 'usage-ledger.json'), [{ start: ago(1), calls: 1 }]);
    const denied = Object.assign(new Error('EACCES: permission denied, scandir'), { code: 'EACCES' });
    const list = vi.spyOn(nodeFileSystem, 'list').mockRejectedValue(denied);
    onTestFinished(() => list.mockRestore());
    const { code, out } = await cli(['report', path]);
    expect(code).toBe(0);
    const since = String.raw`calls since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC may be missing\.`;
    expect(out).toMatch(
      new RegExp(
        String.raw`^WARNING: .*usage-ledger\.json\.d cannot be read \(no permission\): ${since}$`,
        'm',
      ),
    );
    const json = JSON.parse((await cli(['report', path, '--format', 'json'])).out) as Report;
    expect(json.ledgers[0]).toMatchObject({ counted: true, viewOnly: true });
    expect((await cli(['budget', path, '--max-day', '1'])).err).toMatch(/^WARNING: .* cannot be read/);
  });

  it('warns of a copy whose rows and sums contradict each other, and fails', async () => {
    const document = makeDocument([{ start: ago(1), calls: 1, inputTokens: 100 }]);
    document.totals.inputTokens = 101;
    const path = writeCopy(join(folder(), 'edited.json'), document);
    const { code, out } = await cli(['report', path]);
    expect(code).toBe(1);
    expect(out).toContain(
      `WARNING: the sums of ${path} do not add up: it is damaged, see genai-ledger check.`,
    );
    expect(out).toMatch(/^Total +1 +100 /m);
    expect((await cli(['budget', path, '--max-day', '1'])).code).toBe(1);
    const json = JSON.parse((await cli(['report', path, '--format', 'json'])).out) as Report;
    expect(json.ledgers[0]).toMatchObject({ counted: true, unsound: true });
  });

  it('finds the ledger through the environment', async () => {
    const path = sample();
    const { out } = await cli(['report', '--since', 'all'], { GENAI_LEDGER_PATH: path });
    expect(out).toContain(`Ledger: ${path}`);
  });

  it('fits the terminal and colours it when there is one', async () => {
    const { FakeTerminal } = await import('./cli-fixture.js');
    const { run } = await import('../../src/cli/run.js');
    const terminal = new FakeTerminal();
    terminal.isTerminal = true;
    terminal.columns = 60;
    await run(['report', sample(), '--since', 'all'], terminal);
    expect(terminal.stdout).toContain('\u001b[1m');
    const plain = new FakeTerminal();
    Object.assign(plain, { isTerminal: true, columns: 60, env: { NO_COLOR: '1' } });
    await run(['report', sample(), '--since', 'all'], plain);
    expect(plain.stdout).not.toContain('\u001b');
    for (const line of plain.stdout.split('\n'))
      expect(line.length).toBeLessThanOrEqual(60 + 60 * Number(line.startsWith('Ledger')));
  });
});

describe('what goes wrong', () => {
  const newer = (): string => {
    const path = join(folder(), 'usage-ledger.json');
    writeFileSync(path, JSON.stringify({ ...sampleDocument(), version: 2 }));
    return path;
  };
  const cases: Array<[what: string, argv: () => string[], code: number, first: RegExp, second: RegExp]> = [
    [
      'a missing file',
      () => ['report', join(folder(), 'nope.json')],
      1,
      /there is no ledger at .*nope\.json/,
      /Give the path of a ledger/,
    ],
    [
      'something else',
      () => {
        const path = join(folder(), 'package.json');
        writeFileSync(path, '{"name":"x"}');
        return ['report', path];
      },
      1,
      /package\.json/,
      /Give the JSON file that otel-genai-ledger writes/,
    ],
    [
      'a newer version',
      () => ['report', newer()],
      1,
      /newer version/,
      /npm install otel-genai-ledger@latest/,
    ],
    [
      'garbage with line breaks and escape sequences',
      () => {
        const path = join(folder(), 'x\u001b[2J.json');
        writeFileSync(path, '\u001b[31m\n\n{"format":1');
        return ['report', path];
      },
      1,
      /x\\u001b\[2J\.json is not a usage ledger: .*\\u001b/,
      /Give the JSON file/,
    ],
    ['a directory', () => ['report', folder()], 1, /directory|regular file|EISDIR/i, /Give the file itself/],
    [
      'a file in place of a directory',
      () => ['report', join(sample(), 'x.json')],
      1,
      /ENOTDIR|no ledger/,
      /\w/,
    ],
    [
      'a pattern without match',
      () => ['report', join(folder(), '*.json')],
      1,
      /no file matches .*\*\.json/,
      /Check the pattern/,
    ],
    [
      'a bad date',
      () => ['report', sample(), '--since', 'last tuesday'],
      2,
      /--since: "last tuesday" is not valid/,
      /It must be a date \(2026-11-22\)/,
    ],
    [
      'a bad end',
      () => ['report', sample(), '--until', '2026-02-30'],
      2,
      /--until: "2026-02-30" is not valid/,
      /It must be a date/,
    ],
    [
      'a period that ends before it begins',
      () => ['report', sample(), '--since', '2026-11-22', '--until', '2026-11-20'],
      2,
      /--until: "2026-11-20" is not valid/,
      /It must not be before since/,
    ],
    [
      'a bad zone',
      () => ['report', sample(), '--timezone', 'Mars/Base'],
      2,
      /--timezone: "Mars\/Base" is not valid/,
      /IANA name like Europe\/Berlin/,
    ],
    [
      'an unknown column',
      () => ['report', sample(), '--by', 'day,modle'],
      2,
      /--by: there is no column "modle"/,
      /Did you mean model\? Columns: hour, day, .*agent, user\./,
    ],
    [
      'an empty column',
      () => ['report', sample(), '--by', ''],
      2,
      /--by: there is no column ""/,
      /Columns: hour/,
    ],
    [
      'a column twice',
      () => ['report', sample(), '--by', 'day,day'],
      2,
      /--by: "day" twice is not valid/,
      /name each column once/,
    ],
    [
      'an unknown filter',
      () => ['report', sample(), '--where', 'agnet=x'],
      2,
      /--where: there is no column "agnet"/,
      /Did you mean agent\?/,
    ],
    [
      'no filter',
      () => ['report', sample(), '--where', 'agent'],
      2,
      /--where: "agent" is not valid/,
      /column=value/,
    ],
    [
      'a bad top',
      () => ['report', sample(), '--top', '0'],
      2,
      /--top: "0" is not valid/,
      /positive whole number/,
    ],
    [
      'a bad format',
      () => ['report', sample(), '--format', 'xml'],
      2,
      /'--format <format>' argument 'xml' is invalid/,
      /csv, markdown, html/,
    ],
    [
      'an output directory',
      () => ['report', sample(), '--output', folder()],
      2,
      /--output: .* is not a regular file/,
      /Give the name of a file/,
    ],
    [
      'an output in no directory',
      () => ['report', sample(), '--output', join(folder(), 'a', 'b.txt')],
      1,
      /cannot write .*b\.txt/,
      /directory exists/,
    ],
    [
      'an output that is a link',
      () => {
        const path = join(folder(), 'l');
        symlinkSync('x', path);
        return ['report', sample(), '--output', path];
      },
      2,
      /is not a regular file/,
      /\w/,
    ],
    [
      'an unknown option',
      () => ['report', '--formt', 'json'],
      2,
      /unknown option '--formt'/,
      /Did you mean --format\? See genai-ledger --help/,
    ],
    ['an unknown command', () => ['repor'], 2, /unknown command 'repor'/, /Did you mean report\?/],
    ['a missing value', () => ['report', '--by'], 2, /'--by <columns>' argument missing/, /--help/],
    ['no limit', () => ['budget', sample()], 2, /no limit given/, /--max-day/],
    [
      'a bad limit',
      () => ['budget', sample(), '--max-day', 'lots'],
      2,
      /--max-day: "lots" is not valid/,
      /amount of USD/,
    ],
    [
      'a bad interval',
      () => ['watch', sample(), '--interval', '0'],
      2,
      /--interval: "0" is not valid/,
      /seconds/,
    ],
    ['a bad port', () => ['serve', sample(), '--port', '99999'], 2, /--port: "99999" is not valid/, /65535/],
    [
      'an unknown shell',
      () => ['completion', 'tcsh'],
      2,
      /command-argument value 'tcsh' is invalid for argument 'shell'$/,
      /bash, zsh, fish/,
    ],
    [
      'a bad prices file',
      () => {
        const path = join(folder(), 'p.json');
        writeFileSync(path, '{"openai/x":{"inputUsdPerMTok":-1}}');
        return ['reprice', sample(), '--prices', path];
      },
      2,
      /--prices: .*inputUsdPerMTok/,
      /Correct the file/,
    ],
    [
      'no prices file',
      () => ['reprice', sample(), '--prices', join(folder(), 'p.json')],
      2,
      /--prices: cannot read/,
      /Give a JSON file/,
    ],
    [
      'a pattern that is none',
      () => ['report', join(folder(), '[z-a].json')],
      2,
      /\[z-a\]\.json is no pattern/,
      /characters and ranges/,
    ],
    [
      'an output file without a name',
      () => ['report', sample(), '--output', ''],
      2,
      /--output: no name is not a regular file/,
      /Give the name of a file/,
    ],
    [
      'a check of nothing',
      () => ['check', join(folder(), 'nope.json')],
      1,
      /there is no ledger/,
      /Give the path/,
    ],
  ];
  it.each(cases)('%s is one line what and one line what to do', async (_what, argv, code, first, second) => {
    const outcome = await cli(argv());
    expect(outcome.out).toBe('');
    const lines = outcome.err.split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^genai-ledger: /);
    expect(lines[0]).toMatch(first);
    expect(lines[1]).toMatch(/^ {2}\S/);
    expect(lines[1]).toMatch(second);
    expect(outcome.code).toBe(code);
  });

  it('names its own defects as such, with a stack only when asked', async () => {
    const { explainError } = await import('../../src/cli/explain-error.js');
    const failure = explainError(new Error('boom'));
    expect([failure.message, failure.exitCode]).toEqual(['unexpected failure: boom', 1]);
    expect(failure.advice).toContain('GENAI_LEDGER_DEBUG=1');
    const { err } = await cli(['report', sample(), '--since', 'x'], { GENAI_LEDGER_DEBUG: '1' });
    expect(err).toMatch(/RangeError: since must be/);
  });
});

describe('help', () => {
  it.each(['report', 'watch', 'serve', 'budget', 'check', 'compact', 'reprice', 'completion'])(
    '%s has examples',
    async (command) => {
      const { code, out, err } = await cli([command, '--help']);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(new RegExp(`^Usage: genai-ledger ${command}`));
      expect(out).toMatch(/\nExamples:\n {2}\S/);
    },
  );

  it('lists commands, exit codes and environment', async () => {
    const { code, out } = await cli(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('Exit codes: 0 ok, 1 problem with the ledger, 2 wrong usage, 3 over budget.');
    expect(out).toContain('GENAI_LEDGER_PATH');
  });

  it('is what no command at all is answered with, on standard error', async () => {
    const { code, out, err } = await cli([]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^Usage: genai-ledger/);
  });

  it('tells the version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(await cli(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });
});

describe('budget', () => {
  const rows = [
    { start: ago(0), model: 'a', calls: 1, costNanoUsd: 12_500_000_000, dimensions: { agent: 'refunds' } },
    {
      start: ago(0),
      model: 'b',
      calls: 2,
      unpricedCalls: 2,
      costNanoUsd: 0,
      dimensions: { agent: 'search' },
    },
  ];
  const path = (): string => writeCopy(join(folder(), 'usage-ledger.json'), makeDocument(rows));

  it('ends with 3 when today or this month is over', async () => {
    const over = await cli(['budget', path(), '--max-day', '10', '--max-month', '12.5']);
    expect(over.code).toBe(3);
    expect(over.out).toMatch(
      /^day \d{4}-\d\d-\d\d {2}≥\$12\.5000 of \$10\.0000 \(125\.0%\) {2}OVER {2}2 calls have no known price$/m,
    );
    expect(over.out).toMatch(/^month \d{4}-\d\d {2}≥\$12\.5000 of \$12\.5000 \(100\.0%\) {2}ok/m);
  });

  it('names what is not in the sums: copies that contradict (exit 1), and calls without usage', async () => {
    const where = folder();
    const copies = [X, Y].map((writer) =>
      writeCopy(
        join(where, `${writer}.json`),
        makeDocument(rows, { writers: { [X]: 1, [Z]: 1, [writer]: 9 } }),
      ),
    );
    const conflict = await cli(['budget', ...copies, '--max-day', '20']);
    expect(conflict.code).toBe(1);
    expect(conflict.err).toMatch(/^WARNING: .* began as one ledger and went on separately/);
    expect((await cli(['budget', ...copies, '--max-day', '1'])).code).toBe(3);
    const unmetered = { start: ago(0), calls: 1, unmeteredCalls: 1, unpricedCalls: 0 };
    const path = writeCopy(
      join(where, 'unmetered.json'),
      makeDocument([unmetered, { start: ago(0), calls: 1, unpricedCalls: 1 }]),
    );
    const { code, out } = await cli(['budget', path, '--max-day', '20']);
    expect(code).toBe(0);
    expect(out).toMatch(/ ≥\$0\.\d+ of .* {2}ok {2}1 call has no known price {2}1 call has no usage$/m);
  });

  it('says so when no group spent anything', async () => {
    const path = writeCopy(
      join(folder(), 'old.json'),
      makeDocument([{ start: '2026-01-05T00:00:00Z', calls: 1, dimensions: { agent: 'a' } }]),
    );
    expect(await cli(['budget', path, '--max-day', '1', '--by', 'agent'])).toEqual({
      code: 0,
      out: 'Nothing was spent.\n',
      err: '',
    });
  });

  it('ends with 0 when all is within', async () => {
    expect((await cli(['budget', path(), '--max-day', '$12.50'])).code).toBe(0);
  });

  it('holds each group to the limit', async () => {
    const { code, out } = await cli([
      'budget',
      path(),
      '--max-day',
      '10',
      '--by',
      'agent',
      '--format',
      'json',
    ]);
    expect(code).toBe(3);
    const states = JSON.parse(out) as Array<{ group: object; over: boolean }>;
    expect(states.map(({ group, over }) => [group, over])).toEqual([
      [{ agent: 'refunds' }, true],
      [{ agent: 'search' }, false],
    ]);
  });
});

describe('check, compact, reprice', () => {
  const unpriced = {
    start: '2026-11-22T10:00:00Z',
    model: 'my-finetune',
    calls: 2,
    unpricedCalls: 2,
    inputTokens: 1_000_000,
    outputTokens: 500_000,
    unpricedInputTokens: 1_000_000,
    unpricedOutputTokens: 500_000,
  };

  it('check is content with a whole ledger and ends with 1 on a defect', async () => {
    const path = await writeLedger(join(folder(), 'usage-ledger.json'), [unpriced]);
    const good = await cli(['check', path]);
    expect([good.code, good.err]).toEqual([0, '']);
    expect(good.out).toMatch(/usage-ledger\.json: ok \(1 writer, 1 journal part, no base\)/);
    const text = readFileSync(path, 'utf8').replaceAll('"inputTokens": 1000000', '"inputTokens": 1000001');
    writeFileSync(path, text.replaceAll('"inputTokens":1000000', '"inputTokens":1000001'));
    const bad = await cli(['check', path, '--format', 'json']);
    expect(bad.code).toBe(1);
    const checks = JSON.parse(bad.out) as Array<{ findings: Array<{ level: string }> }>;
    expect(checks[0]?.findings.some(({ level }) => level === 'defect')).toBe(true);
  });

  it('says how many calls have no price still', async () => {
    const path = await writeLedger(join(folder(), 'usage-ledger.json'), [unpriced]);
    const { code, out } = await cli(['reprice', path, '--dry-run']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /: nothing to reprice\n {2}2 calls have no known price still; --prices takes yours\.\n$/,
    );
    const json = JSON.parse((await cli(['reprice', path, '--dry-run', '--format', 'json'])).out) as unknown;
    expect(json).toEqual([{ path, dryRun: true, models: [], unpricedCalls: 2 }]);
  });

  it('reprices what has a price only when told so, at the prices of the time or of today', async () => {
    const where = folder();
    const row = { start: '2020-01-01T00:00:00Z', model: 'mine', calls: 1, inputTokens: 1_000_000 };
    const path = await writeLedger(join(where, 'usage-ledger.json'), [
      { ...row, costNanoUsd: 5e9, inputCostNanoUsd: 5e9 },
    ]);
    const prices = join(where, 'prices.json');
    writeFileSync(
      prices,
      JSON.stringify({
        'openai/mine': [
          { inputUsdPerMTok: 7, outputUsdPerMTok: 0, until: '2021-01-01T00:00:00Z' },
          { inputUsdPerMTok: 9, outputUsdPerMTok: 0, from: '2021-01-01T00:00:00Z' },
        ],
      }),
    );
    const total = async (): Promise<number> =>
      (JSON.parse(readFileSync(path, 'utf8')) as { totals: { costUsd: number } }).totals.costUsd;
    const env = { GENAI_LEDGER_PRICES_FILE: prices };
    expect((await cli(['reprice', path], env)).out).toContain('nothing to reprice');
    expect(await total()).toBe(5);
    await cli(['reprice', path, '--all'], env);
    expect(await total()).toBe(7);
    const { out } = await cli(['reprice', path, '--all', '--today'], env);
    expect(out).toMatch(/openai\/mine +1 +\$7\.0000 +\$9\.0000/);
    expect(await total()).toBe(9);
    expect((await cli(['check', path])).out).toMatch(/all calls priced anew, at today's prices/);
  });

  it('check takes a bare copy of the file for what it is', async () => {
    const path = writeCopy(join(folder(), 'copy.json'), makeDocument([unpriced]));
    const { code, out } = await cli(['check', path]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /: ok .*\n {2}note: there are no journals beside .*, as of 2026-11-22T10:20:05\.123Z$/m,
    );
  });

  it.each([
    ['check', /: ok /],
    ['compact', /journal part/],
    ['reprice', /openai\/my-finetune +2 +unknown +\$9\.0000/],
  ])('%s tells what it did before it came to a ledger that fails', async (command, told) => {
    const where = folder();
    const path = await writeLedger(join(where, 'usage-ledger.json'), [unpriced]);
    const prices = join(where, 'prices.json');
    writeFileSync(prices, '{"openai/my-finetune":{"inputUsdPerMTok":3,"outputUsdPerMTok":12}}');
    const { code, out, err } = await cli([command, path, join(where, 'nope.json')], {
      GENAI_LEDGER_PRICES_FILE: prices,
    });
    expect(code).toBe(1);
    expect(err).toMatch(/there is no ledger at .*nope\.json/);
    expect(out).toMatch(told);
  });

  it('compact publishes and folds what a dead process left', async () => {
    const path = await writeLedger(join(folder(), 'usage-ledger.json'), [unpriced], false);
    const { code, out } = await cli(['compact', path]);
    expect(code).toBe(0);
    expect(out).toMatch(/usage-ledger\.json: .*journal part/);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ totals: { calls: 2 } });
  });

  it('reprice shows before and after, writes once, and changes nothing on a dry run', async () => {
    const where = folder();
    const path = await writeLedger(join(where, 'usage-ledger.json'), [unpriced]);
    const prices = join(where, 'prices.json');
    writeFileSync(
      prices,
      JSON.stringify({ 'openai/my-finetune': { inputUsdPerMTok: 3, outputUsdPerMTok: 12 } }),
    );
    const before = readFileSync(path, 'utf8');
    const argv = ['reprice', path, '--prices', prices, '--model', 'openai/my-finetune'];
    const dry = await cli([...argv, '--dry-run']);
    expect(dry.code).toBe(0);
    expect(dry.out).toMatch(/openai\/my-finetune +2 +unknown +\$9\.0000/);
    expect(dry.out).toContain('Dry run: nothing was written.');
    expect(readFileSync(path, 'utf8')).toBe(before);
    const done = JSON.parse((await cli([...argv, '--format', 'json'])).out) as Array<{
      models: Array<{ afterUsd: number }>;
    }>;
    expect(done[0]?.models[0]?.afterUsd).toBe(9);
    expect((await cli(['report', path, '--since', 'all'])).out).toMatch(/^Total .*\$9\.0000$/m);
    expect((await cli(argv)).out).toMatch(/: nothing to reprice\n$/);
    const checked = await cli(['check', path]);
    expect(checked.code).toBe(0);
    const reason =
      /reprice: calls without a price priced of openai\/my-finetune \(own prices, @pydantic\/genai-prices /;
    expect(checked.out).toMatch(reason);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      corrections: [{ reason: expect.stringMatching(reason), rows: 1, beforeUsd: 0, afterUsd: 9 }],
    });
    const report = await cli(['report', path, '--since', 'all']);
    expect(report.out).toMatch(
      /^Corrected \d{4}-\d\d-\d\d: reprice: .*; \$0\.0000 became \$9\.0000 in 1 row\.$/m,
    );
    // It stays on record when journals are folded, and when only a copy of the file is left.
    await cli(['compact', path]);
    const copy = join(folder(), 'copy.json');
    writeFileSync(copy, readFileSync(path));
    expect((await cli(['report', copy, '--since', 'all'])).out).toMatch(/^Corrected .* became \$9\.0000/m);
    expect((await cli(['reprice', path, '--dry-run', '--all', '--model', 'gpt-4o'])).out).toContain(
      'nothing to reprice',
    );
  });
});
