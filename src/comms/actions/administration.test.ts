import { describe, expect, test } from 'vitest';
import { PLATFORM_ORG } from '../../kernel/ids.ts';
import type { Agent } from '../../tenancy/agent.ts';
import { TIER_LIMITS } from '../../tenancy/limits.ts';
import type { Suppression } from '../facts.ts';
import { agent, CONTACT, change, NOW, organization, principal, request, told } from '../fixtures.ts';
import { approve } from './approve.ts';
import { createOrganization, freeSlugGuard } from './create-organization.ts';
import { deny } from './deny.ts';
import { dncAdd } from './dnc-add.ts';
import { dncRemove, listedGuard } from './dnc-remove.ts';
import { setAgentLimits, tierLimitsGuard } from './set-agent-limits.ts';
import { setApprovalPolicy } from './set-approval-policy.ts';

describe('setting limits', () => {
  const judge = (
    limits: Record<string, number | null>,
    kind: 'organization' | 'orchestrator' = 'organization',
    facts = { organization, agent },
  ) => tierLimitsGuard.judge(request({ limits }, { by: principal(kind) }), facts);

  test('an administrator may go up to the tier', () => expect(judge({ perMinute: 10, perDay: 1 })).toEqual([]));
  test('each limit above it is refused by name', () =>
    expect(judge({ perMinute: 11, spendPerDay: 10_000_001 })).toMatchObject([
      { code: 'limits_above_tier', say: expect.stringContaining('limits.perMinute') },
      { code: 'limits_above_tier', say: expect.stringContaining('limits.spendPerDay') },
    ]));
  test('the orchestrator may go above it', () => expect(judge({ perMinute: 1_000 }, 'orchestrator')).toEqual([]));
  test('what was granted above it before does not stand in the way of another change', () => {
    const raised = { organization, agent: { ...agent, limits: { ...agent.limits, perMinute: 1_000 } } };
    expect(judge({ perDay: 10 }, 'organization', raised)).toEqual([]);
    expect(told(judge({ perMinute: 999 }, 'organization', raised))).toEqual(['limits_above_tier']);
  });
  test('changes what is named, keeps the rest, and makes earlier verdicts stale', () => {
    const { writes, output } = change(
      setAgentLimits(),
      { limits: { perMinute: 3, messagesPerNumberPerDay: 0 } },
      { organization, agent },
    );
    const limits = { ...TIER_LIMITS.starter, perMinute: 3, messagesPerNumberPerDay: 0 };
    expect(writes).toEqual([
      { kind: 'agent.update', row: { ...agent, limits, granted: [] } },
      { kind: 'fence.bump', row: { of: 'policy', id: 'agt_1' } },
    ]);
    expect(output).toEqual({ agentId: 'agt_1', limits });
  });
  test('remembers what the operator grants above the tier, until it is set again', () => {
    const set = (limits: object, granted: Agent['granted'], kind: 'organization' | 'orchestrator' = 'orchestrator') => {
      const before = { ...agent, granted, limits: { ...agent.limits, perMinute: 99 } };
      const facts = { organization, agent: before };
      return change(setAgentLimits(), { limits }, facts, { by: principal(kind) });
    };
    expect(set({ perMinute: 11 }, []).writes[0]).toMatchObject({ row: { granted: ['perMinute'] } });
    expect(set({ perMinute: 10 }, ['perMinute']).writes[0]).toMatchObject({ row: { granted: [] } });
    expect(set({ perDay: 9 }, ['perMinute'], 'organization')).toMatchObject({
      writes: [{ row: { granted: ['perMinute'] } }, {}],
      output: { limits: { perMinute: 99, perDay: 9 } },
    });
    expect(set({ perDay: 9 }, [])).toMatchObject({ output: { limits: { perMinute: 10 } } });
  });
  test.each([
    { perMinute: -1 },
    { perMinute: 1.5 },
    { perMinute: 1e9 },
    { perMinute: null },
    { perMinute: '5' },
    { perSecond: 1 },
    { spendPerDay: Number.NaN },
  ])('%j is no set of limits', (limits) => expect(setAgentLimits().input.safeParse({ limits }).success).toBe(false));
});

describe('the do-not-contact list', () => {
  test('takes a contact in normal form, for every channel, and stops what is on its way', () =>
    expect(change(dncAdd(), { contact: '+1 (415) 555-0100', reason: 'asked by phone' }).writes).toEqual([
      {
        kind: 'suppression.add',
        row: {
          id: 'sup_1',
          contact: CONTACT,
          channel: 'all',
          reason: 'dnc',
          source: 'asked by phone',
          by: 'tok_1',
          action: 'act_1',
          at: NOW,
        },
      },
      { kind: 'fence.bump', row: { of: 'contact', id: CONTACT } },
    ]));
  test('gives a contact free by the same name, and leaves its STOP', () =>
    expect(change(dncRemove(), { contact: 'Bob@X.com' }).writes.slice(0, 1)).toEqual([
      { kind: 'suppression.remove', row: { contact: 'bob@x.com', channel: 'all', reason: 'dnc' } },
    ]));

  const judge = (suppressions: readonly Suppression[] | null, org: 'org_1' | typeof PLATFORM_ORG = 'org_1') =>
    told(listedGuard.judge(request({ contact: CONTACT }, { org }), { suppressions }));
  const entry: Suppression = { scope: 'organization', channel: 'all', reason: 'dnc', at: 0 };
  test('has nothing to remove for a contact that is not on it', () => {
    expect(judge([entry])).toEqual([]);
    expect(judge(null)).toEqual(['not_found']);
    expect(judge([{ ...entry, reason: 'stop' }])).toEqual(['not_found']);
  });
  test('of the platform is the operator’s alone', () => {
    const platform: Suppression = { ...entry, scope: 'platform' };
    expect(judge([platform])).toEqual(['not_found']);
    expect(judge([platform], PLATFORM_ORG)).toEqual([]);
  });
});

describe('an organisation', () => {
  const tokens = {
    issue: (_bytes: unknown, id: string, org: string) => ({
      token: `spo_${id}`,
      write: { kind: 'admin-token.create', row: { org } },
    }),
  };
  test('starts active, in sandbox, with a token for its administrator', () => {
    const { writes, output } = change(createOrganization(tokens), { name: 'Acme', slug: 'acme' });
    expect(writes).toEqual([
      { kind: 'organization.create', row: { ...organization, zone: 'UTC', createdAt: NOW } },
      { kind: 'admin-token.create', row: { org: 'org_1' } },
    ]);
    expect(output).toMatchObject({ organizationId: 'org_1', mode: 'sandbox', adminToken: 'spo_tok_1' });
  });
  test('has a slug of its own', () => {
    const judge = (taken: true | null) => told(freeSlugGuard.judge(request({ slug: 'acme' }), { taken }));
    expect(judge(null)).toEqual([]);
    expect(judge(true)).toEqual(['conflict']);
  });
  test.each(['Acme', 'a b', '-a', 'a-', 'a--b', '1a', '', 'ä'])('can’t be called %j', (slug) =>
    expect(createOrganization(tokens).input.safeParse({ name: 'Acme', slug }).success).toBe(false),
  );
});

const never = () => Promise.reject(new Error('not in this test'));

describe('approvals', () => {
  test('a policy is changed and makes earlier verdicts stale', () =>
    expect(change(setApprovalPolicy(), { policy: 'always' }, { agent }).writes).toEqual([
      { kind: 'agent.update', row: { ...agent, approvalPolicy: 'always' } },
      { kind: 'fence.bump', row: { of: 'policy', id: 'agt_1' } },
    ]));
  test('an approval says who gave it and releases exactly that action', () => {
    const action = approve({ otherPerson: false, comms: { heldAction: never }, signing: { ask: never, check: never } });
    const held = { inputHash: 'hash' };
    expect(change(action, { actionId: 'act_9', note: 'fine' }, { held }).writes).toMatchObject([
      {
        kind: 'hold.approve',
        row: { action: 'act_9', by: { id: 'tok_1' }, note: 'fine', inputHash: 'hash', signed: null },
      },
    ]);
    expect(action.effect === 'state' && action.releases?.(request({ actionId: 'act_9' }))).toBe('act_9');
  });
  test('a denial releases nothing', () => {
    const action = deny();
    expect(change(action, { actionId: 'act_9' }).writes).toEqual([
      { kind: 'hold.deny', row: { action: 'act_9', by: 'tok_1', note: null } },
    ]);
    expect('releases' in action).toBe(false);
  });
});
