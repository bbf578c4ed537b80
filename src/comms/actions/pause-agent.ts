/**
 * Stops an agent until an administrator resumes it. What it asked for and has not left yet does not leave; what people write
 * to it is taken in, and their opt-outs hold. Also what the anomaly detector does where an agent's policy says so.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import type { AgentId } from '../../kernel/ids.ts';
import { known } from '../../tenancy/known.ts';
import { tenancyWrite } from '../../tenancy/writes.ts';
import { pausableGuard } from '../guards/pausable.ts';
import { namedAgent } from '../needs.ts';
import type { AgentWork } from '../ports.ts';

export const pauseAgent = (work: AgentWork): AnyAction =>
  stateAction({
    name: 'comms.pause_agent',
    version: 1,
    says: 'Pauses an agent at once: it does nothing, and nothing it asked for leaves, until it is resumed.',
    input: z.object({
      reason: field.prose(500).optional().describe('Why; the log commits to it.'),
      abort: z
        .boolean()
        .default(false)
        .describe(
          'True: a step of its model that is under way is aborted, and made again after resuming. Else it ends first.',
        ),
    }),
    output: z.object({ agentId: z.string(), status: z.literal('paused') }),
    access: 'org:admin',
    subject: 'agent',
    risk: 'high',
    sensitive: true,
    guards: [pausableGuard],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/agents/{agentId}/pause' },
    needs: { agent: namedAgent },
    change(_request, facts) {
      const agent = known(facts.agent, 'agent');
      return {
        writes: [
          tenancyWrite('agent.update', { ...agent, status: 'paused' }),
          guardWrite('fence.bump', { of: 'agent', id: agent.id }),
        ],
        output: { agentId: agent.id, status: 'paused' as const },
      };
    },
    async finish({ org, input: { abort } }, output) {
      if (abort) await work.abortThinking(org, output.agentId as AgentId);
      return output;
    },
  });
