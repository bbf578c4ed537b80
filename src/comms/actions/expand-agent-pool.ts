/** Sets how many active agents an organisation may have. Agents that are there stay, however many. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { known } from '../../tenancy/known.ts';
import { tenancyWrite } from '../../tenancy/writes.ts';
import { activeAgents, ownOrganization } from '../needs.ts';
import { poolView } from './organization-view.ts';

const MOST = 1_000_000;

export const expandAgentPool = (): AnyAction =>
  stateAction({
    name: 'comms.expand_agent_pool',
    version: 1,
    says: 'Sets how many agents an organisation may have at once, in place of what its tier allows.',
    input: z.object({ maxAgents: z.int().min(0).max(MOST).describe('Agents that are there already stay.') }),
    output: z.object({ organizationId: z.string(), pool: poolView }),
    access: 'platform:admin',
    subject: 'organization',
    risk: 'high',
    sensitive: true,
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    needs: { organization: ownOrganization, active: activeAgents },
    change({ org, input: { maxAgents } }, facts) {
      return {
        writes: [tenancyWrite('organization.update', { ...known(facts.organization, 'organisation'), maxAgents })],
        output: { organizationId: org, pool: { maxAgents, used: facts.active ?? 0 } },
      };
    },
  });
