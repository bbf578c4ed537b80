/** Marks messages as dealt with. Apart from reading them, so that an answer lost on the way loses no message. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import type { MessageId } from '../../kernel/ids.ts';
import { known } from '../../tenancy/known.ts';
import { commsFacts } from '../facts.ts';
import { commsWrite } from '../writes.ts';

export const ACKNOWLEDGE = 'comms.acknowledge_messages';

export const messageIds = () => z.array(field.id('msg')).min(1).max(100);

interface Input {
  readonly ids: readonly MessageId[];
}

/** An acknowledgement of what is not there must not sound like one that worked. */
export const ownMessagesGuard = guard<Input>()({
  id: 'own-messages',
  stage: 'validate',
  needs: {
    own: need<Input>()(commsFacts.ownMessages, ({ agent, input }) =>
      agent === null ? null : { agent, ids: input.ids },
    ),
  },
  judge({ input }, { own }) {
    const foreign = input.ids.filter((id) => own?.includes(id) !== true);
    return foreign.length === 0
      ? []
      : [
          {
            is: 'deny',
            code: 'not_found',
            say: `The agent has no such message: ${foreign.join(', ')}. Nothing was acknowledged.`,
            source: 'a message is of one agent',
          },
        ];
  },
});

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
    steerable: () => true,
    guards: [ownMessagesGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: {},
    change({ agent, input: { ids }, now }) {
      return {
        writes: [commsWrite('message.acknowledge', { agent: known(agent, 'agent'), ids, at: now })],
        output: { acknowledged: ids },
      };
    },
  });
