/** An agent's messages, newest first, a page at a time. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { known } from '../../tenancy/known.ts';
import { addressOf } from '../contact.ts';
import { contactGuard } from '../guards/contact.ts';
import { MESSAGE_CHANNELS } from '../message.ts';
import type { CommsReader } from '../ports.ts';
import { DIRECTIONS, messageView, viewOf } from './message-view.ts';

export const getMessages = (comms: Pick<CommsReader, 'messages'>): AnyAction =>
  readAction({
    name: 'comms.get_messages',
    version: 1,
    says: "Lists the agent's messages, sent and received, newest first.",
    input: z.object({
      limit: z.int().min(1).max(100).default(20),
      cursor: field.id('msg').optional().describe('From the last page: go on with older messages.'),
      channel: z.enum(MESSAGE_CHANNELS).optional(),
      contact: field.address().optional().describe('Only messages with this phone number or mail address.'),
      direction: z.enum(DIRECTIONS).optional(),
      since: field.time().optional().describe('Only messages from this time on, RFC 3339.'),
    }),
    output: z.object({
      messages: z.array(messageView),
      cursor: z
        .string()
        .nullable()
        .describe('Null: there are no older ones. A page may be short, even empty, and still go on.'),
    }),
    access: 'agent:read',
    subject: 'agent',
    risk: 'low',
    guards: [contactGuard],
    doors: ['mcp', 'rest', 'cli'],
    async read({ org, agent, input: { limit, cursor, channel, contact, direction, since } }) {
      const { messages, older } = await comms.messages(org, {
        agent: known(agent, 'agent'),
        limit,
        before: cursor,
        channel,
        contact: contact === undefined ? undefined : addressOf({ contact, channel }),
        direction,
        since: since === undefined ? undefined : Date.parse(since),
      });
      return { messages: messages.map(viewOf), cursor: older };
    },
  });
