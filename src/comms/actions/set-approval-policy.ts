/** When an administrator must approve before a message of the agent leaves. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { guardWrite } from '../../guard/writes.ts';
import { APPROVAL_POLICIES } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { tenancyWrite } from '../../tenancy/writes.ts';
import { policyFence } from '../fences.ts';
import { namedAgent } from '../needs.ts';

export const setApprovalPolicy = (): AnyAction =>
  stateAction({
    name: 'comms.set_approval_policy',
    version: 1,
    says: 'Sets when an administrator must approve before a message of the agent leaves: never, at the first one to a contact, or always.',
    input: z.object({ policy: z.enum(APPROVAL_POLICIES) }),
    output: z.object({ agentId: z.string(), policy: z.enum(APPROVAL_POLICIES) }),
    access: 'org:admin',
    subject: 'agent',
    risk: 'high',
    sensitive: true,
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    needs: { agent: namedAgent },
    change({ input: { policy } }, facts) {
      const agent = known(facts.agent, 'agent');
      return {
        writes: [
          tenancyWrite('agent.update', { ...agent, approvalPolicy: policy }),
          guardWrite('fence.bump', policyFence(agent.id)),
        ],
        output: { agentId: agent.id, policy },
      };
    },
  });
