import { describe, expect, test } from 'vitest';
import { agent, message, organization, request, told } from '../fixtures.ts';
import type { Carriers } from '../ports.ts';
import type { MessageProvider } from '../provider-ports.ts';
import { channelGuard } from './channel.ts';

const simulator: MessageProvider = {
  name: 'simulator',
  retry: 'same-key',
  send: () => Promise.reject(new Error('not in this test')),
};
const carriers: Carriers = { sandbox: { sms: simulator }, production: {} };
const judge = (
  change: Partial<typeof message>,
  facts: Partial<Parameters<ReturnType<typeof channelGuard>['judge']>[1]> = {},
) =>
  channelGuard(carriers).judge(request({ ...message, ...change }), { organization, agent, accounts: null, ...facts });
const production = { ...organization, mode: 'production' } as const;

describe('the channel', () => {
  test('passes when the agent has a sender and someone carries it', () => expect(judge({})).toEqual([]));
  test('is refused when the agent has no sender for it', () =>
    expect(told(judge({}, { agent: { ...agent, senders: {} } }))).toEqual(['channel_not_allowed']));
  test('is never handed to the simulator for a production organisation', () =>
    expect(judge({}, { organization: production })).toMatchObject([
      { code: 'provider_not_configured', say: expect.stringContaining('sms') },
    ]));
  test('is refused in sandbox too when nobody carries it', () =>
    expect(told(judge({ channel: 'email' }, { agent: { ...agent, senders: { email: 'a@b.example' } } }))).toEqual([
      'provider_not_configured',
    ]));
  test('tells both reasons', () =>
    expect(told(judge({ channel: 'whatsapp' }))).toEqual(['channel_not_allowed', 'provider_not_configured']));
  test('fails closed without facts', () => {
    expect(() => judge({}, { agent: null })).toThrow();
    expect(() => judge({}, { organization: null })).toThrow();
  });
  test('goes stale with the agent’s policy', () =>
    expect(channelGuard(carriers).fences?.(request(message))).toEqual([{ of: 'policy', id: 'agt_1' }]));
});
