/** Adds up the test runner's JSON reports in a folder: `123 passed, 0 failed`. Exits with 1 when one failed or none ran. */
import { globSync, readFileSync } from 'node:fs';

const folder = process.argv[2];
if (folder === undefined) throw new Error('name the folder with the reports');

const total = { passed: 0, failed: 0 };
for (const file of globSync(`${folder}/*.json`)) {
  const report = JSON.parse(readFileSync(file, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numFailedTestSuites: number;
    success: boolean;
  };
  total.passed += report.numPassedTests;
  // a file that can't even be loaded has no test that failed, and is a failure all the same
  total.failed +=
    report.numFailedTests === 0 && !report.success ? Math.max(1, report.numFailedTestSuites) : report.numFailedTests;
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
