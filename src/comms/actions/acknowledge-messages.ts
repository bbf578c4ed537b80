/** Marks messages as dealt with. Apart from reading them, so that an answer lost on the way loses no message. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { known } from '../../tenancy/known.ts';
import { commsWrite } from '../writes.ts';

export const ACKNOWLEDGE = 'comms.acknowledge_messages';

export const messageIds = () => z.array(field.id('msg')).min(1).max(100);

export const acknowledgeMessages = (): AnyAction =>
  stateAction({
    name: ACKNOWLEDGE,
    version: 1,
    says: 'Marks waiting messages of the agent as dealt with, so that they are not shown as waiting again.',
    input: z.object({ ids: messageIds() }),
    output: z.object({ acknowledged: z.array(z.string()) }),
    access: 'agent:act',
    subject: 'agent',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    needs: {},
    change({ agent, input: { ids }, now }) {
      return {
        writes: [commsWrite('message.acknowledge', { agent: known(agent, 'agent'), ids, at: now })],
        output: { acknowledged: ids },
      };
    },
  });
