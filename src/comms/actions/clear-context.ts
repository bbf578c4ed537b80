/**
 * An administrator has looked at what the agent was told, and trusts it: what came in so far no longer counts as untrusted.
 * What comes in after the message that is named counts again, also if it came before this was done: then nothing is cleared. An agent of the swarm at work has a context of its own in each frame, which this leaves.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import { known } from '../../tenancy/known.ts';
import { namedAgent } from '../needs.ts';

export const clearContext = (): AnyAction =>
  stateAction({
    name: 'comms.clear_context',
    version: 1,
    says: 'Declares what an agent has read from outside so far trusted, once somebody has looked at it: until the next message it acts as if it had read none.',
    input: z.object({ upTo: field.id('msg').describe('The latest message that somebody has looked at.') }),
    output: z.object({ agentId: z.string(), cleared: z.literal(true) }),
    access: 'org:admin',
    subject: 'agent',
    risk: 'high',
    sensitive: true,
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    needs: { agent: namedAgent },
    change({ input: { upTo } }, facts) {
      const agent = known(facts.agent, 'agent').id;
      return {
        writes: [guardWrite('context.clear', { agent, upTo })],
        output: { agentId: agent, cleared: true as const },
      };
    },
  });
