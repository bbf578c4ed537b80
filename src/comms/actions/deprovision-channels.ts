/** Ends an agent: its tokens die at once, what it asked for and has not left yet does not leave. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { guardWrite } from '../../guard/writes.ts';
import { CHANNELS } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { tenancyWrite } from '../../tenancy/writes.ts';
import { namedAgent } from '../needs.ts';
import type { AgentTokens } from '../ports.ts';
import { commsWrite } from '../writes.ts';

export const deprovisionChannels = (tokens: AgentTokens): AnyAction =>
  stateAction({
    name: 'comms.deprovision_channels',
    version: 1,
    says: 'Ends an agent for good: its tokens stop working at once and nothing it asked for leaves any more.',
    input: z.object({
      releaseNumbers: z
        .boolean()
        .optional()
        .describe(
          'True: free also the senders that are bound in production; an opt-out that reaches one is heard for 30 days, or until somebody binds it. False: keep the made-up ones of the sandbox as well.',
        ),
    }),
    output: z.object({ agentId: z.string(), status: z.literal('deprovisioned'), released: z.array(z.enum(CHANNELS)) }),
    access: 'org:admin',
    subject: 'agent',
    forSuspended: true, // what leaked is ended before the organisation comes back
    risk: 'critical',
    sensitive: true,
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    needs: { agent: namedAgent },
    change({ input, now }, facts) {
      const agent = known(facts.agent, 'agent');
      const senders = input.releaseNumbers === false ? agent.senders : {};
      const kept = input.releaseNumbers !== true; // people answer an agent that has ended, and what stays bound hears their STOP
      return {
        writes: [
          tenancyWrite('agent.update', { ...agent, status: 'deprovisioned', senders }),
          commsWrite('sender.release-all', { agent: agent.id, kept }),
          ...tokens.revokeAll(agent.id, now),
          guardWrite('fence.bump', { of: 'agent', id: agent.id }),
        ],
        output: {
          agentId: agent.id,
          status: 'deprovisioned' as const,
          released: CHANNELS.filter(
            (channel) =>
              (agent.senders[channel] !== undefined && senders[channel] === undefined) ||
              (!kept && agent.bound[channel] !== undefined),
          ),
        },
      };
    },
  });
