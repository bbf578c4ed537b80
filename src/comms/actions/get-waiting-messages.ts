/**
 * What arrived or failed while the agent was away. Reading leaves it waiting; only naming the ids in `ack` ends that, and
 * those are marked before the rest is read.
 */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { known } from '../../tenancy/known.ts';
import { MESSAGE_CHANNELS } from '../message.ts';
import type { CommsReader } from '../ports.ts';
import { ACKNOWLEDGE, messageIds } from './acknowledge-messages.ts';
import { messageView, viewOf } from './message-view.ts';

export const getWaitingMessages = (comms: Pick<CommsReader, 'waiting'>): AnyAction =>
  readAction({
    name: 'comms.get_waiting_messages',
    version: 1,
    says: 'Lists what arrived or failed and has not been acknowledged, oldest first; messages keep waiting until their ids are named in ack.',
    input: z.object({
      limit: z.int().min(1).max(100).default(20),
      channel: z.enum(MESSAGE_CHANNELS).optional(),
      ack: messageIds().optional().describe('Ids of messages from earlier answers that are dealt with.'),
    }),
    output: z.object({ messages: z.array(messageView) }),
    access: 'agent:read',
    subject: 'agent',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    first: ({ ack }) => (ack === undefined ? null : { name: ACKNOWLEDGE, input: { ids: ack } }),
    async read({ org, agent, input: { limit, channel } }) {
      const found = await comms.waiting(org, { agent: known(agent, 'agent'), limit, channel });
      return { messages: found.map(viewOf) };
    },
  });
