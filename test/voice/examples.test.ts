/** Every example runs, as a builder would run it, and says so when it is wrong. */
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const examples = globSync('examples/voice/*.ts', { cwd: ROOT });
const run = promisify(execFile);

it('there are some', () => {
  expect(examples.length).toBeGreaterThanOrEqual(6);
});

it.concurrent.for(examples)('%s', async (example) => {
  const { PATH } = process.env;
  await run(process.execPath, [example], { cwd: ROOT, env: { PATH, SIGNALWIRE_LOG_LEVEL: 'error' } });
});
