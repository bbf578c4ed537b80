/** Lets a paused agent act again. What the anomaly detector has counted of it is forgotten: it begins anew. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import { known } from '../../tenancy/known.ts';
import { tenancyWrite } from '../../tenancy/writes.ts';
import { resumableGuard } from '../guards/pausable.ts';
import { namedAgent } from '../needs.ts';

export const resumeAgent = (): AnyAction =>
  stateAction({
    name: 'comms.resume_agent',
    version: 1,
    says: 'Lets a paused agent act again; what the pause stopped is not sent, and the agent has to ask for it again.',
    input: z.object({ note: field.prose(500).optional().describe('Why; the log commits to it.') }),
    output: z.object({ agentId: z.string(), status: z.literal('active') }),
    access: 'org:admin',
    subject: 'agent',
    risk: 'high',
    sensitive: true,
    guards: [resumableGuard],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/agents/{agentId}/resume' },
    needs: { agent: namedAgent },
    change(_request, facts) {
      const agent = known(facts.agent, 'agent');
      return {
        writes: [
          tenancyWrite('agent.update', { ...agent, status: 'active' }),
          guardWrite('activity.forget', { agent: agent.id }),
          guardWrite('fence.bump', { of: 'agent', id: agent.id }),
        ],
        output: { agentId: agent.id, status: 'active' as const },
      };
    },
  });
