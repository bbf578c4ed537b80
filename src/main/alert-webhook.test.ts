import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ToldAlert } from '../guard/alerts.ts';
import { systemClock } from '../kernel/clock.ts';
import { systemEntropy } from '../kernel/entropy.ts';
import { createIds, PLATFORM_ORG } from '../kernel/ids.ts';
import { type AlertWebhookParts, createAlertWebhook } from './alert-webhook.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const AT = Date.UTC(2026, 10, 20, 12);
const ALERT: ToldAlert = {
  severity: 'HIGH',
  kind: 'lock_out',
  org: PLATFORM_ORG,
  say: 'Somebody guesses.',
  subject: '203.0.113.0/24',
  detail: { failures: 10 },
  count: 3,
  since: AT,
  at: AT,
};

interface Delivery {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly path: string;
}

/** A receiver on loopback that answers by `answer`, and tells of each delivery as it comes. */
async function receiver(answer: (nth: number) => RequestListener) {
  const deliveries: Delivery[] = [];
  const server = createServer(async (request, response) => {
    deliveries.push({ headers: request.headers, body: await text(request), path: request.url ?? '' });
    answer(deliveries.length)(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { deliveries, url: `http://127.0.0.1:${port}/alerts?room=1` };
}
const status =
  (code: number, headers = {}): RequestListener =>
  (_, response) =>
    response.writeHead(code, headers).end('x'.repeat(100_000));

function webhook(url: string, more: Partial<AlertWebhookParts> = {}) {
  const faults: string[] = [];
  const made = createAlertWebhook({
    url,
    secret: SECRET,
    clock: systemClock,
    ids: createIds(systemClock, systemEntropy()),
    onFault: (fault) => faults.push(String(fault)),
    pausesMs: [1, 1, 1, 1],
    ...more,
  });
  onTestFinished(() => made.stop(0));
  return { ...made, faults };
}
const IN_TIME = 20_000;

describe('an alert on its way to a webhook', () => {
  it('is what the official library verifies, and says what happened', async () => {
    const { deliveries, url } = await receiver(() => status(204));
    const { send, stop, faults } = webhook(url);
    send(ALERT);
    await stop(IN_TIME);
    const [{ headers, body, path }] = deliveries as [Delivery];
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toEqual({
      type: 'alert.lock_out',
      timestamp: '2026-11-20T12:00:00.000Z',
      data: {
        severity: 'HIGH',
        organizationId: PLATFORM_ORG,
        subject: '203.0.113.0/24',
        say: 'Somebody guesses.',
        count: 3,
        since: '2026-11-20T12:00:00.000Z',
        detail: { failures: 10 },
      },
    });
    expect(path).toBe('/alerts?room=1');
    expect(headers['content-type']).toBe('application/json');
    expect(() => new Webhook(SECRET).verify(`${body} `, headers as Record<string, string>)).toThrow();
    expect([deliveries.length, faults]).toEqual([1, []]);
  });

  it('is tried again under the same id until it is taken', async () => {
    const { deliveries, url } = await receiver((nth) => status(nth < 4 ? 503 : 200));
    const { send, stop, faults } = webhook(url);
    send(ALERT);
    await stop(IN_TIME);
    expect(deliveries).toHaveLength(4);
    expect(new Set(deliveries.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(faults).toEqual([]);
  });

  it('is given up after five attempts, which is told without the address', async () => {
    const { deliveries, url } = await receiver(() => status(500));
    const { send, stop, faults } = webhook(url);
    send(ALERT);
    await stop(IN_TIME);
    expect(deliveries).toHaveLength(5);
    expect(faults).toEqual([
      expect.stringMatching(/alr_\w+ could not be delivered to ALERT_WEBHOOK_URL: it answered 500/),
    ]);
    expect(faults.join()).not.toContain('room=1');
  });

  it('follows no redirect, and goes no more to who is gone', async () => {
    const elsewhere = await receiver(() => status(200));
    const { deliveries, url } = await receiver((nth) =>
      nth === 1 ? status(307, { location: elsewhere.url }) : status(410),
    );
    const { send, stop, faults } = webhook(url);
    send(ALERT);
    await stop(IN_TIME);
    expect([deliveries.length, elsewhere.deliveries.length]).toEqual([2, 0]);
    expect(faults).toHaveLength(1);
  });

  it('does not wait for a receiver that never answers, or is not there', async () => {
    const { deliveries, url } = await receiver(() => () => undefined);
    const slow = webhook(url, { timeoutMs: 50, pausesMs: [1] });
    slow.send(ALERT);
    await slow.stop(IN_TIME);
    expect(deliveries).toHaveLength(2);
    expect(slow.faults).toEqual([expect.stringContaining('it took too long')]);

    const nobody = webhook('http://127.0.0.1:1/');
    nobody.send(ALERT);
    await nobody.stop(IN_TIME);
    expect(nobody.faults).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });

  it('waits in a queue that has an end, in order, one at a time', async () => {
    let open = 0;
    let most = 0;
    const { deliveries, url } = await receiver(() => (_, response) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open--;
        response.writeHead(200).end();
      });
    });
    const { send, stop, faults } = webhook(url);
    for (let i = 0; i < 1_000; i++) send({ ...ALERT, count: i + 1 });
    await stop(IN_TIME);
    const counts = deliveries.map(({ body }) => JSON.parse(body).data.count);
    expect(counts).toEqual(counts.map((_, i) => i + 1));
    expect(counts.length).toBeLessThanOrEqual(101);
    expect(most).toBe(1);
    expect(faults).toEqual([expect.stringContaining('too many alerts')]);
  });

  it('is let go at the stop when it takes too long, and none is taken after it', async () => {
    const { deliveries, url } = await receiver(() => () => undefined);
    const { send, stop, faults } = webhook(url);
    send(ALERT);
    await stop(0);
    send(ALERT);
    expect(deliveries.length).toBeLessThanOrEqual(1);
    expect(faults).toEqual([expect.stringContaining('at the stop')]);
  });
});
