/** An organisation with an administrator and two agents, for matrices; each cell gets its own. */
import { answeringSystem } from '../../src/comms/answers.ts';
import type { CatalogueEntry } from '../../src/guard/catalogue.ts';
import { type Principal, SCOPES_OF } from '../../src/guard/principal.ts';
import type { OrgId } from '../../src/kernel/ids.ts';
import { ORCHESTRATOR_TOKEN, type TestAgent, type TestHouse } from '../support/house.ts';

export interface Tenant {
  readonly t: TestHouse;
  readonly org: OrgId;
  readonly admin: Principal;
  readonly adminToken: string;
  readonly agent: TestAgent;
  /** Another agent of the same organisation. */
  readonly colleague: TestAgent;
  /** Who delivers messages to it. */
  readonly provider: Principal;
}

export async function openTenant(t: TestHouse): Promise<Tenant> {
  const { id: org, admin, token: adminToken } = await t.organization();
  const [agent, colleague] = [await t.agent(admin), await t.agent(admin)];
  const provider: Principal = {
    id: 'provider:test',
    kind: 'provider',
    org,
    agent: null,
    scopes: SCOPES_OF.provider,
    fences: [],
  };
  return { t, org, admin, adminToken, agent, colleague, provider };
}

/** How a caller that is no agent names whom it acts for. */
export function naming(
  { action }: CatalogueEntry,
  by: Principal,
  { org, agent }: Tenant,
): { readonly agentId?: string; readonly organizationId?: string } {
  if (action.subject === 'platform') return {};
  if (action.subject === 'agent') return { agentId: agent.id };
  return by.org === org ? {} : { organizationId: org };
}

/** The least of those who may do it. */
export function leastOf({ action }: CatalogueEntry, { t, org, agent, admin, provider }: Tenant): Principal {
  switch (action.access) {
    case 'agent:read':
    case 'agent:act':
      return agent.by;
    case 'org:view':
    case 'org:operate':
    case 'org:admin':
      return admin;
    case 'provider:deliver':
      return provider;
    case 'system:act':
      return answeringSystem(org);
    case 'org:own':
    case 'platform:admin':
    case 'audit:read':
      return t.orchestrator;
  }
}

/** The token that a principal of the tenant brings to a door. */
export function tokenOf(by: Principal, { t, admin, adminToken, agent }: Tenant): string {
  if (by === t.orchestrator) return ORCHESTRATOR_TOKEN;
  if (by === admin) return adminToken;
  if (by === agent.by) return agent.token;
  throw new TypeError(`${by.id} comes by no door`);
}
