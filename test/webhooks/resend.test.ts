/** Mail by Resend's double: what leaves, what its signed events make of it, and what its door refuses. */
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, test } from 'vitest';
import { eventData, signedEvent } from '../doubles/resend.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import {
  actionOf,
  agentIn,
  BASE,
  inProduction,
  type Live,
  type LiveAgent,
  MAILBOX,
  mailing,
  messageOf,
  openLive,
  PUBLIC_NAME,
  READER,
  resendCredentials,
  spentBy,
} from '../support/live-house.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const mail = (live: Live, agent: LiveAgent, change: object = {}) =>
  live.act(
    'comms/send-message',
    { to: READER, channel: 'email', subject: 'Hi', body: 'Hello', ...change },
    agent.token,
  );
const now = (live: Live, seconds = 0) => new Date(live.clock.now() + seconds * SECOND);
/** The tags that a mail left with, as an event brings them back. */
const tagsOf = (live: Live, i = -1) =>
  Object.fromEntries(
    (live.resend.sent.at(i)!.body['tags'] as { name: string; value: string }[]).map(({ name, value }) => [name, value]),
  );
/** An event about the last mail that left. */
const about = (live: Live, change: object = {}) =>
  eventData({ email_id: live.resend.sent.at(-1)!.id, tags: tagsOf(live), to: [READER], ...change });
const tell = async (live: Live, type: string, change: object = {}) =>
  (await live.resend.deliver(type, about(live, change), now(live)))[0];

async function stored(live: Live): Promise<string> {
  const rows = await dump(live.engine);
  return ['message', 'action', 'suppression', 'consent_record', 'idempotency', 'contact', 'attachment', 'meter']
    .map((table) => `${table} ${rows.get(table)}`)
    .join('\n');
}

describe.each(engines)('a mail by Resend, on $name', (on) => {
  it('is bound with a webhook whose secret is sealed, and leaves with its parts and one click to unsubscribe', async () => {
    const live = await openLive({ on });
    const agent = await mailing(live);
    const [hook] = live.resend.webhooks;
    expect(hook?.endpoint).toMatch(new RegExp(`^${BASE}/webhooks/resend/${agent.id}\\?n=[\\w-]{22}$`));
    const database = await live.everything();
    const secrets = [
      hook!.signing_secret,
      hook!.signing_secret.slice('whsec_'.length),
      resendCredentials.credentials.apiKey,
    ];
    expect(secrets.filter((secret) => database.includes(secret))).toEqual([]);

    const attachments = [{ filename: 'offer.pdf', contentType: 'application/pdf', content: 'JVBERi0xLjcK' }];
    const { status, json } = await mail(live, agent, { html: '<p>Hello</p>', attachments, unsubscribe: true });
    expect([status, json.status, json.from]).toEqual([200, 'sent', MAILBOX]);
    const [sent] = live.resend.sent;
    expect(sent).toMatchObject({
      key: json._meta.actionId,
      body: {
        from: MAILBOX,
        to: [READER],
        subject: 'Hi',
        text: 'Hello',
        html: '<p>Hello</p>',
        attachments: [{ filename: 'offer.pdf', content: 'JVBERi0xLjcK', content_type: 'application/pdf' }],
        headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
      },
    });
    const { 'List-Unsubscribe': address } = sent!.body['headers'] as Record<string, string>;
    expect(address).toMatch(new RegExp(`^<${BASE}/unsubscribe/${agent.id}\\.${json.messageId}\\.[\\w-]{22}>$`));
    expect((await live.everything()).includes(address!.slice(-23, -1))).toBe(false);
  });

  it('goes through its states by signed events, forward only, each taken once', async () => {
    const live = await openLive({ on });
    const agent = await mailing(live);
    const { json } = await mail(live, agent);
    const state = () => messageOf(live, agent, json.messageId);
    expect(await state()).toMatchObject({ status: 'sent' });
    for (const type of ['email.delivered', 'email.sent', 'email.delivery_delayed'])
      expect(await tell(live, type)).toBe(200);
    expect(await state()).toMatchObject({ status: 'delivered' });

    const [hook] = live.resend.webhooks;
    const delivery = signedEvent('email.delivered', about(live), hook!.signing_secret, now(live));
    expect((await live.ask(hook!.endpoint, delivery)).status).toBe(200);
    const before = await stored(live);
    for (let i = 0; i < 3; i++) expect((await live.ask(hook!.endpoint, delivery)).status).toBe(200);
    expect((await stored(live)) === before).toBe(true);
  });

  it.each([
    ['a hard bounce', 'email.bounced', { bounce: { type: 'Permanent', subType: 'General' } }, 'failed', true],
    ['a soft bounce', 'email.bounced', { bounce: { type: 'Transient', subType: 'MailboxFull' } }, 'failed', false],
    ['a complaint', 'email.complained', {}, 'delivered', true],
    [
      "an entry on Resend's own list",
      'email.suppressed',
      { suppressed: { reason: 'previous_bounce' } },
      'failed',
      true,
    ],
  ])('after %s: %s', async (_what, type, change, status, suppressed) => {
    const live = await openLive({ on });
    const agent = await mailing(live);
    const { json } = await mail(live, agent);
    expect(await tell(live, type, change)).toBe(200);
    expect(await messageOf(live, agent, json.messageId)).toMatchObject({ status });
    const again = await mail(live, agent);
    expect(again.json.code ?? again.json.status).toBe(suppressed ? 'suppressed' : 'sent');
  });

  it('of which nothing is heard is asked about, and what has ended is asked about no more', async () => {
    const live = await openLive({ on });
    const agent = await mailing(live);
    const { json } = await mail(live, agent);
    const asked = () =>
      live.resend.recorded.filter(({ path, method }) => method === 'GET' && path.startsWith('/emails/'));
    live.clock.pass(2 * MINUTE);
    await live.house.followUp();
    expect(await messageOf(live, agent, json.messageId)).toMatchObject({ status: 'sent' });
    live.resend.sent[0]!.lastEvent = 'delivered';
    live.clock.pass(6 * MINUTE);
    await live.house.followUp();
    expect(await messageOf(live, agent, json.messageId)).toMatchObject({ status: 'delivered' });
    expect(asked()).toHaveLength(2);
    live.clock.pass(48 * 60 * MINUTE);
    await live.house.followUp();
    expect(asked()).toHaveLength(2);
    expect(live.faults).toEqual([]);
  });

  it('of which the answer is lost is repeated under its key, and leaves once', async () => {
    const live = await openLive({ on });
    const agent = await mailing(live);
    live.resend.failNext({ is: 'reset', took: true }, { is: 'half_answer', took: true });
    const { status, json } = await mail(live, agent);
    expect([status, json.status]).toEqual([200, 'sent']);
    expect(live.resend.sent).toHaveLength(1);
    expect(await spentBy(live, agent)).toBe(1_000);
  });
});

test('marketing mail and mail that asks for it is not sent where its one click would not be https', async () => {
  const live = await openLive({
    environment: { WEBHOOK_BASE_URL: 'http://localhost:3100', ALLOWED_HOSTS: PUBLIC_NAME },
  });
  const agent = await mailing(live);
  const { status, json } = await mail(live, agent, { unsubscribe: true });
  expect([status, json.code]).toEqual([503, 'provider_not_configured']);
  expect(live.resend.sent).toEqual([]);
  expect(await spentBy(live, agent)).toBe(0);
  expect((await mail(live, agent)).status).toBe(200);
});

test('an outcome that stays unknown is settled by the mail’s own event', async () => {
  const live = await openLive();
  const agent = await mailing(live);
  live.resend.failNext(...Array.from({ length: 3 }, () => ({ is: 'no_id' as const, took: true })));
  const { status, json } = await mail(live, agent);
  expect([status, json.code]).toEqual([504, 'outcome_unknown']);
  expect(await tell(live, 'email.delivered')).toBe(200);
  expect(await messageOf(live, agent, json.output.messageId)).toMatchObject({ status: 'delivered' });
  expect(await actionOf(live, json.actionId)).toMatchObject({ state: 'done', ref: live.resend.sent[0]!.id });
});

describe('an event of the account that is not about this agent’s mail', () => {
  const strange: readonly [string, (live: Live, other: LiveAgent) => object][] = [
    ['another agent’s', (live, other) => about(live, { tags: { ...tagsOf(live), agent: other.id } })],
    ['without tags', (live) => about(live, { tags: undefined })],
    ['of another program', (live) => about(live, { tags: { campaign: 'spring' } })],
    ['that nobody knows', (live) => about(live, { tags: { agent: tagsOf(live)['agent'] } })],
  ];
  it.each(strange)('(%s) is taken and left alone', async (_whose, make) => {
    const live = await openLive();
    const agent = await mailing(live);
    await mail(live, agent);
    const other = await agentIn(live, agent, 'email');
    const before = await stored(live);
    const bounce = { bounce: { type: 'Permanent', subType: 'General' } };
    expect(await live.resend.deliver('email.bounced', { ...make(live, other), ...bounce }, now(live))).toEqual([200]);
    expect(
      await live.resend.deliver('email.received', eventData({ to: ['other@mail.example.com'] }), now(live)),
    ).toEqual([200]);
    expect((await stored(live)) === before).toBe(true);
  });

  it('and names a message of another tenant is not believed', async () => {
    const live = await openLive();
    const agent = await mailing(live);
    await mail(live, agent);
    const theirs = tagsOf(live)['message'];
    const tenant = await inProduction(live, 'neighbour');
    await live.done('comms/register-provider', resendCredentials, tenant.admin);
    const other = await agentIn(live, tenant, 'email');
    const sender = { agentId: other.id, channel: 'email', address: 'sales@mail.example.com' };
    await live.done('comms/bind-sender', sender, tenant.admin);
    const before = (await dump(live.engine)).get('message');
    const hook = live.resend.webhooks.find(({ endpoint }) => endpoint.includes(other.id))!;
    const data = about(live, { tags: { message: theirs, agent: other.id }, bounce: { type: 'Permanent' } });
    const { status } = await live.ask(
      hook.endpoint,
      signedEvent('email.bounced', data, hook.signing_secret, now(live)),
    );
    expect(status).toBe(404);
    expect((await dump(live.engine)).get('message')).toBe(before);
    expect((await dump(live.engine)).get('suppression')).toBe('[]');
  });
});

describe('at Resend’s door', () => {
  const SECRET = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;
  type Delivery = ReturnType<typeof signedEvent>;
  const FORGERIES: Readonly<
    Record<string, (right: Delivery, live: Live) => { body: string; headers: Record<string, string> }>
  > = {
    'no headers': ({ body }) => ({ body, headers: {} }),
    'no signature': ({ body, headers: { 'svix-signature': _, ...headers } }) => ({ body, headers }),
    'no id': ({ body, headers: { 'svix-id': _, ...headers } }) => ({ body, headers }),
    'no time': ({ body, headers: { 'svix-timestamp': _, ...headers } }) => ({ body, headers }),
    'another secret': (_, live) => signedEvent('email.delivered', about(live), SECRET, now(live)),
    'a changed byte': ({ body, headers }) => ({ body: body.replace('delivered', 'delivereD'), headers }),
    'a byte more': ({ body, headers }) => ({ body: `${body} `, headers }),
    'another id': ({ body, headers }) => ({ body, headers: { ...headers, 'svix-id': 'msg_other' } }),
    'another time': ({ body, headers }) => ({
      body,
      headers: { ...headers, 'svix-timestamp': String(Number(headers['svix-timestamp']) + 1) },
    }),
    'a version that nobody knows': ({ body, headers }) => ({
      body,
      headers: { ...headers, 'svix-signature': headers['svix-signature'].replace('v1,', 'v2,') },
    }),
    'an empty signature': ({ body, headers }) => ({ body, headers: { ...headers, 'svix-signature': 'v1,' } }),
    'too old by a second': (_, live) =>
      signedEvent('email.delivered', about(live), live.resend.webhooks[0]!.signing_secret, now(live, -301)),
    'too new by a second': (_, live) =>
      signedEvent('email.delivered', about(live), live.resend.webhooks[0]!.signing_secret, now(live, 301)),
  };

  it('whatever is not proven gets the same answer, and nothing is kept of it', async () => {
    const live = await openLive();
    const agent = await mailing(live);
    await mail(live, agent);
    const [hook] = live.resend.webhooks;
    const right = signedEvent('email.delivered', about(live), hook!.signing_secret, now(live));
    const other = await agentIn(live, agent, 'email');
    const before = await stored(live);
    const answers = new Set<string>();
    const refused = async (name: string, url: string, delivery: { body: string; headers: Record<string, string> }) => {
      const { status, json } = await live.ask(url, delivery);
      expect([name, status]).toEqual([name, 403]);
      answers.add(JSON.stringify({ ...json, instance: '' }));
    };
    for (const [name, make] of Object.entries(FORGERIES)) await refused(name, hook!.endpoint, make(right, live));
    await refused('no secret in the address', hook!.endpoint.replace(/\?.*/, ''), right);
    await refused('another secret in the address', hook!.endpoint.replace(/n=.*/, 'n=AAAA'), right);
    await refused("another agent's address", hook!.endpoint.replace(agent.id, other.id), right);
    await refused('nobody’s address', hook!.endpoint.replace(agent.id, 'agt_x'), right);
    expect(answers.size).toBe(1);
    const big = await live.ask(hook!.endpoint, { ...right, body: 'x'.repeat(2 * 1024 * 1024) });
    expect(big.status).toBe(413);
    expect((await stored(live)) === before).toBe(true);
    expect((await live.ask(hook!.endpoint, right)).status).toBe(200);
  });

  it.each([-300, 300])('a delivery %i s away is in time', async (seconds) => {
    const live = await openLive();
    const agent = await mailing(live);
    await mail(live, agent);
    const [hook] = live.resend.webhooks;
    const delivery = signedEvent('email.delivered', about(live), hook!.signing_secret, now(live, seconds));
    expect((await live.ask(hook!.endpoint, delivery)).status).toBe(200);
  });

  it('the headers of the standard serve as well, and one right signature among several', async () => {
    const live = await openLive();
    const agent = await mailing(live);
    const { json } = await mail(live, agent);
    const [hook] = live.resend.webhooks;
    const body = JSON.stringify({ type: 'email.delivered', created_at: now(live).toISOString(), data: about(live) });
    const signature = new Webhook(hook!.signing_secret).sign('msg_1', now(live), body);
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(live.clock.now() / SECOND),
      'webhook-signature': `v1a,abc v1,AAAA ${signature}`,
    };
    expect((await live.ask(hook!.endpoint, { headers, body })).status).toBe(200);
    expect(await messageOf(live, agent, json.messageId)).toMatchObject({ status: 'delivered' });
  });

  it.each(['not json', '[]', '{}', '{"type":7}', '{"type":"email.delivered"}'])(
    'what is signed and yet no event (%s) is refused as wrong',
    async (body) => {
      const live = await openLive();
      await mailing(live);
      const [hook] = live.resend.webhooks;
      const headers = {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(live.clock.now() / SECOND),
        'webhook-signature': new Webhook(hook!.signing_secret).sign('msg_1', now(live), body),
      };
      expect((await live.ask(hook!.endpoint, { headers, body })).status).toBe(400);
    },
  );
});
