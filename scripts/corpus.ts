/** Replays every captured trace of a real library and prints, by dialect, how many the ledger counts exactly. */
import { defects, loadCaptures, replay, type ReplayOptions } from '../test/span/support/captures.js';
import { SummingSink } from '../test/span/support/summing-sink.js';

interface Score {
  recoverable: number;
  exact: number;
  lost: number;
  over: number;
  unmetered: number;
}

const WAYS: readonly (readonly [string, ReplayOptions])[] = [
  ['processor (onStart and onEnd)', {}],
  ['exporter only (ends)', { way: 'ends' }],
];

const captures = loadCaptures();
let failed = false;
for (const [title, options] of WAYS) {
  const scores = new Map<string, Score>();
  const wrong: string[] = [];
  for (const capture of captures) {
    const sink = new SummingSink();
    replay(capture, sink, options);
    const found = defects(capture, sink);
    const score = scores.get(capture.dialect) ?? { recoverable: 0, exact: 0, lost: 0, over: 0, unmetered: 0 };
    scores.set(capture.dialect, score);
    if (capture.expect.recoverable) {
      score.recoverable++;
      if (found.length === 0) score.exact++;
    } else {
      score.lost++;
      score.over += found.length === 0 ? 0 : 1;
    }
    score.unmetered += sink.totals().unmeteredCalls;
    if (found.length > 0) wrong.push(`${capture.file}: ${found.join('; ')}`);
  }
  printScores(title, scores);
  for (const line of wrong) console.log(`  wrong: ${line}`);
  failed ||= wrong.length > 0;
}
if (failed) process.exitCode = 1;

function printScores(title: string, scores: ReadonlyMap<string, Score>): void {
  const sum: Score = { recoverable: 0, exact: 0, lost: 0, over: 0, unmetered: 0 };
  console.log(`\n${title}`);
  console.log('dialect                      exact/recoverable   over/unrecoverable   unmetered calls');
  for (const [dialect, score] of scores) {
    printScore(dialect, score);
    for (const key of Object.keys(sum) as (keyof Score)[]) sum[key] += score[key];
  }
  printScore('all', sum);
}

function printScore(name: string, score: Score): void {
  const exact = `${score.exact}/${score.recoverable}`;
  const over = `${score.over}/${score.lost}`;
  console.log(
    `${name.padEnd(28)} ${exact.padStart(17)} ${over.padStart(20)} ${String(score.unmetered).padStart(17)}`,
  );
}
