/** One click to unsubscribe (RFC 8058): what a mail program posts and a scanner fetches, and what nobody else can do. */
import { describe, expect, it, test } from 'vitest';
import { eventData } from '../doubles/resend.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { BASE, type Live, type LiveAgent, MAILBOX, mailing, openLive, READER, texting } from '../support/live-house.ts';

const ONE_CLICK = {
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'List-Unsubscribe=One-Click',
};

const mail = (live: Live, agent: LiveAgent) =>
  live.act(
    'comms/send-message',
    { to: READER, channel: 'email', subject: 'News', body: 'Hello', unsubscribe: true },
    agent.token,
  );
const addressIn = (live: Live, i = -1) =>
  (live.resend.sent.at(i)!.body['headers'] as Record<string, string>)['List-Unsubscribe']!.slice(1, -1);
const suppressed = async (live: Live) => (await dump(live.engine)).get('suppression') !== '[]';

async function setUp(options: Parameters<typeof openLive>[0] = {}) {
  const live = await openLive(options);
  const agent = await mailing(live);
  expect((await mail(live, agent)).status).toBe(200);
  return { live, agent, address: addressIn(live) };
}

describe.each(engines)('one click, on $name', (on) => {
  it('ends mail to that person, without cookie, sign-in or redirect, and may be clicked again', async () => {
    const { live, agent, address } = await setUp({ on });
    for (let i = 0; i < 3; i++) {
      const answer = await live.ask(address, ONE_CLICK);
      expect([answer.status, answer.headers.location, answer.headers['set-cookie']]).toEqual([
        200,
        undefined,
        undefined,
      ]);
      expect(answer.text).toContain('You are unsubscribed');
    }
    expect((await mail(live, agent)).json).toMatchObject({ code: 'suppressed' });
    const found = await live.engine.db.selectFrom('suppression').select(['channel', 'reason', 'by']).execute();
    expect(found).toEqual([{ channel: 'email', reason: 'stop', by: 'provider:recipient' }]);
    await live.house.answer();
    expect(live.resend.sent).toHaveLength(1); // who clicks has seen the page: no mail says so again
  });

  it('counts again for who has come back since', async () => {
    const domain = READER.split('@')[1];
    const raw = Buffer.from(
      `Received: from mx by inbound-smtp.eu-west-1.amazonaws.com with SMTP id 1\r\n` +
        `Authentication-Results: amazonses.com; dkim=pass header.i=@${domain}\r\nFrom: ${READER}\r\n\r\nSTART`,
    );
    const { live, agent, address } = await setUp({ on, download: async () => raw });
    expect((await live.ask(address, ONE_CLICK)).status).toBe(200);
    const { id } = live.resend.takeIn({
      from: READER,
      to: [MAILBOX],
      subject: 'Re: News',
      text: 'START',
      raw: { download_url: 'https://files.example/raw' },
    });
    const came = eventData({ email_id: id, from: READER, to: [MAILBOX] });
    expect(await live.resend.deliver('email.received', came, new Date(live.clock.now()))).toEqual([200]);
    await live.done('comms/record-consent', { agentId: agent.id, contact: READER, channel: 'email' });
    expect((await mail(live, agent)).status).toBe(200);
    expect((await live.ask(address, ONE_CLICK)).status).toBe(200);
    expect((await mail(live, agent)).json).toMatchObject({ code: 'suppressed' });
  });
});

test('a GET or HEAD changes nothing: scanners follow links; it shows one button on a page that can do nothing else', async () => {
  const { live, agent, address } = await setUp();
  for (const method of ['GET', 'HEAD']) {
    const { status, headers } = await live.ask(address, { method });
    expect([method, status]).toEqual([method, 200]);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    );
    expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'cache-control': 'no-store' });
    expect(headers['set-cookie']).toBeUndefined();
  }
  const { text } = await live.ask(address, { method: 'GET' });
  expect(text.match(/<button/g)).toHaveLength(1);
  expect(text).toContain('<form method="post">');
  expect(text).not.toMatch(/<script|<img|<link|https?:\/\//);
  expect(text).not.toContain(address.slice(-20));
  expect(await suppressed(live)).toBe(false);
  expect((await mail(live, agent)).status).toBe(200);
});

test('the button works in a browser, which says where it was pressed', async () => {
  const { live, address } = await setUp({
    environment: { CORS_ALLOWED_ORIGINS: 'https://app.example', PUBLIC_URL: 'https://door.example' },
  });
  const { headers } = await live.ask(address, { method: 'GET' });
  // the Fetch standard: under `no-referrer` the origin of a form would be `null`, which is nobody's
  expect(headers['referrer-policy']).toBe('same-origin');
  const pressed = { headers: { origin: BASE, 'content-type': 'application/x-www-form-urlencoded' }, body: '' };
  expect((await live.ask(address, pressed)).status).toBe(200);
  expect(await suppressed(live)).toBe(true);
});

test('forged, cut and other tokens are not known, and end nothing', async () => {
  const { live, agent, address } = await setUp();
  expect((await mail(live, agent)).status).toBe(200);
  const [one, other] = [address, addressIn(live)].map((url) =>
    url.slice(url.lastIndexOf('/') + 1).split('.'),
  ) as string[][];
  const sms = await live.done('comms/record-consent', { contact: READER, channel: 'email' }, agent.token);
  const tokens = [
    [one![0], one![1], 'A'.repeat(22)],
    [one![0], one![1], one![2]!.slice(0, -1)],
    [one![0], one![1], other![2]],
    [one![0], other![1], one![2]],
    [one![0], sms.consentId, one![2]],
    [one![0], one![1]],
    [one![0], one![1], ''],
    [...one!, 'x'],
    [one![1], one![0], one![2]],
    [`agt_${'0'.repeat(26)}`, one![1], one![2]],
    ['%00', one![1], one![2]],
    ["agt_' or 1=1", one![1], one![2]],
    [one![0], one![1], 'x'.repeat(5_000)],
  ];
  for (const parts of tokens) {
    const { status, text } = await live.ask(`${BASE}/unsubscribe/${parts.join('.')}`, ONE_CLICK);
    expect([parts.join('.').slice(0, 80), status]).toEqual([parts.join('.').slice(0, 80), 404]);
    expect(text).toContain('This link does not work');
  }
  expect((await live.ask(`${BASE}/unsubscribe/`, ONE_CLICK)).status).toBe(404);
  expect(await suppressed(live)).toBe(false);
  expect((await mail(live, agent)).status).toBe(200);
});

test('the secret of an SMS’s callback unsubscribes nobody', async () => {
  const live = await openLive();
  const agent = await texting(live);
  await live.done('comms/send-message', { to: '+14155550100', body: 'Hello' }, agent.token);
  const { searchParams } = new URL(live.twilio.messages[0]!.statusCallback!);
  const token = [agent.id, searchParams.get('m'), searchParams.get('n')].join('.');
  expect((await live.ask(`${BASE}/unsubscribe/${token}`, ONE_CLICK)).status).toBe(404);
  expect(await suppressed(live)).toBe(false);
});

test.each(['OPTIONS', 'PUT', 'DELETE', 'PATCH'])('%s does nothing', async (method) => {
  const { live, address } = await setUp();
  const { status } = await live.ask(address, { method });
  expect(status).toBe(405);
  expect(await suppressed(live)).toBe(false);
});

test('an ended agent’s and a sandboxed organisation’s mails still offer the way out', async () => {
  const { live, agent, address } = await setUp();
  await live.done('comms/deprovision-channels', { agentId: agent.id }, agent.admin);
  await live.done('comms/review-kyc', { organizationId: agent.org, decision: 'reject' });
  expect((await live.ask(address, ONE_CLICK)).status).toBe(200);
  expect(await suppressed(live)).toBe(true);
});

test('guessing is counted, and held up', async () => {
  const { live, address } = await setUp({ environment: { HTTP_RATE_LIMIT_PER_IP: '5' } });
  const statuses: number[] = [];
  for (let i = 0; i < 7; i++) statuses.push((await live.ask(`${address.slice(0, -1)}${i}`, ONE_CLICK)).status);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(2);
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
});
