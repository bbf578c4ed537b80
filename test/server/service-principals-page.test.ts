/** docs/service-principals.md, word for word: a key made as the page says, and a token of the page's own program, let one in. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { BASE, openLive } from '../support/live-house.ts';

const PAGE = readFileSync(new URL('../../docs/service-principals.md', import.meta.url), 'utf8');

it('a token of the page’s own program is good for one request', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [, make = '', publicHalf = ''] = /^(openssl genpkey .*)\n(openssl pkey .*?) +# x$/m.exec(PAGE) ?? [];
  const x = execFileSync('sh', ['-c', `${make}\n${publicHalf}`], { cwd: folder, encoding: 'utf8' }).trim();
  const program = /^```js\n(.*?)^```/ms.exec(PAGE)?.[1] ?? '';

  const live = await openLive();
  live.clock.set(systemClock.now());
  const { serviceId } = await live.done('identity/register-service', {
    ...{ name: 'Billing', scopes: ['agent:read'], publicKey: { kty: 'OKP', crv: 'Ed25519', x } },
  });
  const token = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    env: { KEY_FILE: join(folder, 'service.pem'), SERVICE_ID: serviceId, PUBLIC_URL: BASE },
    encoding: 'utf8',
  }).trim();
  expect((await live.act('comms/ping', {}, token)).status).toBe(200);
  expect((await live.act('comms/ping', {}, token)).status).toBe(401);
});
