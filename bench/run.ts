/**
 * `npm run bench -- [--seconds 8] [--rounds 3] [--only name,…] [--write]`: measures the baselines and the product side
 * by side and prints the tables; with --write also into docs/benchmarks.md. Rounds are interleaved (A B C A B C …), so
 * that a change of the machine's mood falls on all targets. Ends with 1 if a target gave a wrong answer under load.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measure, type Round } from './load.ts';
import { describeMachine } from './machine.ts';
import { hasFailures, microTable, targetTable } from './report.ts';
import { micros, targets, voiceTargets } from './targets.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const seconds = count('seconds', values.seconds);
const rounds = count('rounds', values.rounds);
const only = values.only?.split(',');
checkNames(only ?? []);
if (values.write && only !== undefined) throw new Error('--write takes a full run: leave out --only');

const chosen = <T extends { name: string }>(all: readonly T[]): readonly T[] =>
  only === undefined ? all : all.filter(({ name }) => only.includes(name));
const toMeasure = (all: typeof targets) => chosen(all).map((target) => ({ target, rounds: [] as Round[] }));
const [doors, voice] = [toMeasure(targets), toMeasure(voiceTargets)];
const measured = [...doors, ...voice];
const microMeasured = chosen(micros).map((micro) => ({ micro, runs: [] as number[], notes: [] as string[] }));

for (let round = 1; round <= rounds; round++) {
  for (const { target, rounds: done } of measured) {
    progress(`round ${round} of ${rounds}: ${target.name}, ${seconds} s`);
    done.push(await measure(target, seconds));
  }
  for (const { micro, runs, notes } of microMeasured) {
    progress(`round ${round} of ${rounds}: ${micro.name}`);
    runs.push(await micro.run((text) => notes.push(text)));
  }
}
progress('');

const machine = describeMachine(repositoryPath('data/'));
const setting = `${rounds} × ${seconds} s for each target, 50 connections unless its name says another number, load and server on the same machine`;
const tables = [
  ...(doors.length > 0 ? [targetTable(doors, ['documented', 'tuned'])] : []),
  ...(voice.length > 0 ? [targetTable(voice, ['baseline'])] : []),
  ...(microMeasured.length > 0 ? [microTable(microMeasured)] : []),
];
process.stdout.write(`${[machine, setting, ...tables].join('\n\n')}\n`);
if (values.write) writeDocument();
if (measured.some(hasFailures)) {
  process.stderr.write('Some calls were not answered as they should be: see the columns non-2xx and failed.\n');
  process.exitCode = 1;
}

function writeDocument(): void {
  const text = [
    '# Benchmarks',
    'Written by `npm run bench -- --write`. Ratios decide; absolute figures hold for the machine below.',
    `${machine}  \n${setting}; median of the rounds (min–max), ratios taken round by round.`,
    '`echo` is the official MCP server with one unguarded echo tool as its documentation shows it, `echo-tuned` the same with a body parsed once; `-2025` the same under protocol revision 2025-11-25. `bare-hono` is a JSON echo without MCP. `provider-N` is `guarded` in production: carried by HTTP to a double of Twilio in another process, which takes 50 ms for an answer, with N calls under way; more than N ÷ 50 ms is not possible. `get-script`, `post-script` and `function` are an agent of the voice SDK with ten functions, all protections on; `naive-…` is one written with Hono and its own middleware, `bare-function` a bare Hono route that reads the same JSON and answers with the same headers (1.6 times its time is a ratio of 0.625). "Alone" is one connection, hence without queueing. A call that is answered with the wrong body counts as failed, not as a call.',
    ...tables,
    'What is no speed: how many of the attack corpus succeed, and how much ordinary work goes through without a person, is in [flow-control.md](flow-control.md#figures).',
  ];
  mkdirSync(repositoryPath('docs/'), { recursive: true });
  writeFileSync(repositoryPath('docs/benchmarks.md'), `${text.join('\n\n')}\n`);
}

function repositoryPath(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${option} takes a whole number from 1 on, not "${text}"`);
  return value;
}

function checkNames(names: readonly string[]): void {
  const known = [...targets, ...voiceTargets, ...micros].map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}; there are ${known.join(', ')}`);
}

/** One line that replaces itself on a terminal; a line each in a log. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  else if (text !== '') process.stderr.write(`${text}\n`);
}
