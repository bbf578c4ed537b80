import { describe, expect, test } from 'vitest';
import { TIER_LIMITS } from '../../tenancy/limits.ts';
import { agent, change, NOW, organization, request, told } from '../fixtures.ts';
import { capabilitiesGuard } from '../guards/capabilities.ts';
import type { AgentTokens, Carriers } from '../ports.ts';
import type { MessageProvider } from '../provider-ports.ts';
import { deprovisionChannels } from './deprovision-channels.ts';
import { provisionChannels } from './provision-channels.ts';

const simulator: MessageProvider = {
  name: 'simulator',
  retry: 'same-key',
  send: () => Promise.reject(new Error('not in this test')),
};
const carriers: Carriers = { sandbox: { sms: simulator }, production: {} };
const tokens: AgentTokens = {
  issue: (bytes, id, agent, now, expiresAt) => ({
    token: `spa_${bytes(1)[0]}`,
    write: { kind: 'agent-token.create', row: { id, agent, now, expiresAt } },
  }),
  revokeAll: (agent, at) => [{ kind: 'agent-token.revoke-all', row: { agent, at } }],
};
const provision = (input: Record<string, unknown> = {}, facts = {}) =>
  change(
    provisionChannels(carriers, tokens),
    { displayName: 'Ada', capabilities: { sms: true }, ...input },
    { organization, agent: null, ...facts },
  );

describe('provisioning', () => {
  test('makes an agent with a simulated number, the starting limits and a token', () => {
    const { writes, output } = provision({ expiresIn: 3_600 });
    expect(writes).toEqual([
      {
        kind: 'agent.create',
        row: { ...agent, senders: { sms: expect.stringMatching(/^\+1500[2-9]\d{6}$/) }, createdAt: NOW },
      },
      { kind: 'agent-token.create', row: { id: 'tok_1', agent: 'agt_1', now: NOW, expiresAt: NOW + 3_600_000 } },
    ]);
    expect(output).toMatchObject({
      agentId: 'agt_1',
      securityToken: 'spa_7',
      channels: [{ channel: 'sms' }],
      sandbox: true,
    });
  });
  test('says what production would still need', () => {
    expect(provision().output).toMatchObject({
      missing: [
        expect.stringContaining('provider'),
        expect.stringContaining('10DLC'),
        expect.stringContaining('toll-free'),
      ],
    });
    expect(provision({ country: 'ZZ' }).output).toMatchObject({
      missing: expect.arrayContaining([expect.stringContaining('ZZ')]),
    });
  });
  test('gives no more than the organisation’s tier allows', () => {
    const limitsOn = (tier: 'free' | 'enterprise') =>
      provision({}, { organization: { ...organization, tier } }).writes[0]?.row;
    expect(limitsOn('free')).toMatchObject({ limits: TIER_LIMITS.free });
    expect(limitsOn('enterprise')).toMatchObject({ limits: TIER_LIMITS.starter });
  });
  test('adds to an agent that is there, keeps what it has, and mints no second token', () => {
    const before = { ...agent, country: 'DE', approvalPolicy: 'always', senders: { email: 'ada@x.example' } } as const;
    const { writes, output } = provision({ displayName: 'Ada B' }, { agent: before });
    expect(writes).toEqual([
      {
        kind: 'agent.update',
        row: { ...before, name: 'Ada B', senders: { email: 'ada@x.example', sms: expect.stringMatching(/^\+1500/) } },
      },
      { kind: 'fence.bump', row: { of: 'policy', id: 'agt_1' } },
    ]);
    expect(output).toMatchObject({ agentId: 'agt_1', securityToken: null });
  });
  test('does not change a number that the agent has', () =>
    expect(provision({}, { agent }).output).toMatchObject({ channels: [{ channel: 'sms', address: '+15002000000' }] }));

  const judge = (capabilities: Record<string, boolean>, mode: 'sandbox' | 'production' = 'sandbox') =>
    capabilitiesGuard(carriers).judge(request({ capabilities }), {
      organization: { ...organization, mode },
      accounts: null,
    });
  test('refuses the whole when one channel has no provider, and names it', () => {
    expect(judge({ sms: true })).toEqual([]);
    expect(judge({ sms: true, voice: true })).toMatchObject([
      { code: 'provider_not_configured', say: expect.stringContaining('voice') },
    ]);
    expect(told(judge({ sms: true }, 'production'))).toEqual(['provider_not_configured']);
  });
  test('refuses to make an agent without channels', () => {
    expect(told(judge({}))).toEqual(['invalid_input']);
    expect(told(judge({ sms: false }))).toEqual(['invalid_input']);
  });
});

describe('deprovisioning', () => {
  test('ends the agent, its tokens and what is on its way', () => {
    const { writes, output } = change(deprovisionChannels(tokens), {}, { agent });
    expect(writes).toEqual([
      { kind: 'agent.update', row: { ...agent, status: 'deprovisioned', senders: {} } },
      { kind: 'sender.release-all', row: { agent: 'agt_1', kept: true } },
      { kind: 'agent-token.revoke-all', row: { agent: 'agt_1', at: NOW } },
      { kind: 'fence.bump', row: { of: 'agent', id: 'agt_1' } },
    ]);
    expect(output).toEqual({ agentId: 'agt_1', status: 'deprovisioned', released: ['sms'] });
  });
  test('may keep the numbers', () =>
    expect(change(deprovisionChannels(tokens), { releaseNumbers: false }, { agent }).output).toMatchObject({
      released: [],
    }));
});
