import { describe, expect, test } from 'vitest';
import type { Agent } from '../../tenancy/agent.ts';
import { agent, CONTACT, message, organization, request } from '../fixtures.ts';
import type { OutboundMessage } from '../provider-ports.ts';
import { contactFrequencyGuard } from './contact-frequency.ts';
import { ratesGuard } from './rates.ts';
import { spendGuard } from './spend.ts';

describe('rates', () => {
  test('take one action from the agent’s minute, hour and day', () =>
    expect(ratesGuard.judge(request(message), { organization, agent })).toEqual([
      {
        is: 'take',
        take: {
          meter: 'agent:agt_1:actions',
          amount: 1,
          caps: [
            { name: 'perMinute', limit: 10, window: { ms: 60_000 }, code: 'rate_limited' },
            { name: 'perHour', limit: 100, window: { ms: 3_600_000 }, code: 'rate_limited' },
            { name: 'perDay', limit: 500, window: { ms: 86_400_000 }, code: 'rate_limited' },
          ],
        },
      },
    ]));
  test('fail closed without an agent', () =>
    expect(() => ratesGuard.judge(request(message), { organization, agent: null })).toThrow());
});

describe('limits above the tier', () => {
  const above: Agent = { ...agent, limits: { ...agent.limits, perMinute: 25, spendPerDay: 20_000_000 } };
  const perMinute = (facts: Agent, tier: 'free' | 'pro' = 'pro') =>
    ratesGuard.judge(request(message), { organization: { ...organization, tier }, agent: facts })[0];
  const first = (limit: number) => ({ take: { caps: expect.arrayContaining([expect.objectContaining({ limit })]) } });

  test('hold where the tier allows them, and not where it no longer does', () => {
    expect(perMinute(above)).toMatchObject(first(25));
    expect(perMinute(above, 'free')).toMatchObject(first(5));
    expect(perMinute({ ...agent, limits: { ...agent.limits, perMinute: 2 } }, 'free')).toMatchObject(first(2));
  });
  test('hold for good where the operator granted them, each by itself', () => {
    const granted: Agent = { ...above, granted: ['perMinute'] };
    expect(perMinute(granted, 'free')).toMatchObject(first(25));
    expect(
      spendGuard.judge(request(message), { organization: { ...organization, tier: 'free' }, agent: granted }),
    ).toMatchObject([{ take: { caps: [{ limit: 1_000_000 }, { limit: 10_000_000 }] } }]);
  });
});

describe('contact frequency', () => {
  const limited: Agent = { ...agent, limits: { ...agent.limits, messagesPerNumberPerDay: 3, callsPerNumberPerDay: 2 } };
  const judge = (input: { to: string; channel: 'sms' | 'voice' | 'email' }, facts = limited) =>
    contactFrequencyGuard.judge(request(input), { organization, agent: facts });

  test('takes from the contact’s own count, in normal form, within 24 hours', () =>
    expect(judge({ to: message.to, channel: 'sms' })).toEqual([
      {
        is: 'take',
        take: {
          meter: 'agent:agt_1:sms',
          contact: CONTACT,
          amount: 1,
          caps: [{ name: 'messagesPerNumberPerDay', limit: 3, window: { ms: 86_400_000 }, code: 'contact_frequency' }],
        },
      },
    ]));
  test('counts calls by their own limit', () =>
    expect(judge({ to: message.to, channel: 'voice' })).toMatchObject([
      { take: { meter: 'agent:agt_1:voice', caps: [{ name: 'callsPerNumberPerDay', limit: 2 }] } },
    ]));
  test('takes nothing where there is no limit', () =>
    expect(judge({ to: message.to, channel: 'sms' }, agent)).toEqual([]));
  test('does not read "no message at all" as "no limit"', () => {
    const none = { ...agent, limits: { ...agent.limits, messagesPerNumberPerDay: 0 } };
    expect(judge({ to: message.to, channel: 'sms' }, none)).toMatchObject([{ take: { caps: [{ limit: 0 }] } }]);
  });
  test('fails closed for an address that it can’t read', () =>
    expect(() => judge({ to: 'x', channel: 'sms' })).toThrow());
});

describe('spend', () => {
  const judge = (change: Partial<OutboundMessage> = {}) =>
    spendGuard.judge(request({ ...message, ...change }), { organization, agent });

  test('reserves the message’s cost from the calendar day and month in the organisation’s zone', () =>
    expect(judge()).toEqual([
      {
        is: 'take',
        take: {
          meter: 'agent:agt_1:spend',
          amount: 7_900,
          unit: 'money',
          caps: [
            {
              name: 'spendPerDay',
              limit: 10_000_000,
              window: { calendar: 'day', zone: 'Europe/Berlin' },
              code: 'spend_limit',
            },
            {
              name: 'spendPerMonth',
              limit: 100_000_000,
              window: { calendar: 'month', zone: 'Europe/Berlin' },
              code: 'spend_limit',
            },
          ],
        },
      },
    ]));
  test('reserves for every segment', () =>
    expect(judge({ body: 'x'.repeat(161) })).toMatchObject([{ take: { amount: 2 * 7_900 } }]));
  test('reserves more where the price is not known', () =>
    expect(judge({ to: '+33612345678' })).toMatchObject([{ take: { amount: 75_000 } }]));
  test('reserves for mail and WhatsApp as well: nothing is sent for nothing', () => {
    expect(judge({ to: 'bob@example.com', channel: 'email' })).toMatchObject([{ take: { amount: 1_000 } }]);
    expect(judge({ channel: 'whatsapp' })).toMatchObject([{ take: { amount: 45_000 } }]);
  });
});
