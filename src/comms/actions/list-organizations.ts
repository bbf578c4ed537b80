/** Every tenant of the server; for the orchestrator alone. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import type { TenancyReader } from '../../tenancy/ports.ts';
import { organizationView, viewOfOrganization } from './organization-view.ts';

export const listOrganizations = (tenancy: Pick<TenancyReader, 'organizations'>): AnyAction =>
  readAction({
    name: 'comms.list_organizations',
    version: 1,
    says: 'Lists the organisations of this server, oldest first, with their mode and tier.',
    input: z.object({}),
    output: z.object({ organizations: z.array(organizationView) }),
    access: 'platform:admin',
    subject: 'platform',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    read: async () => ({ organizations: (await tenancy.organizations()).map(viewOfOrganization) }),
  });
