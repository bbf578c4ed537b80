import { describe, expect, it, test } from 'vitest';
import { standardWebhookKey } from '../../src/kernel/standard-webhook.ts';
import { API_KEY } from '../doubles/resend.ts';
import { FROM, mailPermit } from './mail-permit.ts';
import { credentials, NOW, setUp, signal } from './resend-fixture.ts';

const HOOKS = { inbound: 'https://desk.example/webhooks/resend/agt_1?n=nonce', status: '' };
const sender = { channel: 'email', address: FROM, hooks: HOOKS } as const;

describe('credentials', () => {
  it('are good when the vendor takes them; the account is known by its domains', async () => {
    const { double, resend } = await setUp();
    expect(await resend.account.verify(credentials, signal)).toEqual({
      state: 'ok',
      value: { account: 'no domain yet' },
    });
    for (const name of ['a.example', 'b.example', 'c.example', 'd.example']) double.addDomain(name);
    expect(await resend.account.verify(credentials, signal)).toEqual({
      state: 'ok',
      value: { account: 'a.example, b.example, c.example and 1 more' },
    });
  });

  it.each(['', 'sk_0123456789', 're_', 're_x\r\ny: z', `${API_KEY}\0`])('%j are not even sent', async (apiKey) => {
    const { double, resend } = await setUp();
    for (const answer of [
      await resend.account.verify({ apiKey }, signal),
      await resend.account.bindSender({ apiKey }, sender, signal),
      await resend.account.unbindSender({ apiKey }, { channel: 'email', address: FROM, ref: 'x' }, signal),
      await resend.receive({ apiKey }, 'x', signal),
    ])
      expect(answer).toMatchObject({ state: 'failed', code: 'invalid_input' });
    expect(double.recorded).toEqual([]);
  });

  it('of another account are refused, and told in our words', async () => {
    const { resend } = await setUp();
    const answer = await resend.account.verify({ apiKey: 're_another_0123456789' }, signal);
    expect(answer).toMatchObject({ state: 'failed', code: 'provider_rejected' });
    expect(JSON.stringify(answer)).not.toContain('re_another');
  });

  it('that may only send do not do, and the sentence says what does', async () => {
    const { double, resend } = await setUp();
    double.failNext({ is: 'status', status: 401, name: 'restricted_api_key' });
    const answer = await resend.account.verify(credentials, signal);
    expect(answer.state === 'ok' ? '' : answer.say).toContain('full access');
  });

  it('are not proved by a vendor that does not answer', async () => {
    const { double, resend } = await setUp();
    double.failNext(...Array.from({ length: 3 }, () => ({ is: 'status', status: 500 }) as const));
    expect(await resend.account.verify(credentials, signal)).toMatchObject({
      state: 'failed',
      code: 'provider_unavailable',
    });
    await double.close();
    expect(await resend.account.verify(credentials, signal)).toMatchObject({
      state: 'failed',
      code: 'provider_unavailable',
    });
  });
});

describe('a sender', () => {
  it('of a verified domain is bound, with a webhook and its secret', async () => {
    const { double, resend } = await setUp();
    double.addDomain('mail.example.com');
    const bound = await resend.account.bindSender(credentials, sender, signal);
    const [hook] = double.webhooks;
    expect(bound).toEqual({ state: 'ok', value: { ref: hook!.id, secret: hook!.signing_secret, todo: [] } });
    expect(standardWebhookKey(hook!.signing_secret)).not.toBeNull();
    expect(hook).toMatchObject({
      endpoint: HOOKS.inbound,
      events: expect.arrayContaining(['email.bounced', 'email.complained', 'email.received', 'email.suppressed']),
    });
    expect(hook!.events).not.toContain('email.opened');
  });

  it('that is bound again gets a new webhook, and the earlier one goes; others stay', async () => {
    const { double, resend } = await setUp();
    double.addDomain('mail.example.com');
    await resend.account.bindSender(credentials, sender, signal);
    const other = { ...sender, hooks: { ...HOOKS, inbound: 'https://desk.example/webhooks/resend/agt_2' } };
    await resend.account.bindSender(credentials, other, signal);
    const again = { ...sender, hooks: { ...HOOKS, inbound: 'https://desk.example/webhooks/resend/agt_1?n=another' } };
    const bound = await resend.account.bindSender(credentials, again, signal);
    expect(double.webhooks.map(({ endpoint }) => endpoint).toSorted()).toEqual([
      again.hooks.inbound,
      other.hooks.inbound,
    ]);
    expect(bound.state === 'ok' && double.webhooks.some(({ id }) => id === bound.value.ref)).toBe(true);
  });

  it('whose earlier webhook can not be taken off is bound, and a person is told', async () => {
    const { double, resend } = await setUp();
    double.addDomain('mail.example.com');
    await resend.account.bindSender(credentials, sender, signal);
    const old = double.webhooks[0]!.id;
    const binding = resend.account.bindSender(credentials, sender, signal);
    double.failNext({ is: 'slow', ms: 0 }, { is: 'slow', ms: 0 }, { is: 'slow', ms: 0 }, { is: 'status', status: 403 });
    const bound = await binding;
    expect(bound.state === 'ok' ? bound.value.todo : []).toEqual([expect.stringContaining(old)]);
  });

  it('is found among more domains than a page holds', async () => {
    const { double, resend } = await setUp();
    for (let i = 0; i < 250; i++) double.addDomain(`d${i}.example`);
    double.addDomain('mail.example.com');
    expect(await resend.account.bindSender(credentials, sender, signal)).toMatchObject({ state: 'ok' });
  });

  it.each(['pending', 'failed', 'not_started', 'partially_verified', 'partially_failed', 'temporary\nfailure'])(
    'of a domain that is %j is refused',
    async (status) => {
      const { double, resend } = await setUp();
      double.addDomain('mail.example.com', { status });
      const answer = await resend.account.bindSender(credentials, sender, signal);
      expect(answer).toMatchObject({ state: 'failed', code: 'provider_rejected' });
      expect(JSON.stringify(answer)).not.toContain('temporary');
      expect(double.webhooks).toEqual([]);
    },
  );

  it.each([
    'desk@example.com',
    'desk@evil-mail.example.com',
    'desk@sub.mail.example.com',
    'desk@mail.example.com.evil.example',
  ])('%s is of another domain', async (address) => {
    const { double, resend } = await setUp();
    double.addDomain('mail.example.com');
    expect(await resend.account.bindSender(credentials, { ...sender, address }, signal)).toMatchObject({
      state: 'failed',
      code: 'not_found',
    });
  });

  it.each(['desk', '@mail.example.com', 'Desk <desk@mail.example.com>', 'desk@mail.example.com\r\nx', ''])(
    '%j is no mailbox',
    async (address) => {
      const { resend } = await setUp();
      expect(await resend.account.bindSender(credentials, { ...sender, address }, signal)).toMatchObject({
        state: 'failed',
        code: 'invalid_input',
      });
    },
  );

  it('by SMS is refused', async () => {
    const { resend } = await setUp();
    expect(await resend.account.bindSender(credentials, { ...sender, channel: 'sms' }, signal)).toMatchObject({
      state: 'failed',
    });
  });

  it('where receiving is off hears what to do; where sending is off it is refused', async () => {
    const { double, resend } = await setUp();
    double.addDomain('mail.example.com', { capabilities: { sending: 'enabled', receiving: 'disabled' } });
    const bound = await resend.account.bindSender(credentials, sender, signal);
    expect(bound.state === 'ok' ? bound.value.todo : []).toEqual([expect.stringContaining('MX')]);
    double.addDomain('off.example', { capabilities: { sending: 'disabled', receiving: 'enabled' } });
    expect(await resend.account.bindSender(credentials, { ...sender, address: 'a@off.example' }, signal)).toMatchObject(
      { state: 'failed' },
    );
  });

  it.each([undefined, null, '', 'whsec_', `whsec_${btoa('short')}`, 'secret'])(
    'is not bound by a webhook whose secret is %j',
    async (secret) => {
      const { double, resend } = await setUp();
      double.addDomain('mail.example.com');
      const binding = resend.account.bindSender(credentials, sender, signal);
      const body = { id: '660e8400-e29b-41d4-a716-446655440000', signing_secret: secret };
      double.failNext({ is: 'slow', ms: 0 }, { is: 'slow', ms: 0 }, { is: 'answer', body });
      expect(await binding).toMatchObject({ state: 'unknown', code: 'outcome_unknown' });
    },
  );

  it('whose webhook may or may not have been made: unknown, never made twice', async () => {
    const { double, resend } = await setUp();
    double.addDomain('mail.example.com');
    const binding = resend.account.bindSender(credentials, sender, signal);
    double.failNext({ is: 'slow', ms: 0 }, { is: 'slow', ms: 0 }, { is: 'reset', took: true });
    expect(await binding).toMatchObject({ state: 'unknown', code: 'outcome_unknown' });
    expect(double.webhooks).toHaveLength(1);
    await resend.account.bindSender(credentials, sender, signal);
    expect(double.webhooks).toHaveLength(1);
  });

  it('is unbound, and unbound again', async () => {
    const { double, resend } = await setUp();
    double.addDomain('mail.example.com');
    const bound = await resend.account.bindSender(credentials, sender, signal);
    const ref = bound.state === 'ok' ? bound.value.ref : '';
    for (let i = 0; i < 2; i++)
      expect(await resend.account.unbindSender(credentials, { channel: 'email', address: FROM, ref }, signal)).toEqual({
        state: 'ok',
        value: null,
      });
    expect(double.webhooks).toEqual([]);
    expect(
      await resend.account.unbindSender(credentials, { channel: 'email', address: FROM, ref: '../emails' }, signal),
    ).toMatchObject({
      state: 'failed',
      code: 'invalid_input',
    });
  });
});

describe('what became of a mail', () => {
  const question = { channel: 'email', from: FROM, to: 'bob@example.org', body: '', at: NOW } as const;
  async function sent() {
    const all = await setUp();
    const delivery = await all.resend.carrier.send(mailPermit('resend'));
    return { ...all, ref: delivery.state === 'ok' ? delivery.ref : '' };
  }

  it.each([
    ['queued', 'queued', null],
    ['scheduled', 'queued', null],
    ['sent', 'sent', null],
    ['delivery_delayed', 'sent', null],
    ['delivered', 'delivered', null],
    ['opened', 'delivered', null],
    ['clicked', 'delivered', null],
    ['complained', 'delivered', null],
    ['bounced', 'failed', 'bounced'],
    ['failed', 'failed', 'failed'],
    ['canceled', 'failed', 'canceled'],
    ['suppressed', 'failed', 'suppressed'],
  ])('%s is %s', async (event, status, errorCode) => {
    const { double, resend, ref } = await sent();
    double.sent[0]!.lastEvent = event;
    expect(await resend.account.lookUp!(credentials, { ...question, ref }, signal)).toEqual({
      state: 'ok',
      value: { status, ref, errorCode, segments: null, cost: null },
    });
  });

  it('nothing is known of a mail that is not there, is another one, has no reference, or is in no known state', async () => {
    const { double, resend, ref } = await sent();
    const nothing = { state: 'ok', value: null };
    const ask = (change: object) => resend.account.lookUp!(credentials, { ...question, ref, ...change }, signal);
    expect(await ask({ ref: '00000000-0000-4000-8000-000000000000' })).toEqual(nothing);
    expect(await ask({ to: 'eve@example.org' })).toEqual(nothing);
    expect(await ask({ from: 'other@mail.example.com' })).toEqual(nothing);
    expect(await ask({ ref: null })).toEqual(nothing);
    expect(await ask({ ref: '../domains' })).toEqual(nothing);
    expect(await ask({ channel: 'sms' })).toEqual(nothing);
    double.sent[0]!.lastEvent = '__proto__';
    expect(await ask({})).toEqual(nothing);
  });
});

test('a rate limit in the middle of a list is waited out', async () => {
  const { double, resend } = await setUp();
  double.addDomain('mail.example.com');
  double.failNext({ is: 'status', status: 429, name: 'rate_limit_exceeded', retryAfter: '1' });
  expect(await resend.account.bindSender(credentials, sender, signal)).toMatchObject({ state: 'ok' });
});
