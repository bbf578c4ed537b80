/** What a house does about guessing: it locks out, and tells the audit log, the operator's log and a webhook. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { engines } from '../support/engines.ts';
import { openHouse } from '../support/house.ts';
import { verifiedLog } from '../support/log.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ADDRESS = '203.0.113.77';

it('a lock-out is one HIGH alert, in the log without the address and signed at the webhook, and no request waits for it', async () => {
  const received: { headers: Record<string, string>; body: string }[] = [];
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers as Record<string, string>, body: await text(request) });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const { engine } = await engines[0]!.open();
  const close = engine.close;
  onTestFinished(() => close());
  const t = await openHouse({
    engine: { ...engine, close: async () => undefined }, // to be looked into afterwards
    environment: { ALERT_WEBHOOK_URL: `http://127.0.0.1:${port}/`, ALERT_WEBHOOK_SECRET: SECRET },
  });
  const at = Math.floor(Date.now() / 1000) * 1000;
  t.clock.set(at); // the library looks at the machine's clock
  const { lockOut } = t.house;
  for (let i = 0; i < 200; i++) lockOut.failed(ADDRESS);
  expect(lockOut.lockedUntil(ADDRESS)).toBe(at + 900_000);
  await t[Symbol.asyncDispose]();

  expect(received).toHaveLength(1);
  expect(new Webhook(SECRET).verify(received[0]!.body, received[0]!.headers)).toMatchObject({
    type: 'alert.lock_out',
    data: { severity: 'HIGH', subject: '203.0.113.0/24', count: 1 },
  });
  const log = await verifiedLog(engine, t.house.vkey);
  const alerts = log.filter(({ event }) => event === 'alert');
  expect(alerts).toMatchObject([
    { type: 'system', org: PLATFORM_ORG, detail: { kind: 'lock_out', severity: 'HIGH', network: '203.0.113.0/24' } },
  ]);
  expect(JSON.stringify([log, received])).not.toContain(ADDRESS);
  expect(t.faults).toEqual([]);
});

it('in demo mode nobody is locked out', async () => {
  await using t = await openHouse({ environment: { DEMO_MODE: 'true' } });
  for (let i = 0; i < 200; i++) t.house.lockOut.failed(ADDRESS);
  expect(t.house.lockOut.lockedUntil(ADDRESS)).toBeNull();
});
