import { describe, expect, test } from 'vitest';
import { TRUSTED } from '../../guard/label.ts';
import { type Principal, type PrincipalKind, SCOPES_OF } from '../../guard/principal.ts';
import type { Request } from '../../guard/request.ts';
import { PLATFORM_ORG } from '../../kernel/ids.ts';
import type { Agent } from '../../tenancy/agent.ts';
import { ALERT_ALONE } from '../../tenancy/anomaly-policy.ts';
import { TIER_LIMITS } from '../../tenancy/limits.ts';
import type { Organization } from '../../tenancy/organization.ts';
import { standingGuard } from './standing.ts';

const organization: Organization = {
  id: 'org_1',
  slug: 'acme',
  name: 'Acme',
  status: 'active',
  mode: 'sandbox',
  kyc: 'none',
  tier: 'starter',
  maxAgents: null,
  zone: 'UTC',
  createdAt: 0,
};
const agent: Agent = {
  org: 'org_1',
  id: 'agt_1',
  name: 'Ada',
  status: 'active',
  senders: {},
  bound: {},
  limits: TIER_LIMITS.starter,
  approvalPolicy: 'never',
  anomalyPolicy: ALERT_ALONE,
  country: 'US',
  createdAt: 0,
};

const by = (kind: PrincipalKind): Principal => ({
  id: 'tok_1',
  kind,
  org: 'org_1',
  agent: null,
  scopes: SCOPES_OF[kind],
  fences: [],
});
const request = (change: Partial<Request<unknown>> = {}): Request<unknown> => ({
  by: by('agent'),
  org: 'org_1',
  agent: 'agt_1',
  input: {},
  now: 0,
  label: TRUSTED,
  approvedBy: null,
  ...change,
});
const codes = (change: Partial<Request<unknown>>, facts: { organization: Organization | null; agent: Agent | null }) =>
  standingGuard.judge(request(change), facts).map((finding) => (finding.is === 'deny' ? finding.code : finding.is));

const suspended = { ...organization, status: 'suspended' } as const;
const gone = { ...agent, status: 'deprovisioned' } as const;

describe('standing', () => {
  test('passes an active agent of an active organisation', () =>
    expect(codes({}, { organization, agent })).toEqual([]));
  test('refuses an agent that the organisation does not have as not found', () =>
    expect(codes({}, { organization, agent: null })).toEqual(['not_found']));
  test('refuses an organisation that is not there as not found', () =>
    expect(codes({ agent: null }, { organization: null, agent: null })).toEqual(['not_found']));
  test('refuses a deprovisioned agent', () =>
    expect(codes({}, { organization, agent: gone })).toEqual(['agent_inactive']));
  test('refuses everything in a suspended organisation, also what is about no agent', () =>
    expect(codes({ agent: null }, { organization: suspended, agent: null })).toEqual(['organization_inactive']));
  test('tells both reasons', () =>
    expect(codes({}, { organization: suspended, agent: gone })).toEqual(['organization_inactive', 'agent_inactive']));
  test('holds for administrators and the orchestrator too', () => {
    expect(codes({ by: by('organization') }, { organization, agent: gone })).toEqual(['agent_inactive']);
    expect(codes({ by: by('orchestrator') }, { organization: suspended, agent })).toEqual(['organization_inactive']);
  });
  test('takes a delivery for an inactive agent: the STOP in it must not be lost', () =>
    expect(codes({ by: by('provider') }, { organization: suspended, agent: gone })).toEqual([]));
  test('takes no delivery for an agent that does not exist', () =>
    expect(codes({ by: by('provider') }, { organization, agent: null })).toEqual(['not_found']));
  test('passes the platform’s own actions, which have no organisation row', () =>
    expect(codes({ org: PLATFORM_ORG, agent: null }, { organization: null, agent: null })).toEqual([]));
  test('finds no agent on the platform', () =>
    expect(codes({ org: PLATFORM_ORG }, { organization: null, agent: null })).toEqual(['not_found']));

  test('goes stale when the organisation or the agent changes its standing', () => {
    expect(standingGuard.fences?.(request())).toEqual([
      { of: 'organization', id: 'org_1' },
      { of: 'agent', id: 'agt_1' },
    ]);
    expect(standingGuard.fences?.(request({ org: PLATFORM_ORG, agent: null }))).toEqual([]);
  });
});
