/** An organisation as the doors show it. */
import * as z from 'zod';
import { rfc3339 } from '../../kernel/time.ts';
import { TIERS } from '../../tenancy/limits.ts';
import type { Organization } from '../../tenancy/organization.ts';

export const organizationView = z.object({
  organizationId: z.string(),
  slug: z.string(),
  name: z.string(),
  status: z.enum(['active', 'suspended']),
  mode: z.enum(['sandbox', 'production']),
  tier: z.enum(TIERS),
  zone: z.string(),
  createdAt: z.string(),
});

export const viewOfOrganization = ({ id, createdAt, ...rest }: Organization): z.output<typeof organizationView> => ({
  organizationId: id,
  ...rest,
  createdAt: rfc3339(createdAt),
});
