/**
 * What is refused at Twilio's door: everything that is not proven, with one answer, whoever asks for whom, and nothing is
 * stored of it. Signatures are made by Twilio's own package.
 */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import twilio from 'twilio';
import { describe, expect, it, test } from 'vitest';
import { dump } from '../support/dump.ts';
import {
  agentIn,
  BASE,
  inProduction,
  type Live,
  type LiveAgent,
  NUMBER,
  openLive,
  PERSON,
  PUBLIC_NAME,
  texting,
  twilioCredentials,
} from '../support/live-house.ts';

const { getExpectedTwilioSignature, getExpectedBodyHash } = twilio;
const FORM = 'application/x-www-form-urlencoded';
const SID = `SM${'a'.repeat(32)}`;
const OTHER_TOKEN = 'beefed'.repeat(5);
const message = { MessageSid: SID, From: PERSON, To: NUMBER, Body: 'START', AccountSid: `AC${'0'.repeat(32)}` };
type Params = Readonly<Record<string, string>>;

const sign = (url: string, params: Params, token: string) => getExpectedTwilioSignature(token, url, { ...params });
const encoded = (params: Params) => new URLSearchParams(params).toString();

interface Attempt {
  readonly to?: string;
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string;
  readonly signature?: string | null;
}

/** Posts to `to`, with the right headers unless others are given. */
const attempt = (live: Live, to: string, { method = 'POST', headers = {}, body, signature = null }: Attempt) =>
  live.ask(to, {
    method,
    headers: {
      'content-type': FORM,
      ...(signature === null ? {} : { 'x-twilio-signature': signature }),
      ...(headers as Record<string, string>),
    },
    ...(method === 'POST' ? { body: body ?? encoded(message) } : {}),
  });

/** What a delivery could have changed; refusals themselves are counted in the log. */
async function stored(live: Live): Promise<string> {
  const rows = await dump(live.engine);
  return ['message', 'action', 'suppression', 'consent_record', 'idempotency', 'contact', 'relationship', 'meter']
    .map((table) => `${table} ${rows.get(table)}`)
    .join('\n');
}

/** A server with a sent message; its two kinds of addresses. */
async function setUp(environment: Readonly<Record<string, string>> = {}) {
  const live = await openLive({ environment });
  const agent = await texting(live);
  await live.done('comms/send-message', { to: PERSON, body: 'Hello' }, agent.token);
  const inbound = live.twilio.numbers[0]!.smsUrl;
  const status = live.twilio.messages[0]!.statusCallback!;
  return { live, agent, inbound, status, token: live.twilio.authToken };
}

/** Another organisation with its own account at Twilio, at the same double by name alone. */
async function neighbour(live: Live): Promise<LiveAgent> {
  const tenant = await inProduction(live, 'neighbour');
  await live.done('comms/register-provider', { ...twilioCredentials(live.twilio) }, tenant.admin);
  const agent = await agentIn(live, tenant, 'sms');
  live.twilio.own('+15005550009');
  await live.done('comms/bind-sender', { agentId: agent.id, channel: 'sms', address: '+15005550009' }, agent.admin);
  return agent;
}

interface At {
  readonly url: string;
  readonly token: string;
  readonly neighbour: LiveAgent;
}
const edited = (url: string, change: (edit: URL) => void): string => {
  const edit = new URL(url);
  change(edit);
  return edit.href;
};

/** Each makes an attempt on an address; all are refused alike. */
const FORGERIES: Readonly<Record<string, (at: At) => Attempt>> = {
  'no signature': () => ({}),
  'an empty signature': () => ({ signature: '' }),
  'a signature that is none': () => ({ signature: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }),
  "another account's token": ({ url }) => ({ signature: sign(url, message, OTHER_TOKEN) }),
  'an empty token': ({ url }) => ({ signature: sign(url, message, '') }),
  'two signatures, one right': ({ url, token }) => ({
    headers: { 'x-twilio-signature': [sign(url, message, token), 'AAAA'] },
  }),
  'the right signature twice': ({ url, token }) => ({
    headers: { 'x-twilio-signature': [sign(url, message, token), sign(url, message, token)] },
  }),
  'the signature in the address': ({ url, token }) => ({
    to: `${url}&X-Twilio-Signature=${encodeURIComponent(sign(url, message, token))}`,
  }),
  'a changed parameter': ({ url, token }) => ({
    signature: sign(url, message, token),
    body: encoded({ ...message, Body: 'STOP' }),
  }),
  'a parameter more': ({ url, token }) => ({
    signature: sign(url, message, token),
    body: encoded({ ...message, Extra: '' }).replace('Extra=', 'Extra=1'),
  }),
  'a parameter less': ({ url, token }) => ({
    signature: sign(url, message, token),
    body: encoded({ MessageSid: SID, From: PERSON, To: NUMBER }),
  }),
  'a repeated parameter that was not signed': ({ url, token }) => ({
    signature: sign(url, message, token),
    body: `${encoded(message)}&From=%2B14155550123`,
  }),
  'a parameter more in the address': ({ url, token }) => ({
    to: `${url}&x=1`,
    signature: sign(url, message, token),
  }),
  'the address in another order': ({ url, token }) => ({
    to: edited(url, (one) => {
      const pairs = [...one.searchParams].toReversed();
      one.search = pairs.length === 1 ? `?x=1&${one.search.slice(1)}` : new URLSearchParams(pairs).toString();
    }),
    signature: sign(url, message, token),
  }),
  'a signature for another host': ({ url, token }) => ({
    signature: sign(url.replace(PUBLIC_NAME, 'evil.example'), message, token),
    headers: { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
  }),
  'a signature for the name that it is asked by': ({ url, token }) => ({
    signature: sign(url.replace(BASE, 'http://localhost'), message, token),
    headers: { host: 'localhost' },
  }),
  'a signature for plain HTTP': ({ url, token }) => ({
    signature: sign(url.replace('https:', 'http:'), message, token),
    headers: { 'x-forwarded-proto': 'http', 'x-forwarded-for': '127.0.0.1' }, // from elsewhere it would not get so far
  }),
  'a signature for another path': ({ url, token }) => ({
    signature: sign(url.replace('/webhooks/', '/Webhooks/'), message, token),
  }),
  "another agent's address": ({ url, token, neighbour: { id } }) => {
    const to = url.replace(/agt_\w+/, id);
    return { to, signature: sign(url, message, token) };
  },
  'the address of an agent that is not there': ({ url, token }) => {
    const to = url.replace(/agt_\w+/, `agt_${'0'.repeat(26)}`);
    return { to, signature: sign(to, message, token) };
  },
  'the address of what is no agent': ({ url, token }) => {
    const to = url.replace(/agt_\w+/, 'agt_%27%20or%201=1');
    return { to, signature: sign(to, message, token) };
  },
  'a body that is JSON, signed': ({ url, token }) => {
    const body = JSON.stringify(message);
    const to = `${url}&bodySHA256=${getExpectedBodyHash(body)}`;
    return { to, signature: sign(to, {}, token), body, headers: { 'content-type': 'application/json' } };
  },
  'a form that says it is text': ({ url, token }) => ({
    signature: sign(url, message, token),
    headers: { 'content-type': 'text/plain' },
  }),
  'a compressed body': ({ url, token }) => ({
    signature: sign(url, message, token),
    headers: { 'content-encoding': 'gzip' },
  }),
  'a form that is no UTF-8': () => ({ signature: 'x', body: 'Body=%ff%fe' }),
  'a form of two megabytes': ({ url, token }) => {
    const params = { ...message, Body: 'x'.repeat(2 * 1024 * 1024) };
    return { signature: sign(url, params, token), body: encoded(params) };
  },
  'a thousand and one parameters': ({ url, token }) => {
    const params = Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`p${i}`, '1']));
    return { signature: sign(url, params, token), body: encoded(params) };
  },
};

/** Of a message's own address, the nonce is a fault of the message; these are of the sender's. */
const NO_NONCE: typeof FORGERIES = {
  'no secret in the address': ({ url, token }) => {
    const to = edited(url, (one) => one.searchParams.delete('n'));
    return { to, signature: sign(to, message, token) };
  },
  'an empty secret in the address': ({ url, token }) => {
    const to = edited(url, (one) => one.searchParams.set('n', ''));
    return { to, signature: sign(to, message, token) };
  },
  'another secret in the address': ({ url, token }) => {
    const to = edited(url, (one) => one.searchParams.set('n', 'A'.repeat(22)));
    return { to, signature: sign(to, message, token) };
  },
};

describe.each(['inbound', 'status'] as const)('at the address for %s', (kind) => {
  test('whatever is not proven gets the same answer, and nothing is kept of it', async () => {
    const { live, token, ...urls } = await setUp();
    const at = { url: urls[kind], token, neighbour: await neighbour(live) };
    const before = await stored(live);
    const answers = new Set<string>();
    for (const [name, make] of Object.entries(kind === 'inbound' ? { ...FORGERIES, ...NO_NONCE } : FORGERIES)) {
      const { to = at.url, ...rest } = make(at);
      const { status, json } = await attempt(live, to, rest);
      expect([name, status]).toEqual([name, 403]);
      answers.add(JSON.stringify({ ...json, instance: '' }));
    }
    expect([...answers]).toEqual([expect.stringContaining('"code":"forbidden"')]);
    expect((await stored(live)) === before).toBe(true);
    expect(live.faults).toEqual([]);
    // the attempts were on an address that works
    const right = { ...message, MessageStatus: 'delivered' };
    expect((await attempt(live, at.url, { signature: sign(at.url, right, token), body: encoded(right) })).status).toBe(
      200,
    );
  }, 20_000);
});

test('a credential that is registered no more proves nothing any more', async () => {
  const { live, agent, inbound, token } = await setUp();
  const right = { signature: sign(inbound, message, token) };
  await live.done('comms/unregister-provider', { provider: 'twilio' }, agent.admin);
  const before = await stored(live);
  expect((await attempt(live, inbound, right)).status).toBe(403);
  expect((await stored(live)) === before).toBe(true);
  await live.done('comms/register-provider', twilioCredentials(live.twilio), agent.admin);
  expect((await attempt(live, inbound, right)).status).toBe(200);
});

test('a GET, PUT, DELETE or PATCH is told what is allowed, and does nothing', async () => {
  const { live, inbound, status, token } = await setUp();
  const before = await stored(live);
  for (const url of [inbound, status]) {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      const to = `${url}&${encoded(message)}`;
      const answer = await attempt(live, to, { method, signature: sign(to, {}, token) });
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, 'POST']);
    }
  }
  expect((await stored(live)) === before).toBe(true);
});

test('a body that does not come in time is given up', async () => {
  const { live, inbound, token } = await setUp({ REQUEST_TIMEOUT_MS: '150' });
  const { pathname, search } = new URL(inbound);
  const headers = {
    host: PUBLIC_NAME,
    'content-type': FORM,
    'content-length': '1000',
    'x-twilio-signature': sign(inbound, message, token),
  };
  const request = httpRequest({
    host: '127.0.0.1',
    port: live.port,
    path: `${pathname}${search}`,
    method: 'POST',
    headers,
  });
  request.on('error', () => {});
  request.write('From=%2B1415');
  const [response] = await once(request, 'response');
  expect(response.statusCode).toBe(403);
  response.resume();
  request.destroy();
});

describe('signed, and yet not for this address', () => {
  it.each([
    ['another number', { ...message, To: '+15005550009' }],
    ['WhatsApp', { ...message, To: `whatsapp:${NUMBER}`, From: `whatsapp:${PERSON}` }],
    ['two recipients', null],
    ['nobody', { MessageSid: SID, From: PERSON, Body: 'START' }],
    ['no message', { ...message, MessageSid: 'CA1' }],
  ])('a message to %s is refused as wrong and not kept', async (_to, params) => {
    const { live, inbound, token } = await setUp();
    const before = await stored(live);
    const pairs = params === null ? [...Object.entries(message), ['To', '+15005550009']] : Object.entries(params);
    const signature = getExpectedTwilioSignature(
      token,
      inbound,
      params === null ? { ...message, To: [NUMBER, '+15005550009'] } : { ...params },
    );
    const answer = await attempt(live, inbound, {
      signature,
      body: new URLSearchParams(pairs as string[][]).toString(),
    });
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid_input']);
    expect((await stored(live)) === before).toBe(true);
  });

  it("a report on another agent's message, or with another message's secret, changes nothing", async () => {
    const { live, status, token } = await setUp();
    const other = await neighbour(live);
    await live.done('comms/record-consent', { contact: PERSON, channel: 'sms' }, other.token);
    await live.done('comms/send-message', { to: PERSON, body: 'From the neighbour' }, other.token);
    const theirs = new URL(live.twilio.messages[0]!.statusCallback!).searchParams;
    const before = await dump(live.engine);
    const report = { MessageSid: SID, MessageStatus: 'failed', ErrorCode: '21610', To: PERSON, From: NUMBER };
    const swaps: readonly ((one: URL) => void)[] = [
      (one) => one.searchParams.set('m', theirs.get('m')!),
      (one) => (one.search = theirs.toString()),
      (one) => one.searchParams.set('n', theirs.get('n')!),
      (one) => one.searchParams.delete('n'),
      (one) => one.searchParams.set('m', `msg_${'0'.repeat(26)}`),
      (one) => one.searchParams.set('m', 'msg_1; drop table message'),
    ];
    for (const swap of swaps) {
      const to = edited(status, swap);
      const answer = await attempt(live, to, { signature: sign(to, report, token), body: encoded(report) });
      expect([400, 403, 404]).toContain(answer.status);
    }
    const after = await dump(live.engine);
    for (const table of ['message', 'suppression', 'meter', 'consent_record', 'idempotency'])
      expect([table, after.get(table) === before.get(table)]).toEqual([table, true]);
  });
});

test('refusals are counted by address; what is proven is not held up by them', async () => {
  const { live, inbound, token } = await setUp({ HTTP_RATE_LIMIT_PER_IP: '5' });
  const statuses: number[] = [];
  for (let i = 0; i < 8; i++) statuses.push((await attempt(live, inbound, { signature: 'x' })).status);
  expect(statuses).toEqual([403, 403, 403, 403, 403, 429, 429, 429]);
  expect((await attempt(live, inbound, { signature: sign(inbound, message, token) })).status).toBe(200);
});
