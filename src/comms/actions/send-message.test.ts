import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../guard/action.ts';
import { mintPermit } from '../../guard/permit.ts';
import {
  agent,
  CONTACT,
  emptyBook,
  message,
  mint,
  NOW,
  noReferences,
  noVendors,
  organization,
  request,
} from '../fixtures.ts';
import type { Carriers } from '../ports.ts';
import type { MessageProvider } from '../provider-ports.ts';
import { sendMessage } from './send-message.ts';

const provider = (name: string, retry: MessageProvider['retry'] = 'same-key'): MessageProvider => ({
  name,
  retry,
  send: async () => ({ state: 'ok', ref: name }),
});
const carriers: Carriers = { sandbox: { sms: provider('simulator') }, production: {} };

function build(by: Carriers = carriers) {
  const action = sendMessage({
    carriers: by,
    vendors: noVendors,
    comms: noReferences,
    approvalTtlMs: 900_000,
    contentPolicy: 'standard',
    outputBook: emptyBook,
  });
  if (action.effect !== 'world') throw new TypeError('sending is an effect on the world');
  return action;
}
const action = build();
const input = action.input.parse({ to: message.to, body: message.body });
const stage = (facts: Readonly<Record<string, unknown>> = { organization, agent, relationship: null }) =>
  action.stage(request(input), facts, mint());
const claimed = {
  id: 'act_1',
  org: 'org_1',
  agent: 'agt_1',
  action: 'comms.send_message',
  input,
  attempt: 1,
  duties: [],
  context: stage().context,
} as const;

describe('staging a message', () => {
  test('writes the row with the address in normal form and the reserved cost', () =>
    expect(stage().writes).toEqual([
      { kind: 'relationship.known', row: { agent: 'agt_1', contact: CONTACT, channel: 'sms' } },
      {
        kind: 'message.outbound',
        row: {
          id: 'msg_1',
          agent: 'agt_1',
          channel: 'sms',
          contact: CONTACT,
          from: '+15002000000',
          purpose: 'transactional',
          segments: 1,
          cost: 7_900,
          callback: null,
          label: { integrity: 'trusted', readers: 'public', sources: [] },
          action: 'act_1',
          at: NOW,
        },
      },
    ]));
  test('answers what will happen', () =>
    expect(stage().output).toEqual({
      messageId: 'msg_1',
      status: 'queued',
      segments: 1,
      cost: 7_900,
      from: '+15002000000',
      to: CONTACT,
      sandbox: true,
    }));
  test('fixes the sender and the mode, and repeats no personal data', () =>
    expect(stage().context).toEqual({
      messageId: 'msg_1',
      from: '+15002000000',
      mode: 'sandbox',
      segments: '1',
      cost: '7900',
      first: '1',
    }));
  test('does not call it the first once there was one', () => {
    const relationship = { consents: {}, lastInboundAt: null, firstOutboundAt: 1, knownAt: null };
    expect(stage({ organization, agent, relationship }).context).not.toHaveProperty('first');
  });
  test('is stored under the recipient’s key', () => expect(action.contact(input)).toBe(CONTACT));
});

describe('sending', () => {
  const send = (context: Readonly<Record<string, string>>, by = action) =>
    by.execute(mintPermit({ ...claimed, context }, new AbortController().signal));

  test('hands the permit to who carries the channel in the organisation’s mode', async () => {
    const both = build({ sandbox: { sms: provider('simulator') }, production: { twilio: provider('real') } });
    expect(await send(claimed.context, both)).toMatchObject({ ref: 'simulator' });
    expect(await send({ ...claimed.context, mode: 'production', provider: 'twilio' }, both)).toMatchObject({
      ref: 'real',
    });
  });
  test('never falls back to the simulator', async () => {
    expect(await send({ ...claimed.context, mode: 'production' })).toMatchObject({
      state: 'failed',
      code: 'provider_not_configured',
    });
    expect(await send({})).toMatchObject({ code: 'provider_not_configured' });
  });
  test('is repeated only if its own provider knows a repeat', () => {
    expect(action.retry(claimed.context)).toBe('same-key');
    const never = build({ ...carriers, production: { twilio: provider('real', 'never') } });
    expect(never.retry({ mode: 'production', provider: 'twilio' })).toBe('never');
    expect(never.retry({ mode: 'production', provider: 'resend' })).toBe('never');
  });
});

describe('concluding', () => {
  const failed = { code: 'provider_rejected', say: 'no' } as const;
  test.each<[Delivery, string, number]>([
    [{ state: 'ok', ref: 'r', cost: 7_000 }, 'sent', 7_000],
    [{ state: 'ok', ref: 'r' }, 'sent', 7_900],
    [{ state: 'failed', ...failed }, 'failed', 0],
    [{ state: 'cancelled', ...failed }, 'failed', 0],
    [{ state: 'unknown', ...failed }, 'unknown', 7_900],
  ])('%j is %s for %d', (delivery, status, cost) => {
    const { writes, output } = action.conclude(claimed, delivery, mint(), NOW);
    expect(output).toMatchObject({ messageId: 'msg_1', status, cost, to: CONTACT, sandbox: true });
    const ok = delivery.state === 'ok';
    const reached = {
      kind: 'relationship.reached',
      row: { agent: claimed.agent, contact: CONTACT, channel: 'sms' },
    };
    expect(writes).toEqual([
      {
        kind: 'message.status',
        row: {
          agent: claimed.agent,
          id: 'msg_1',
          status,
          cost,
          providerRef: ok ? 'r' : null,
          errorCode: ok ? null : 'provider_rejected',
        },
      },
      ...(ok || delivery.state === 'unknown' ? [reached] : []), // what failed has reached nobody
    ]);
    expect(action.output.safeParse(output).success).toBe(true);
  });
});
