/** Every example runs, as a builder would run it, and says so when it is wrong. */
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
const EXAMPLES = [
  'examples/voice/auth-handler.ts',
  'examples/voice/credentials.ts',
  'examples/voice/own-check.ts',
  'examples/voice/secure-tool.ts',
  'examples/voice/sessions.ts',
  'examples/voice/tls.ts',
];

it('none is left out', () => {
  expect(globSync('examples/voice/*.ts', { cwd: ROOT }).sort()).toEqual(EXAMPLES);
});

it.concurrent.for(EXAMPLES)('the example %s runs', async (example) => {
  const { PATH } = process.env;
  await run(process.execPath, [example], { cwd: ROOT, env: { PATH, SIGNALWIRE_LOG_LEVEL: 'error' } });
});
