/**
 * Exits with 1 unless tests of a folder ran, and none of them was skipped, by the test runner's JSON report:
 * `node scripts/assert-ran.ts report.json test/contracts`. For proofs that are skipped quietly where what they need is absent.
 */
import { readFileSync } from 'node:fs';

const [report, folder] = process.argv.slice(2);
if (report === undefined || folder === undefined) throw new Error('name the report and the folder');

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}
const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
const files = testResults.filter(({ name }) => name.includes(`/${folder}/`));

let ran = 0;
let skipped = 0;
for (const { name, assertionResults } of files) {
  const left = assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed').length;
  if (left > 0) process.stdout.write(`SKIPPED, so not proven: ${left} tests of ${name}\n`);
  skipped += left;
  ran += assertionResults.length - left;
}
process.stdout.write(`${folder}: ${ran} tests ran, ${skipped} were skipped\n`);
if (skipped > 0 || ran === 0) process.exitCode = 1;
