import { describe, expect, test } from 'vitest';
import type { ApprovalPolicy } from '../../tenancy/agent.ts';
import { agent, message, NOW, request, told } from '../fixtures.ts';
import { approvalGuard } from './approval.ts';

const wrote = { consents: {}, lastInboundAt: null, firstOutboundAt: NOW, knownAt: null };
const never = { consents: {}, lastInboundAt: NOW, firstOutboundAt: null, knownAt: null };
const judge = (
  approvalPolicy: ApprovalPolicy,
  relationship: typeof wrote | typeof never | null,
  approvedBy: string | null = null,
) =>
  approvalGuard(900_000).judge(request(message, { approvedBy }), { agent: { ...agent, approvalPolicy }, relationship });

describe('approval', () => {
  test.each([
    ['never', null, []],
    ['never', wrote, []],
    ['first_contact', null, ['hold']],
    ['first_contact', never, ['hold']],
    ['first_contact', wrote, []],
    ['always', null, ['hold']],
    ['always', wrote, ['hold']],
  ] as const)('under policy %s with relationship %j: %j', (policy, relationship, findings) =>
    expect(told(judge(policy, relationship))).toEqual(findings),
  );
  test('is not asked for again once given', () => {
    expect(judge('always', wrote, 'tok_2')).toEqual([]);
    expect(judge('first_contact', null, 'tok_2')).toEqual([]);
  });
  test('waits for as long as it is told', () =>
    expect(judge('always', wrote)).toMatchObject([{ policy: 'always', ttlMs: 900_000 }]));
  test('fails closed without the agent', () =>
    expect(() => approvalGuard(1).judge(request(message), { agent: null, relationship: null })).toThrow());
  test('goes stale with the agent’s policy', () =>
    expect(approvalGuard(1).fences?.(request(message))).toEqual([{ of: 'policy', id: 'agt_1' }]));
});
