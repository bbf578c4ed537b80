/** Every tenant of the server; for the orchestrator alone. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { poolOf } from '../../tenancy/limits.ts';
import type { TenancyReader } from '../../tenancy/ports.ts';
import { organizationView, poolView, viewOfOrganization } from './organization-view.ts';

export const listOrganizations = (
  tenancy: Pick<TenancyReader, 'organizations' | 'activeAgentsByOrganization'>,
): AnyAction =>
  readAction({
    name: 'comms.list_organizations',
    version: 1,
    says: 'Lists the organisations of this server, oldest first, with their mode, review, tier and agents.',
    input: z.object({}),
    output: z.object({ organizations: z.array(organizationView.extend({ pool: poolView })) }),
    access: 'platform:admin',
    subject: 'platform',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    async read() {
      const used = await tenancy.activeAgentsByOrganization();
      return {
        organizations: (await tenancy.organizations()).map((one) => ({
          ...viewOfOrganization(one),
          pool: { maxAgents: poolOf(one), used: used.get(one.id) ?? 0 },
        })),
      };
    },
  });
