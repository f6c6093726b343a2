// Prints the counts of a vitest JSON report as its last line: "N passed, N failed, N skipped".
import { readFileSync } from 'node:fs';

let report;
try {
  report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
} catch (error) {
  console.error(`no test report: ${error.message}`);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exit(1);
}

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const file of report.testResults) {
  // A file that did not load has no tests to fail.
  if (file.status === 'failed' && file.assertionResults.length === 0) counts.failed += 1;
  for (const { status } of file.assertionResults) counts[status in counts ? status : 'skipped'] += 1;
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
