/** An organisation as the doors show it. */
import * as z from 'zod';
import { rfc3339 } from '../../kernel/time.ts';
import { poolOf, TIERS } from '../../tenancy/limits.ts';
import { KYC_STATES, type Organization } from '../../tenancy/organization.ts';
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

/** Of active agents: how many there may be, how many there are. */
export const poolView = z.object({ maxAgents: z.number(), used: z.number() });
