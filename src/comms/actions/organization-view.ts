/** An organisation as the doors show it. */
import * as z from 'zod';
import type { Reaches } from '../../guard/action.ts';
import type { Principal } from '../../guard/principal.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { poolOf, TIERS } from '../../tenancy/limits.ts';
import { KYC_STATES, type Organization } from '../../tenancy/organization.ts';
import type { TenancyReader } from '../../tenancy/ports.ts';
import { shownKyc } from '../../tenancy/rules/standing.ts';

export const organizationView = z.object({
  organizationId: z.string(),
  slug: z.string(),
  name: z.string(),
  status: z.enum(['active', 'suspended']),
  mode: z.enum(['sandbox', 'production']),
  kyc: z.enum([...KYC_STATES, 'suspended']),
  tier: z.enum(TIERS),
  maxAgents: z.number().describe('How many active agents it may have.'),
  zone: z.string(),
  createdAt: z.string(),
});

export const viewOfOrganization = (organization: Organization): z.output<typeof organizationView> => {
  const { id, createdAt, slug, name, status, mode, tier, zone } = organization;
  return {
    organizationId: id,
    ...{ slug, name, status, mode },
    kyc: shownKyc(organization),
    tier,
    maxAgents: poolOf(organization),
    zone,
    createdAt: rfc3339(createdAt),
  };
};

/** Of active agents: how many there may be, how many there are that the caller may see. */
export const poolView = z.object({ maxAgents: z.number(), used: z.number() });

export async function viewOfPool(
  tenancy: Pick<TenancyReader, 'activeAgents' | 'agents'>,
  organization: Organization,
  by: Principal,
  reaches: Reaches,
): Promise<z.output<typeof poolView>> {
  const { id } = organization;
  const used =
    (by.grants ?? []).length === 0
      ? await tenancy.activeAgents(id) // as who is read of sees them all
      : (await tenancy.agents(id)).filter((agent) => agent.status !== 'deprovisioned' && reaches(agent.id)).length;
  return { maxAgents: poolOf(organization), used };
}
