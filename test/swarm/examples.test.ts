/** The examples of the swarm run as their readers run them, and docs/agents.md shows nothing that is not in them. */
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../cli/command-line.ts';
import { COMPILE_CACHE } from '../support/compile-cache.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');
const EXAMPLES = globSync('examples/swarm/*.ts', { cwd: ROOT }).sort();

test('every kind of agent answers, and an input that does not fit is refused', async () => {
  using folder = temporaryFolder();
  expect(EXAMPLES).toEqual(['examples/swarm/bakery.ts', 'examples/swarm/check.ts', 'examples/swarm/worker.ts']);
  const env = { PATH: process.env['PATH'], TMPDIR: folder.path, ...COMPILE_CACHE };
  await promisify(execFile)(process.execPath, ['examples/swarm/check.ts'], { cwd: ROOT, env });
});

test('docs/agents.md shows the examples as they are', () => {
  const snippets = [...read('docs/agents.md').matchAll(/```ts\n(.*?)```/gs)].map((found) => found[1]!);
  const sources = EXAMPLES.map(read);
  expect(snippets.length).toBeGreaterThan(4);
  expect(snippets.filter((snippet) => !sources.some((source) => source.includes(snippet)))).toEqual([]);
});
