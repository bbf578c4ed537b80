/** The same rules on every channel: a mail and a WhatsApp message need consent, stop at STOP, and cost what they cost. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../src/guard/principal.ts';
import { openHouse, type TestAgent, type TestHouse } from '../support/house.ts';
import { intoProduction } from '../support/into-production.ts';

const PEOPLE = {
  sms: { to: '+14155550101', other: '+14155550120', cost: 7_900 },
  whatsapp: { to: '+14155550101', other: '+14155550120', cost: 45_000 },
  email: { to: 'silent@sandbox.example', other: 'somebody@sandbox.example', cost: 1_000 },
} as const;
const CHANNELS = Object.entries(PEOPLE).map(([channel, person]) => ({ channel, ...person }));

let t: TestHouse;
beforeAll(async () => {
  t = await openHouse();
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  expect(t.faults).toEqual([]);
});

async function agentWith(channel: string, admin?: Principal): Promise<TestAgent> {
  const agent = await t.agent(admin ?? (await t.organization()).admin);
  const { by } = agent;
  await t.done('comms.provision_channels', t.orchestrator, {
    agentId: by.agent,
    displayName: 'Front desk',
    capabilities: { [channel]: true },
  });
  return agent;
}
const message = (channel: string, to: string) => ({
  channel,
  to,
  body: 'Your order has arrived.',
  ...(channel === 'email' ? { subject: 'Your order' } : {}),
  ...(channel === 'whatsapp' ? { templateId: `HX${'0'.repeat(32)}` } : {}),
});
const consent = (agent: TestAgent, channel: string, contact: string) =>
  t.done('comms.record_consent', agent.by, { contact, channel, type: 'express' });
const codes = (outcome: Awaited<ReturnType<TestHouse['call']>>) =>
  outcome.is === 'refused' ? outcome.why.map(({ guard, code }) => `${guard}:${code}`) : [outcome.is];

describe.each(CHANNELS)('a message by $channel', ({ channel, to, other, cost }) => {
  it('does not leave without consent, and consent on another channel is none', async () => {
    const agent = await agentWith(channel);
    expect(codes(await t.call('comms.send_message', agent.by, message(channel, to)))).toEqual([
      'consent:consent_required',
    ]);
    if (channel !== 'email') {
      await consent(agent, channel === 'sms' ? 'whatsapp' : 'sms', to);
      expect(codes(await t.call('comms.send_message', agent.by, message(channel, to)))).toEqual([
        'consent:consent_required',
      ]);
    }
    await consent(agent, channel, to);
    expect(await t.done('comms.send_message', agent.by, message(channel, to))).toMatchObject({
      status: 'sent',
      sandbox: true,
      cost,
      segments: 1,
    });
  });

  it('is marketing only with the consent that marketing needs', async () => {
    const agent = await agentWith(channel);
    await t.done('comms.record_consent', agent.by, { contact: to, channel, type: 'transactional' });
    const marketing = { ...message(channel, to), purpose: 'marketing' };
    expect(codes(await t.call('comms.send_message', agent.by, marketing))).toEqual(['consent:consent_required']);
  });

  it('is refused once the person is on the do-not-contact list, whatever consent there is', async () => {
    const agent = await agentWith(channel);
    await consent(agent, channel, other);
    await t.done('comms.dnc_add', t.orchestrator, { organizationId: agent.by.org, contact: other });
    expect(codes(await t.call('comms.send_message', agent.by, message(channel, other)))).toContain(
      'suppression:suppressed',
    );
  });

  it('is paid from the budget of the agent', async () => {
    const agent = await agentWith(channel);
    await consent(agent, channel, to);
    await t.done('comms.set_agent_limits', t.orchestrator, {
      agentId: agent.id,
      limits: { spendPerDay: 2 * cost - 1 },
    });
    await t.done('comms.send_message', agent.by, message(channel, to));
    expect(codes(await t.call('comms.send_message', agent.by, message(channel, to)))).toEqual(['spend:spend_limit']);
  });

  it('in production without an account is refused, and never handed to the simulator', async () => {
    const { id, admin } = await t.organization();
    const agent = await agentWith(channel, admin);
    await consent(agent, channel, to);
    await intoProduction(t, id, admin);
    expect(codes(await t.call('comms.send_message', agent.by, message(channel, to)))).toEqual([
      'channel:provider_not_configured',
    ]);
  });
});

describe('a mail', () => {
  const mail = message('email', PEOPLE.email.to);

  it('needs a subject, and what mail alone has is refused elsewhere', async () => {
    const agent = await agentWith('email');
    await consent(agent, 'email', PEOPLE.email.to);
    const { subject: _, ...bare } = mail as typeof mail & { subject?: string };
    expect(codes(await t.call('comms.send_message', agent.by, bare))).toEqual(['mail:invalid_input']);
    const text = { ...message('sms', PEOPLE.sms.to), subject: 'Hi', html: '<p>Hi</p>', unsubscribe: true };
    expect(codes(await t.call('comms.send_message', agent.by, text))).toEqual(Array(3).fill('mail:invalid_input'));
  });

  it('without a way to unsubscribe leaves with a warning (CAN-SPAM), and with one without', async () => {
    const agent = await agentWith('email');
    await consent(agent, 'email', PEOPLE.email.to);
    const warned = await t.call('comms.send_message', agent.by, mail);
    expect(warned).toMatchObject({ is: 'done', warnings: [{ code: 'unsubscribe_missing' }] });
    const body = 'Your order has arrived. To unsubscribe: https://example.com/unsubscribe';
    expect(await t.call('comms.send_message', agent.by, { ...mail, body })).toMatchObject({ is: 'done', warnings: [] });
  });

  it.each([
    ['a line break in the subject', { subject: 'Hi\r\nBcc: eve@example.com' }],
    ['a program', { attachments: [{ filename: 'bill.pdf.exe', contentType: 'application/pdf', content: 'aGk=' }] }],
    ['a path', { attachments: [{ filename: '../x.pdf', contentType: 'application/pdf', content: 'aGk=' }] }],
    ['what is no base64', { attachments: [{ filename: 'x.pdf', contentType: 'application/pdf', content: 'a b' }] }],
    ['a type that is none', { attachments: [{ filename: 'x.pdf', contentType: 'pdf', content: 'aGk=' }] }],
  ])('with %s is refused', async (_, change) => {
    const agent = await agentWith('email');
    await consent(agent, 'email', PEOPLE.email.to);
    expect(codes(await t.call('comms.send_message', agent.by, { ...mail, ...change }))[0]).toMatch(
      /^(?:input|mail|input-safety):(?:invalid_input|unsafe_input)$/,
    );
  });

  it('that came in is read with its subject and files, by its own agent alone', async () => {
    const agent = await agentWith('email');
    const stranger = await t.agent();
    const provider = { ...agent.by, id: 'provider:test', kind: 'provider' as const, agent: null, fences: [] };
    const { messageId } = await t.done(
      'comms.receive_message',
      { ...provider, scopes: new Set(['provider:deliver'] as const) },
      {
        agentId: agent.id,
        channel: 'email',
        from: 'Bob <bob@example.com>',
        to: 'desk@sandbox.invalid',
        subject: 'My bill',
        body: 'See the file.',
        providerRef: 'mail-1',
        attachments: [{ filename: 'bill.txt', contentType: 'text/plain', content: 'aGVsbG8=' }],
      },
    );
    const { messages } = await t.done('comms.get_waiting_messages', agent.by, {});
    expect(messages).toMatchObject([
      {
        messageId,
        contact: 'bob@example.com',
        subject: 'My bill',
        untrusted: true,
        attachments: [{ filename: 'bill.txt', contentType: 'text/plain', bytes: 5 }],
      },
    ]);
    expect(await t.done('comms.get_attachment', agent.by, { messageId })).toEqual({
      filename: 'bill.txt',
      contentType: 'text/plain',
      bytes: 5,
      content: 'aGVsbG8=',
      untrusted: true,
    });
    for (const [by, number] of [
      [stranger.by, 0],
      [agent.by, 1],
    ] as const) {
      expect(codes(await t.call('comms.get_attachment', by, { messageId, number }))).toEqual([
        'comms.get_attachment:not_found',
      ]);
    }
  });
});
