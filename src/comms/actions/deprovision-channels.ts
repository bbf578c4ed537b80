/** Ends an agent: its tokens die at once, what it asked for and has not left yet does not leave. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { guardWrite } from '../../guard/writes.ts';
import { type Agent, CHANNELS, type Channel } from '../../tenancy/agent.ts';
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
      releaseNumbers: z.boolean().default(true).describe('False: keep the numbers and addresses with the ended agent.'),
    }),
    output: z.object({ agentId: z.string(), status: z.literal('deprovisioned'), released: z.array(z.enum(CHANNELS)) }),
    access: 'org:admin',
    subject: 'agent',
    risk: 'critical',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    needs: { agent: namedAgent },
    change({ input, now }, facts) {
      const agent = known(facts.agent, 'agent');
      const senders = input.releaseNumbers ? {} : agent.senders;
      // what stays bound still hears opt-outs; the rows of what is freed go with the agent's own list of them
      const freed = input.releaseNumbers ? CHANNELS.flatMap((channel) => senderOn(agent, channel)) : [];
      return {
        writes: [
          tenancyWrite('agent.update', { ...agent, status: 'deprovisioned', senders }),
          ...freed.map((sender) => commsWrite('sender.release', sender)),
          ...tokens.revokeAll(agent.id, now),
          guardWrite('fence.bump', { of: 'agent', id: agent.id }),
        ],
        output: {
          agentId: agent.id,
          status: 'deprovisioned' as const,
          released: CHANNELS.filter(
            (channel) =>
              (agent.senders[channel] !== undefined && senders[channel] === undefined) ||
              freed.some((sender) => sender.channel === channel),
          ),
        },
      };
    },
  });

const senderOn = ({ id, bound }: Agent, channel: Channel) => {
  const sender = bound[channel];
  return sender === undefined ? [] : [{ channel, address: sender.address, agent: id }];
};
