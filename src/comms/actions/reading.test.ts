import { describe, expect, test } from 'vitest';
import type { AnyAction } from '../../guard/action.ts';
import { TRUSTED } from '../../guard/label.ts';
import type { Request } from '../../guard/request.ts';
import { agent, CONTACT, change, NOW, noVendors, organization, request } from '../fixtures.ts';
import type { Message } from '../message.ts';
import type { MessageQuery } from '../ports.ts';
import type { ProviderAccount } from '../provider-ports.ts';
import { acknowledgeMessages } from './acknowledge-messages.ts';
import { getMessages } from './get-messages.ts';
import { getUsageDashboard } from './get-usage-dashboard.ts';
import { getWaitingMessages } from './get-waiting-messages.ts';
import { ping } from './ping.ts';

function read(action: AnyAction, input: Record<string, unknown> = {}, how: Partial<Request<unknown>> = {}) {
  if (action.effect !== 'read') throw new TypeError('it only reads');
  return action.read(request(action.input.parse(input), how), () => true);
}

const message = (n: number): Message => ({
  id: `msg_${n}`,
  agent: 'agt_1',
  direction: 'inbound',
  channel: 'sms',
  contact: CONTACT,
  from: CONTACT,
  to: '+15002000000',
  body: 'Hi',
  subject: null,
  attachments: [],
  purpose: null,
  status: 'received',
  errorCode: null,
  segments: 1,
  cost: 0,
  optOut: null,
  label: { integrity: 'untrusted', readers: [], sources: [] },
  action: 'act_1',
  providerRef: 'SM1',
  at: NOW,
  acknowledgedAt: null,
});

describe('messages', () => {
  const asked: MessageQuery[] = [];
  const action = getMessages({
    async messages(_org, query) {
      asked.push(query);
      const messages = [3, 2, 1].slice(0, query.limit).map(message);
      return { messages, older: messages.length < 3 ? (messages.at(-1)?.id ?? null) : null };
    },
  });

  test('come a page at a time, the cursor being the last one shown', async () => {
    expect(await read(action, { limit: 2 })).toMatchObject({
      messages: [{ messageId: 'msg_3' }, { messageId: 'msg_2' }],
      cursor: 'msg_2',
    });
    expect(await read(action, { limit: 3 })).toMatchObject({ cursor: null });
  });
  test('are asked for by the contact’s normal form and the time as a number', async () => {
    await read(action, { contact: '+1 415 555 0100', since: '2026-11-20T13:00:00+01:00', cursor: 'msg_9' });
    expect(asked.at(-1)).toMatchObject({ agent: 'agt_1', contact: CONTACT, since: NOW, before: 'msg_9' });
  });
  test('say when they come from outside', async () => {
    expect(await read(action)).toMatchObject({ messages: [{ untrusted: true }, {}, {}] });
    const own = getMessages({ messages: async () => ({ messages: [{ ...message(1), label: TRUSTED }], older: null }) });
    expect(await read(own)).toMatchObject({ messages: [{ untrusted: false }] });
  });
  test('fit the schema that the doors publish', async () =>
    expect(action.output.safeParse(await read(action)).success).toBe(true));
});

describe('waiting messages', () => {
  const action = getWaitingMessages({ waiting: async () => [message(1)] });
  const first = (input: unknown) => action.effect === 'read' && action.first?.(action.input.parse(input));

  test('are shown and go on waiting: reading is not acknowledging', async () => {
    expect(await read(action)).toMatchObject({ messages: [{ messageId: 'msg_1', acknowledged: false }] });
    expect(first({})).toBeNull();
  });
  test('named in ack are acknowledged first', () =>
    expect(first({ ack: ['msg_1'] })).toEqual({ name: acknowledgeMessages().name, input: { ids: ['msg_1'] } }));
  test('are acknowledged as the agent’s own', () =>
    expect(change(acknowledgeMessages(), { ids: ['msg_1'] }).writes).toEqual([
      { kind: 'message.acknowledge', row: { agent: 'agt_1', ids: ['msg_1'], at: NOW } },
    ]));
});

describe('the usage dashboard', () => {
  const other = { ...agent, id: 'agt_2', name: 'Bo' } as const;
  const action = getUsageDashboard({
    tenancy: {
      organization: async () => organization,
      agent: async (_org, id) => [agent, other].find((one) => one.id === id) ?? null,
      agents: async () => [agent, other],
    },
    comms: {
      sentSince: async () => [],
      usage: async (_org, { agent: one }) =>
        [agent, other]
          .filter(({ id }) => one === null || one === id)
          .map(({ id }) => ({ agent: id, channel: 'sms' as const, messages: 2, cost: 15_800, billed: 0 })),
      actionsWithin: async (_org, _agent, ms) => (ms === 60_000 ? 12 : 20),
      spentIn: async (_org, _agent, unit, zone) => (unit === 'day' && zone === 'Europe/Berlin' ? 1_000_000 : 0),
    },
  });

  test('shows an agent itself: use, cost and what each limit leaves, never below nothing', async () =>
    expect(await read(action)).toEqual({
      since: '2026-11-20',
      more: false,
      agents: [
        {
          agentId: 'agt_1',
          name: 'Ada',
          status: 'active',
          channels: [{ channel: 'sms', messages: 2, cost: 15_800 }],
          limits: [
            { name: 'perMinute', used: 12, limit: 10, left: 0 },
            { name: 'perHour', used: 20, limit: 100, left: 80 },
            { name: 'perDay', used: 20, limit: 500, left: 480 },
            { name: 'spendPerDay', used: 1_000_000, limit: 10_000_000, left: 9_000_000 },
            { name: 'spendPerMonth', used: 0, limit: 100_000_000, left: 100_000_000 },
          ],
        },
      ],
    }));
  test('shows an administrator every agent', async () =>
    expect(await read(action, {}, { agent: null })).toMatchObject({
      agents: [{ agentId: 'agt_1' }, { agentId: 'agt_2' }],
    }));
});

test('a ping tells who carries what, how that is doing, and how many agents there may be', async () => {
  const simulator = {
    name: 'simulator',
    retry: 'same-key',
    send: () => Promise.reject(new Error('not in this test')),
  } as const;
  const twilio = { name: 'twilio', channels: ['sms'], fields: {}, health: () => 'down' } as unknown as ProviderAccount;
  const parts = {
    version: '1.2.3',
    carriers: { sandbox: { sms: simulator }, production: {} },
    vendors: { ...noVendors, accounts: { twilio }, open: async () => ({}) },
    comms: { accounts: async () => [{ provider: 'twilio', org: 'org_platform' }] as const },
    tenancy: { organization: async () => organization, activeAgents: async () => 3, agents: async () => [] },
  };
  expect(await read(ping(parts), { message: 'hi' })).toEqual({
    status: 'ok',
    version: '1.2.3',
    time: '2026-11-20T12:00:00.000Z',
    message: 'hi',
    providers: [{ name: 'simulator', mode: 'sandbox', channel: 'sms' }],
    health: [{ provider: 'twilio', account: 'platform', state: 'down' }],
    pool: { maxAgents: 100, used: 3 },
  });
});
