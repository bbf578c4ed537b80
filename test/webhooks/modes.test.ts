/** Sandbox and production: neither stands in for the other, whatever is registered, and a change of mode stops what is under way. */
import { describe, expect, it } from 'vitest';
import { engines } from '../support/engines.ts';
import {
  agentIn,
  approvedAgain,
  inProduction,
  type Live,
  MAILBOX,
  messageOf,
  openLive,
  PERSON,
  READER,
  resendCredentials,
  texting,
  twilioCredentials,
} from '../support/live-house.ts';

const asked = (live: Live) => [live.twilio.messages.length, live.resend.sent.length];

describe('in production without credentials', () => {
  it.each(['sms', 'whatsapp', 'email'] as const)(
    '%s is refused as not configured, on every way, and not simulated',
    async (channel) => {
      const live = await openLive();
      const tenant = await inProduction(live);
      const input = { displayName: 'Desk', capabilities: { [channel]: true } };
      expect((await live.act('comms/provision-channels', input, tenant.admin)).json).toMatchObject({
        code: 'provider_not_configured',
      });
      // an agent that was there before, in the sandbox, has no way out by it either
      await live.done('comms/review-kyc', { organizationId: tenant.org, decision: 'reject' });
      const agent = await agentIn(live, tenant, channel);
      const contact = channel === 'email' ? READER : PERSON;
      await live.done('comms/record-consent', { contact, channel }, agent.token);
      await approvedAgain(live, tenant);
      const message = { to: contact, channel, body: 'Hello', ...(channel === 'email' ? { subject: 'Hi' } : {}) };
      const { status, json } = await live.act('comms/send-message', message, agent.token);
      expect([status, json.code]).toEqual([503, 'provider_not_configured']);
      const sender = { agentId: agent.id, channel, address: channel === 'email' ? MAILBOX : '+15005550006' };
      expect((await live.act('comms/bind-sender', sender, tenant.admin)).json).toMatchObject({
        code: 'provider_not_configured',
      });
      expect((await live.done('comms/get-channel-status', {}, agent.token)).channels).toContainEqual({
        channel,
        address: null,
        provider: null,
        status: 'no_provider',
      });
      expect((await live.done('comms/get-messages', {}, agent.token)).messages).toEqual([]);
    },
  );

  it('demo mode has no provider at all', async () => {
    const live = await openLive({
      environment: {
        DEMO_MODE: 'true',
        PUBLIC_URL: 'http://localhost:3100',
        WEBHOOK_BASE_URL: 'https://hooks.example',
      },
    });
    const tenant = await inProduction(live);
    expect(
      (await live.act('comms/register-provider', twilioCredentials(live.twilio), tenant.admin)).json,
    ).toMatchObject({
      code: 'provider_not_configured',
    });
    expect(live.twilio.requests).toEqual([]);
  });
});

describe.each(engines)('on $name', (on) => {
  it('a sandbox organisation never reaches a provider, though it and the platform have credentials', async () => {
    const live = await openLive({ on });
    for (const credentials of [twilioCredentials(live.twilio), resendCredentials])
      await live.done('comms/register-provider', { ...credentials, organizationId: 'org_platform' });
    const made = await live.done('comms/create-organization', { name: 'Box', slug: 'box' });
    const tenant = { org: made.organizationId, admin: made.adminToken };
    await live.done('comms/register-provider', twilioCredentials(live.twilio), tenant.admin);
    const [sms, mail] = [await agentIn(live, tenant, 'sms'), await agentIn(live, tenant, 'email')];
    await live.done('comms/record-consent', { contact: PERSON, channel: 'sms' }, sms.token);
    await live.done('comms/record-consent', { contact: READER, channel: 'email' }, mail.token);
    const requests = live.twilio.requests.length;
    expect(await live.done('comms/send-message', { to: PERSON, body: 'Hi' }, sms.token)).toMatchObject({
      sandbox: true,
    });
    const letter = { to: READER, channel: 'email', subject: 'Hi', body: 'Hi' };
    expect(await live.done('comms/send-message', letter, mail.token)).toMatchObject({ sandbox: true });
    live.twilio.own('+15005550006');
    const sender = { agentId: sms.id, channel: 'sms', address: '+15005550006' };
    expect((await live.act('comms/bind-sender', sender)).json).toMatchObject({ code: 'conflict' });
    expect((await live.act('comms/buy-number', { agentId: sms.id })).json).toMatchObject({ code: 'conflict' });
    expect(asked(live)).toEqual([0, 0]);
    expect(live.twilio.requests).toHaveLength(requests);
  });

  it('moved back to the sandbox, what was allowed and has not left does not leave, and nothing goes out any more', async () => {
    const live = await openLive({ on, overrides: { maxInFlight: 1 } });
    const agent = await texting(live);
    await live.done('comms/record-consent', { contact: '+14155550101', channel: 'sms' }, agent.token);
    const hanging = live.twilio.hanging();
    live.twilio.fail({ is: 'hang', after: true });
    const first = live.act('comms/send-message', { to: '+14155550101', body: 'under way' }, agent.token);
    await hanging;
    const waiting = await live.act('comms/send-message', { to: PERSON, body: 'waits' }, agent.token);
    expect([waiting.status, waiting.json.status]).toEqual([202, 'queued']);
    await live.done('comms/review-kyc', { organizationId: agent.org, decision: 'reject' });
    live.twilio.hangUp();
    await first;
    await live.house.tick();
    expect(live.twilio.messages.map(({ body }) => body)).toEqual(['under way']);
    expect(await messageOf(live, agent, waiting.json.messageId)).toMatchObject({ status: 'failed', cost: 0 });
    const after = await live.act('comms/send-message', { to: PERSON, body: 'after' }, agent.token);
    expect(after.json).toMatchObject({ code: 'channel_not_allowed' });
    expect(live.twilio.messages).toHaveLength(1);
  });

  it('a held message that is approved after the change is judged anew, and does not go to the provider', async () => {
    const live = await openLive({ on });
    const agent = await texting(live);
    await live.done('comms/set-approval-policy', { agentId: agent.id, policy: 'always' }, agent.admin);
    const held = await live.act('comms/send-message', { to: PERSON, body: 'held' }, agent.token);
    expect([held.status, held.json.status]).toEqual([202, 'held']);
    await live.done('comms/review-kyc', { organizationId: agent.org, decision: 'reject' });
    await live.act('comms/approve', { actionId: held.json.actionId }, agent.admin);
    expect(asked(live)).toEqual([0, 0]);
  });
});
