/**
 * Puts a contact on the do-not-contact list, for every channel and agent. In the name of the platform (the orchestrator
 * names organisation `org_platform`) it binds every organisation.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { addressOf } from '../contact.ts';
import { contactFence } from '../fences.ts';
import { contactGuard } from '../guards/contact.ts';
import { commsWrite } from '../writes.ts';

export const dncAdd = (): AnyAction =>
  stateAction({
    name: 'comms.dnc_add',
    version: 1,
    says: 'Puts a phone number or mail address on the do-not-contact list of the organisation, for every agent and channel.',
    input: z.object({
      contact: field.address().describe('A phone number in international form or a mail address.'),
      reason: field.prose(500).default('entered by an administrator'),
    }),
    output: z.object({ contact: z.string(), addedAt: z.string() }),
    access: 'org:admin',
    subject: 'organization',
    forPlatform: true,
    risk: 'low',
    guards: [contactGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: {},
    contact: addressOf,
    change({ by, input, now }, _facts, mint) {
      const contact = addressOf(input);
      return {
        writes: [
          commsWrite('suppression.add', {
            id: mint.id('sup'),
            contact,
            channel: 'all',
            reason: 'dnc',
            source: input.reason,
            by: by.id,
            action: mint.action,
            at: now,
          }),
          guardWrite('fence.bump', contactFence(contact)),
        ],
        output: { contact, addedAt: rfc3339(now) },
      };
    },
  });
